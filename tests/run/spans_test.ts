import { ofCache, replace, run, zero } from "../../lib/run/mod.ts";
import { spansIn } from "../../lib/run/spans.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { near } from "../near.ts";
import { seedling } from "../model/fixture.ts";

const PROMPTS = [
  "When Mary and John went to the store, John gave a key to",
  "Mary and John went to the store, and John gave a key to",
];

Deno.test("spansIn() finds texts, positions and lists of them in each prompt", async () => {
  const prompts = (await seedling()).tokenize(PROMPTS);
  const mary = prompts.map(({ tokens }) => tokens.findIndex(({ text }) => text.trim() === "Mary"));
  const found = spansIn(prompts, { name: "Mary", ends: [1, -1], each: [[2], [3, 4]] });
  assertEquals(found, {
    name: mary.map((position) => [position]),
    ends: prompts.map(({ ids }) => [1, ids.length - 1]),
    each: [[2], [3, 4]],
  });
  assertEquals(new Set(mary).size, 2, "it stands elsewhere in the other prompt");
  assertThrows(() => spansIn(prompts, { name: "John" }), RangeError, "once");
  assertThrows(() => spansIn(prompts, { each: [[2]] }), RangeError, "each of the 2 examples");
});

Deno.test("run() edits a named span where it stands in each prompt", async () => {
  const model = await seedling(), site = "blocks.1.resid_pre";
  const prompts = model.tokenize(PROMPTS), { name } = spansIn(prompts, { name: "Mary" });
  using together = await run(model, PROMPTS, {
    edits: [zero(site, { positions: "name" })],
    spans: { name: "Mary" },
    capture: [site],
  });
  for (const [row, prompt] of PROMPTS.entries()) {
    const zeros = tf.zeros([model.architecture.width]);
    using alone = await run(model, prompt, {
      edits: [replace(site, zeros, { positions: name![row]![0]! })],
    });
    const last = together.places(row, -1), vocabulary = model.architecture.vocabulary;
    const logits = together.logits.dataSync().slice(
      (row * together.logits.shape[1] + last) * vocabulary,
    ).slice(0, vocabulary);
    near(logits, alone.logits.dataSync().slice(-vocabulary), 1e-3);
  }
  await assertRejects(
    () =>
      run(model, PROMPTS, { edits: [zero(site, { positions: "nam" })], spans: { name: "Mary" } }),
    RangeError,
    "name",
  );
});

Deno.test("run() puts the rows of a value at a span's positions in the order in which these are given", async () => {
  const model = await seedling(), site = "blocks.1.resid_pre", { width } = model.architecture;
  const rows = [1, 2, 3].map((row) => Array<number>(width).fill(row));
  const spans = { w: [9, 4, -14] }, capture = [site];
  using named = await run(model, PROMPTS[0]!, {
    edits: [replace(site, rows, { positions: "w" })],
    spans,
    capture,
  });
  const at = (position: number) => named.cache.get(site).slice([0, position, 0], [1, 1, 1]);
  const last = model.tokenize(PROMPTS[0]!)[0]!.ids.length - 14;
  assertEquals([9, 4, last].map((position) => at(position).dataSync()[0]), [1, 2, 3]);
  // The first row of the other run's span is that of its first position, too.
  using taken = await run(model, PROMPTS[0]!, {
    edits: [replace(site, ofCache(named.cache, { positions: "w" }), { positions: [1, 2, 3] })],
    capture,
  });
  const values = taken.cache.get(site).slice([0, 1, 0], [1, 3, 1]).dataSync();
  assertEquals([...values], [1, 2, 3]);
});
