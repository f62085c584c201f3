import { apply, run } from "../../../lib/run/mod.ts";
import { returned } from "../../../lib/run/edits/apply.ts";
import { startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";

await startBackend();

Deno.test("apply() is called once for all examples whose touched columns are the same", async () => {
  const model = await fixtureModel("gpt2"), shapes: number[][] = [];
  const noted = apply("embed", (x) => {
    shapes.push(x.shape);
    return x;
  });
  (await run(model, PROMPTS, { edits: [noted] })).dispose();
  const ragged = [PROMPTS[0]!, [1, 2, 3], [4, 5, 6]];
  (await run(model, ragged, { edits: [noted], padding: "left" })).dispose();
  assertEquals(shapes, [[2, 11, 32], [1, 11, 32], [2, 3, 32]]);
});

Deno.test("returned() takes tensors of the shape, numbers of any type, and refuses all else", () => {
  const flags = returned("f", tf.tensor1d([true, false], "bool"), [2]);
  assertEquals([flags.dtype, [...flags.dataSync()]], ["float32", [1, 0]]);
  const cases: [unknown, string][] = [
    [null, "Cannot f must return a tensor, and not a promise of one: it returned null"],
    [
      Promise.resolve(),
      "Cannot f must return a tensor, and not a promise of one: it returned a promise",
    ],
    [tf.zeros([3]), "Cannot f must return the shape that it was given: it made [3] of [2]"],
  ];
  for (const [value, message] of cases) {
    assertEquals(assertThrows(() => returned("f", value, [2]), TypeError).message, message);
  }
});
