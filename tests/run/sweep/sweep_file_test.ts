/** The file of a sweep: it goes on to the same numbers, and holds no other sweep's. */

import {
  apply,
  headsByLayers,
  logit,
  promptPair,
  rank,
  sweep,
  type SweepOptions,
  zero,
} from "../../../lib/run/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { near } from "../../near.ts";
import { fixtureModel, withFolder } from "../../model/fixture.ts";

const PROMPT = [3, 17, 24, 40, 9, 61];
const VARIANTS = [0, 1, 2, 3, 4, 5].map((positions) => ({
  edits: [zero("blocks.0.mlp_out", { positions })],
}));

Deno.test("a sweep that was stopped goes on from its file to the same numbers", async () => {
  const model = await fixtureModel("gpt2");
  const whole = await sweep(model, PROMPT, VARIANTS, [logit(1), rank(2)], { memory: 1 });
  await withFolder(async (folder) => {
    const file = `${folder}/sweep.json`, stop = new AbortController();
    const go = async (options: SweepOptions = {}) =>
      (await sweep(model, PROMPT, VARIANTS, [logit(1), rank(2)], { file, memory: 1, ...options }))
        .data;
    const first = await go({ signal: stop.signal, onProgress: () => stop.abort() });
    const count = (list: Uint8Array) => list.reduce((sum, one) => sum + one, 0);
    assertEquals(count(first.done), 1);
    let batches = 0;
    const second = await go({ onProgress: () => batches++ });
    assertEquals([batches, count(second.done)], [5, 6]);
    assertEquals([...second.values], [...whole.data.values]);
    batches = 0;
    assertEquals([...(await go({ onProgress: () => batches++ })).values], [...whole.data.values]);
    assertEquals(batches, 0);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["sweep.json"]);
    assertEquals(JSON.parse(Deno.readTextFileSync(file)).finished, 6);
  });
});

Deno.test("a sweep that was stopped before anything was new goes on in batches that grow from one variant", async () => {
  const model = await fixtureModel("gpt2");
  const whole = await sweep(model, PROMPT, VARIANTS, logit(1));
  await withFolder(async (folder) => {
    const file = `${folder}/sweep.json`, stop = new AbortController(), counts: number[] = [];
    const read = () => JSON.parse(Deno.readTextFileSync(file));
    const go = (options: SweepOptions = {}) =>
      sweep(model, PROMPT, VARIANTS, logit(1), { file, ...options });
    // Raised within the first batch: the file is there as soon as the runs without edits are.
    const { signal } = stop, isThere = () => [...Deno.readDirSync(folder)].length > 0;
    signal.throwIfAborted = () => {
      if (isThere()) stop.abort();
      AbortSignal.prototype.throwIfAborted.call(signal);
    };
    const { data: { done } } = await go({ signal });
    assertEquals([...done, read().finished, read().stuck], [0, 0, 0, 0, 0, 0, 0, true]);
    const { data } = await go({
      onProgress: ({ data: { done } }) => counts.push(done.reduce((sum, one) => sum + one)),
    });
    assertEquals([counts, read().finished, read().stuck], [[1, 3, 6], 6, undefined]);
    near(data.values, whole.data.values, 1e-6);
    Deno.writeTextFileSync(file, Deno.readTextFileSync(file).slice(0, 500));
    await assertRejects(
      () => go(),
      SyntaxError,
      `Cannot go on with ${file} as it must be the whole file of a sweep: it is one that is cut off, after 500 characters; without it the sweep begins anew`,
    );
  });
});

Deno.test("the file of another sweep is refused, with what differs", async () => {
  const model = await fixtureModel("gpt2");
  await withFolder(async (folder) => {
    const file = `${folder}/sweep.json`, options = { file };
    await sweep(model, PROMPT, VARIANTS, logit(1), options);
    const refused = async (what: string, call: () => Promise<unknown>) => {
      const { message } = await assertRejects(call, RangeError);
      assertEquals(
        message,
        `Cannot go on with ${file} as it must hold this very sweep: its ${what}`,
      );
    };
    const other = await fixtureModel("llama"), longer = [...VARIANTS, VARIANTS[0]!];
    await refused(
      "prompts are others",
      () => sweep(model, PROMPT.with(0, 4), VARIANTS, logit(1), options),
    );
    await refused("metrics are others", () => sweep(model, PROMPT, VARIANTS, logit(2), options));
    await refused(
      "variants are others, 6 of them and not 7",
      () => sweep(model, PROMPT, longer, logit(1), options),
    );
    await refused(
      "variants are others, 6 of them and not 8",
      () => sweep(model, PROMPT, headsByLayers(), logit(1), options),
    );
    await refused("model is another", () => sweep(other, PROMPT, VARIANTS, logit(1), options));
    Deno.writeTextFileSync(file, "{}");
    await assertRejects(
      () => sweep(model, PROMPT, VARIANTS, logit(1), options),
      SyntaxError,
      `Cannot go on with ${file} as it must be the file of a sweep, whose format is "innerworks sweep 1": it is something else`,
    );
    const change = { edits: [apply("blocks.0.mlp_out", (x) => x)] };
    await assertRejects(
      () => sweep(model, PROMPT, [change], logit(1), options),
      TypeError,
      "Cannot save apply",
    );
  });
});

Deno.test("a file is refused that is of the other direction, or of other spans", async () => {
  const model = await fixtureModel("gpt2"), corrupt = PROMPT.with(2, 8);
  const pair = promptPair(model, { clean: PROMPT, corrupt, answer: [1], wrong: [2] });
  await withFolder(async (folder) => {
    const file = `${folder}/sweep.json`, grid = headsByLayers(), metric = logit(1);
    const start = `Cannot go on with ${file} as it must hold this very sweep: its `;
    await sweep(model, pair, grid, metric, { file });
    await assertRejects(
      () => sweep(model, pair, grid, metric, { file, direction: "noising" }),
      RangeError,
      `${start}direction is denoising, and not noising`,
    );
    const named = `${folder}/spans.json`;
    const spans = (own: number) => ({ file: named, spans: { word: [own] } });
    const edits = [zero("blocks.0.mlp_out", { positions: "word" })];
    await sweep(model, PROMPT, [{ edits }], metric, spans(1));
    await sweep(model, PROMPT, [{ edits }], metric, spans(1));
    await assertRejects(
      () => sweep(model, PROMPT, [{ edits }], metric, spans(2)),
      RangeError,
      `Cannot go on with ${named} as it must hold this very sweep: its spans are others`,
    );
  });
});

Deno.test("a file must end in .json and lie in a folder that is there", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => sweep(model, PROMPT, VARIANTS, logit(1), { file: "sweep.csv" }),
    RangeError,
    'Cannot sweep as the file must end in .json: current value is "sweep.csv"',
  );
  await withFolder((folder) =>
    assertRejects(
      () => sweep(model, PROMPT, VARIANTS, logit(1), { file: `${folder}/no/sweep.json` }),
      RangeError,
      `Cannot keep a sweep in ${folder}/no/sweep.json as its folder must exist: there is no folder ${folder}/no`,
    ).then(() => {})
  );
});
