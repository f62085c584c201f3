import {
  attentionDifference,
  AttentionPatterns,
  attentionPatterns,
  scale,
} from "../../lib/run/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { ranCode } from "../copied_code.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const words = "When Mary and John went to the store, John gave a key to";

Deno.test("attentionDifference() subtracts two prompts, and a run without edits from one with them", async () => {
  const model = await seedling(), other = words.replace("John gave", "Mary gave");
  const [clean, corrupt] = [
    await attentionPatterns(model, words, { layers: [1, 3] }),
    await attentionPatterns(model, other, { layers: [1, 3] }),
  ];
  const difference = attentionDifference(clean, corrupt);
  const at = (one: AttentionPatterns) => one.weight(3, 3, 10, 4);
  assertEquals(difference.weight(3, 3, 10, 4), at(clean) - at(corrupt));
  const { html, plain } = await drawings(difference);
  assert(plain.startsWith("Attention of 2 layers of 8 heads, less that of the other prompt"));
  assert(plain.includes("10 (·Mary → ·John) → 4 ·John 0.837"), plain);
  assert(plain.includes(clean.source) && plain.includes(corrupt.source));
  assert(html.includes("10\u00a0(·Mary → ·John)"));
  assertEquals(
    await ranCode(`${difference.code}.weight(3, 3, 10, 4)`, model),
    at(clean) - at(corrupt),
  );
  const row = difference.table().csv().split("\r\n")[1 + (11 * 15 * 15 + 10 * 15 + 4)]!;
  assertEquals(
    row,
    `3,3,10," John"," Mary",4," John"," John",${at(clean)},${at(corrupt)},${
      at(clean) - at(corrupt)
    }`,
  );
  const edited = attentionDifference(
    await attentionPatterns(model, words, { layers: 3, edits: [scale("blocks.3.attn.q", 0)] }),
    await attentionPatterns(model, words, { layers: 3 }),
    { label: "the run as it is" },
  );
  assert((await drawings(edited)).plain.includes("less that of the run as it is"));
  assert(!(await drawings(edited)).plain.includes("(·"));
  assertAlmostEquals(edited.weight(3, 5, 14, 0) + edited.against.weight(3, 5, 14, 0), 1 / 15, 1e-6);
  assertEquals(await ranCode(`${edited.code}.label`, model), "the run as it is");
});

Deno.test("attentionDifference() refuses what cannot be subtracted, and writes no code of two models", async () => {
  const model = await fixtureModel("gpt2"), one = await attentionPatterns(model, [1, 2, 3]);
  const refused = (against: unknown, type: typeof RangeError | typeof TypeError, text: string) =>
    assertThrows(() => attentionDifference(one, against as AttentionPatterns), type, text);
  const facts = (layers: string, tokens: number) =>
    `layers ${layers} of ${one.heads} heads of ${one.model} on ${tokens} tokens`;
  refused(
    await attentionPatterns(model, [1, 2], { layers: 1 }),
    RangeError,
    `Cannot subtract attention as both must be of the same layers, as many heads and one model's name, and of prompts of as many tokens: current values are ${
      facts("0, 1", 3)
    }, and ${facts("1", 2)}`,
  );
  refused(
    attentionPatterns(model, [1, 2, 3]),
    TypeError,
    "Cannot subtract attention as both must be what attentionPatterns gives: one is a promise: await it first",
  );
  refused(undefined, TypeError, "attentionPatterns gives: one is undefined");
  const { model: name, prompt, layers, heads, patterns } = one;
  const elsewhere = new AttentionPatterns(name, prompt, layers, heads, patterns);
  assertEquals(attentionDifference(one, elsewhere).code, null);
});
