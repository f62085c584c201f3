import { replace, run } from "../../lib/run/mod.ts";
import { piecesOf, reachOf } from "../../lib/run/selection.ts";
import { checkValue, type Fit, fitted, type GivenValue } from "../../lib/run/value.ts";
import { plainWindow, type Window } from "../../lib/run/window.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

await startBackend();

const AXES = ["batch", "position", "width"];

/** A value made to fit the pieces of a batch, as an edit without positions or with some touches them. */
function fit(
  value: unknown,
  window: Window = plainWindow(2, 1),
  positions?: number[],
): tf.Tensor[] {
  const where = positions ? { positions } : {}, mode = { generates: false };
  const shape = [window.rows.length, window.to, 3];
  const reach = reachOf("replace embed", where, { axes: AXES, shape }, { window, mode });
  const to: Fit = { reach, shape, columns: window.to };
  checkValue(value as GivenValue, to);
  return piecesOf(reach, window, mode, { shape }).map((piece) =>
    fitted(value as GivenValue, to, piece)
  );
}

Deno.test("fitted() repeats missing leading axes and axes of size 1", () => {
  const numbers = (value: unknown) => tf.tidy(() => [...fit(value)[0]!.dataSync()]);
  assertEquals(numbers(4), [4, 4, 4, 4, 4, 4]);
  assertEquals(numbers([1, 2, 3]), [1, 2, 3, 1, 2, 3]);
  assertEquals(numbers(Float32Array.of(1, 2, 3)), [1, 2, 3, 1, 2, 3]);
  assertEquals(numbers([[1, 2, 3]]), [1, 2, 3, 1, 2, 3]);
  assertEquals(numbers([[[1, 2, 3]], [[4, 5, 6]]]), [1, 2, 3, 4, 5, 6]);
  assertEquals(numbers([[[1]], [[2]]]), [1, 1, 1, 2, 2, 2]);
  assertEquals(tf.tidy(() => fit(tf.scalar(true, "bool"))[0]!.dtype), "float32");
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
    [[undefined], `${needs}: it holds undefined`],
    [{ a: 1 }, `${needs}: it is an object`],
    [() => 1, `${needs}: it is the function without a name`],
    [BigInt64Array.of(1n, 2n, 3n), `${needs}: it is integers of 64 bits`],
    [tf.tensor1d(["a", "b", "c"]), `${needs}: it is text`],
  ];
  for (const [value, message] of cases) {
    const error = assertThrows(
      () => tf.tidy(() => fit(value)[0]!),
      TypeError,
    );
    assertEquals(error.message, message);
  }
});

Deno.test("a value has a row for each touched position, or for each column of the batch, padding included", () => {
  const window: Window = {
    rows: [{ start: 0, length: 4 }, { start: 2, length: 2 }],
    from: 0,
    to: 4,
  };
  const row = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => Array(3).fill(from + i));
  const numbers = (value: unknown, positions?: number[]) =>
    tf.tidy(() => fit(value, window, positions).map((part) => [...part.dataSync()]));
  const both = [row(0, 4), row(4, 4)];
  assertEquals(numbers(both), [both[0]!.flat(), row(6, 2).flat()], "by column");
  assertEquals(numbers(row(0, 4)), [row(0, 4).flat(), row(2, 2).flat()], "by column, for each");
  // The touched positions in the order in which they were asked for.
  assertEquals(numbers(row(0, 2), [-1, 0]), [row(0, 2).flat(), row(0, 2).flat()]);
  assertEquals(
    assertThrows(() => numbers(row(0, 3)), TypeError).message,
    "Cannot replace embed as the value must fit [batch 2, position 4, width 3]: its shape is [3, 3]",
  );
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
