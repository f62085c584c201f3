/** Knockouts where queries see only the nearest keys, or may attend to nothing. */

import { knockout, run } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { largestGap, near } from "../../near.ts";

for (const family of ["gpt_oss", "mistral", "bloom"]) {
  Deno.test(`C-16 ${family}: knocking out scores or the pattern gives the same, windows and sinks included`, async () => {
    const model = await fixtureModel(family), prompt = [3, 30, 17, 8, 9, 22, 30, 1, 2];
    const at = async (site: "scores" | "pattern") => {
      using result = await run(model, prompt, {
        capture: ["blocks.*.attn.pattern"],
        edits: [knockout(`blocks.*.attn.${site}`, { positions: -1, keys: [-1, -3] })],
      });
      return [...result.logits.dataSync()];
    };
    const [scores, pattern] = [await at("scores"), await at("pattern")];
    near(pattern, scores, 1e-4);
    using plain = await run(model, prompt);
    assert(largestGap(scores, plain.logits.dataSync()) > 1e-3, "it matters");
  });
}

Deno.test("knockout() refuses a key that is out of every window, and leaves queries with sinks nothing", async () => {
  const prompt = [3, 30, 17, 8, 9, 22, 30, 1, 2];
  const error = await assertRejects(
    async () =>
      await run(await fixtureModel("mistral"), prompt, {
        edits: [knockout("blocks.0", { positions: -1, keys: 0 })],
      }),
    RangeError,
  );
  assert(error.message.includes("out of its window"), error.message);
  const all = prompt.map((_, key) => key);
  using result = await run(await fixtureModel("gpt_oss"), prompt, {
    capture: ["blocks.1.attn.pattern"],
    edits: [knockout("blocks.1", { positions: -1, keys: all })],
  });
  const last = result.cache.get("blocks.1.attn.pattern").dataSync().slice(-prompt.length);
  assertEquals([...last], prompt.map(() => 0));
});
