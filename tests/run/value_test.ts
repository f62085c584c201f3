import { type Edit, replace, run } from "../../lib/run/mod.ts";
import { fitted } from "../../lib/run/value.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

await startBackend();

const SHAPE = [2, 1, 3], AXES = ["batch", "position", "width"];
const edit: Edit = replace("embed", 0);

Deno.test("fitted() repeats missing leading axes and axes of size 1", () => {
  const fit = (value: Parameters<typeof fitted>[1]) =>
    tf.tidy(() => [...fitted(edit, value, SHAPE, AXES).dataSync()]);
  assertEquals(fit(4), [4, 4, 4, 4, 4, 4]);
  assertEquals(fit([1, 2, 3]), [1, 2, 3, 1, 2, 3]);
  assertEquals(fit(Float32Array.of(1, 2, 3)), [1, 2, 3, 1, 2, 3]);
  assertEquals(fit([[1, 2, 3]]), [1, 2, 3, 1, 2, 3]);
  assertEquals(fit([[[1, 2, 3]], [[4, 5, 6]]]), [1, 2, 3, 4, 5, 6]);
  assertEquals(fit([[[1]], [[2]]]), [1, 1, 1, 2, 2, 2]);
  assertEquals(tf.tidy(() => fitted(edit, tf.scalar(true, "bool"), SHAPE, AXES).dtype), "float32");
});

Deno.test("fitted() names the axes of a value that does not fit, and what is no number", () => {
  const axes = "Cannot replace embed as the value must fit [batch 2, position 1, width 3]";
  const needs = "Cannot replace embed as the value must be a tensor, a number or rows of numbers";
  const cases: [value: unknown, message: string][] = [
    [[1, 2], `${axes}: its shape is [2]`],
    [[[1, 2, 3], [4, 5, 6]], `${axes}: its shape is [2, 3]`],
    [tf.zeros([1, 2, 1, 3]), `${axes}: its shape is [1, 2, 1, 3]`],
    [[], `${axes}: its shape is [0]`],
    [[[1, 2, 3], [4, 5]], `${needs}: its rows differ in length`],
    [[[1, 2, 3], 4], `${needs}: its rows differ in length`],
    [[4, [1, 2, 3]], `${needs}: its rows differ in length`],
    ["five", `${needs}: it is text`],
    [["a", "b", "c"], `${needs}: it holds text`],
    [[[1, 2, 3], [4, null, 6]], `${needs}: it holds null`],
    [[undefined], `${needs}: it holds a value of type undefined`],
    [{ a: 1 }, `${needs}: it is a value of type object`],
    [() => 1, `${needs}: it is a value of type function`],
    [BigInt64Array.of(1n, 2n, 3n), `${needs}: it is integers of 64 bits`],
    [tf.tensor1d(["a", "b", "c"]), `${needs}: it is text`],
  ];
  for (const [value, message] of cases) {
    const error = assertThrows(
      () => tf.tidy(() => fitted(edit, value as number, SHAPE, AXES)),
      TypeError,
    );
    assertEquals(error.message, message);
  }
});

Deno.test("a value of NaN, or a wrong shape, is refused by a run with the edit's name", async () => {
  const model = await fixtureModel("gpt2");
  const nan = await assertRejects(
    () => run(model, PROMPTS, { edits: [replace("embed", NaN, { positions: 2 })] }),
    RangeError,
  );
  assertEquals(
    nan.message,
    "Cannot go on after edit 0, replace embed positions 2, as it must put numbers: it put NaN",
  );
  const shape = await assertRejects(
    () => run(model, PROMPTS, { edits: [replace("blocks.1.attn.z", [1, 2, 3], { heads: [0] })] }),
    TypeError,
  );
  assertEquals(
    shape.message,
    "Cannot replace blocks.1.attn.z heads 0 as the value must fit [head 1, batch 2, position 11, head_width 8]: its shape is [3]",
  );
});
