import {
  matrix,
  readMatrices,
  refuseOblong,
  stacked,
  transposed,
} from "../../../lib/tensor/algebra/matrix.ts";
import { startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../../assert.ts";

await startBackend("cpu");

Deno.test("transposed() turns matrices of every shape", () => {
  for (const [rows, columns] of [[1, 1], [3, 5], [70, 33], [32, 64]] as const) {
    const of = matrix(rows, columns, (i, j) => 100 * i + j);
    assertEquals(transposed(of), matrix(columns, rows, (i, j) => 100 * j + i));
  }
});

Deno.test("readMatrices() and stacked() undo each other over a batch", async () => {
  const tensor = tf.tensor([...Array(24).keys()], [2, 2, 3, 2]);
  const { batch, list, rows, columns } = await readMatrices("test", tensor);
  assertEquals([batch, list.length, rows, columns], [[2, 2], 4, 3, 2]);
  const back = stacked(batch, list.map(({ values }) => values), [rows, columns]);
  assertEquals(back.shape, tensor.shape);
  assertEquals(back.arraySync(), tensor.arraySync());
  assertEquals((await readMatrices("test", tf.zeros([0, 3, 2]))).list, []);
});

Deno.test("readMatrices() refuses what cannot be decomposed", async () => {
  for (
    const [tensor, type, message] of [
      [
        tf.zeros([3]),
        TypeError,
        "Cannot test as it must be a tensor of numbers [..., rows, columns]: current value is [3] of float32",
      ],
      [tf.zeros([2, 2], "bool"), TypeError, "current value is [2, 2] of bool"],
      [[[1]], TypeError, "current value is [ [Array] ]"],
      [
        tf.zeros([2, 0]),
        RangeError,
        "Cannot test as it must have a row and a column: its shape is [2, 0]",
      ],
      [
        tf.tensor([1, 2, 3, NaN, 5, 6], [1, 3, 2]),
        RangeError,
        "Cannot test as its numbers must be finite: at [0, 1, 1] is NaN",
      ],
      [tf.tensor2d([[-Infinity]]), RangeError, "at [0, 0] is -Infinity"],
    ] as const
  ) {
    await assertRejects(() => readMatrices("test", tensor as tf.Tensor), type, message);
  }
  const oblong = await readMatrices("test", tf.zeros([2, 3]));
  assertThrows(
    () => refuseOblong("test", oblong),
    TypeError,
    "Cannot test as it must be square: it has 2 rows and 3 columns",
  );
});
