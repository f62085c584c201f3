import { LogitLens, type LogitLensReading } from "../../lib/lens/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

/** A lens of one position whose entries have given likeliest tokens. */
async function lensOf(
  entries: readonly (readonly [best: number, stream: boolean])[],
): Promise<LogitLens> {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([1]);
  const reading = (id: number): LogitLensReading => ({
    top: [{
      id,
      token: { text: `#${id}`, id },
      rank: 1,
      logit: 0,
      probability: 1,
      logProbability: 0,
    }],
    tracked: [],
    entropy: 0,
    divergence: 0,
  });
  return new LogitLens({
    model: "m",
    prompt: prompt!,
    norm: "own",
    entries: entries.map(([, stream], i) => ({
      site: "blocks.0.resid_pre",
      label: `${i}`,
      stream,
    })),
    positions: [0],
    vocabulary: 9,
    tracked: [],
    edits: [],
  }, entries.map(([best]) => [reading(best)]));
}

Deno.test("F-02 decidedAt() is the first stream from which the likeliest token stays", async () => {
  const depth = async (...entries: [number, boolean][]) => (await lensOf(entries)).decidedAt()[0];
  assertEquals(await depth([5, true], [5, true], [5, true]), 0);
  assertEquals(await depth([5, true], [4, true], [5, true], [5, true]), 2);
  assertEquals(await depth([5, true], [4, false], [5, true]), 0, "a part decides nothing");
  assertEquals(await depth([4, true], [5, false], [5, true]), 2);
  assertEquals(await depth([1, true], [2, true], [3, true]), 2, "at most the last");
});
