import { residualParts } from "../../lib/decompose/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";

Deno.test("ResidualParts draws lengths by part and token, and says how well parts add up", async () => {
  const model = await seedling();
  using parts = await residualParts(model, "The <b>capital</b> of France is", { by: "head" });
  const { "text/html": html, "text/plain": text } = parts[display]();
  assert(!html.includes("<b>capital"));
  assert(text.includes("parts add up to the stream within"));
  assert(html.includes("L3H7"));
});

Deno.test("ResidualParts says what is left out of its picture, and refuses parts that it does not have", async () => {
  const model = await fixtureModel("gpt2");
  using parts = await residualParts(model, [...PROMPTS[0]!], { by: "neuron", positions: [2, -1] });
  // What its picture leaves out is in its rows.
  const rows = parts.table().rows, all = parts.parts.length;
  assertEquals(rows.length, 2 * all);
  assertEquals([rows[all]!.position, rows[all]!.length], [
    PROMPTS[0]!.length - 1,
    parts.norms()[0]![1]!,
  ]);
  assert(parts[display]()["text/plain"].includes(`the 48 longest of ${parts.parts.length} parts`));
  assertThrows(() => parts.get("L9"), RangeError, "must be a part: the first are embed");
  assertEquals(JSON.parse(JSON.stringify(parts)).norms.length, parts.parts.length);
});
