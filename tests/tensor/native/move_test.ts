import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertLikeCpu, shapes } from "./like_cpu.ts";

/** Every order of the axes of a rank. */
function orders(rank: number): number[][] {
  if (rank === 0) return [[]];
  return orders(rank - 1).flatMap((order) =>
    Array.from({ length: rank }, (_, i) => [...order.slice(0, i), rank - 1, ...order.slice(i)])
  );
}

Deno.test("Transpose is as on the cpu backend for every order of axes up to rank 5", async () => {
  for (const shape of shapes) {
    for (const order of orders(shape.length)) {
      // tfjs has no gradient of an order of no axes.
      await assertLikeCpu((x) => tf.transpose(x, order), [shape], { gradients: false });
    }
  }
  await assertLikeCpu((x) => tf.transpose(x, [2, 0, 3, 1]), [[2, 3, 4, 5]]);
});

Deno.test("Slice is as on the cpu backend, to the last row and to nothing", async () => {
  const cases: [number[], number[], number[]][] = [
    [[7], [2], [3]],
    [[3, 5], [1, 0], [2, 5]],
    [[3, 5], [0, 4], [3, 1]],
    [[2, 3, 40], [0, 1, 5], [2, 1, 30]],
    [[2, 3, 4, 2, 3], [1, 0, 2, 0, 1], [1, 3, 1, 2, 2]],
    [[3, 5], [1, 2], [0, 2]],
    [[3, 5], [1, 2], [-1, -1]],
  ];
  for (const [shape, begin, size] of cases) {
    await assertLikeCpu((x) => tf.slice(x, begin, size), [shape]);
  }
});

Deno.test("SplitV is as on the cpu backend", async () => {
  await assertLikeCpu((x) => tf.split(x, 3, 1), [[2, 6, 3]], { gradients: false });
  await assertLikeCpu((x) => tf.split(x, [1, 0, 4], -1), [[2, 3, 5]], { gradients: false });
});

Deno.test("Concat is as on the cpu backend along every axis, with empty parts", async () => {
  for (const axis of [0, 1, 2, -1]) {
    const part = (size: number) => [2, 3, 4].map((n, i) => i === (axis + 3) % 3 ? size : n);
    await assertLikeCpu((...all) => tf.concat(all, axis), [part(2), part(1), part(40)]);
  }
  const parts = [[2, 0], [2, 3]];
  await assertLikeCpu((...all) => tf.concat(all, 1), parts, { gradients: false });
});

Deno.test("PadV2 is as on the cpu backend", async () => {
  await assertLikeCpu((x) => tf.pad(x, [[1, 2], [0, 3]], 7), [[3, 30]]);
  await assertLikeCpu((x) => tf.pad(x, [[0, 0], [2, 0], [0, 1]]), [[2, 3, 1]]);
  await assertLikeCpu((x) => tf.pad(x, [[1, 1]]), [[0]], { gradients: false });
});

Deno.test("Tile is as on the cpu backend", async () => {
  for (const shape of shapes.filter(({ length }) => length > 0)) {
    await assertLikeCpu((x) => tf.tile(x, shape.map((_, axis) => axis + 1)), [shape]);
  }
});

Deno.test("GatherV2 is as on the cpu backend along every axis", async () => {
  for (const axis of [0, 1, 2]) {
    const of = (x: tf.Tensor) => tf.gather(x, tf.tensor2d([[1, 0], [1, 1]], [2, 2], "int32"), axis);
    await assertLikeCpu(of, [[2, 3, 4]]);
  }
  const none = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([], "int32"));
  await assertLikeCpu(none, [[4, 3]], { gradients: false });
  const batched = (x: tf.Tensor) => tf.gather(x, tf.tensor2d([[1], [0]], [2, 1], "int32"), 1, 1);
  await assertLikeCpu(batched, [[2, 3]], { gradients: false });
});

Deno.test("Select is as on the cpu backend, for whole rows too", async () => {
  const odd = () => tf.range(0, 15).mod(2).cast("bool").reshape([3, 5]);
  await assertLikeCpu((x, y) => tf.where(odd(), x, y), [[3, 5], [3, 5]]);
});

testOn("Select chooses whole rows by a condition of rank 1", () => {
  const [t, e] = [tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])];
  const inputs = { condition: tf.tensor1d([0, 1], "bool"), t, e };
  const chosen = tf.engine().runKernel("Select", inputs) as tf.Tensor;
  // The kernel of tfjs' cpu backend repeats the first numbers here.
  assertEquals([...chosen.dataSync()], [5, 6, 3, 4]);
}, ["native"]);

testOn("Cast makes floats of integers, which a BLAS can read", () => {
  const x = tf.tensor2d([[1, 2], [3, 4]], [2, 2], "int32").cast("float32");
  assertEquals([...tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D).dataSync()], [7, 10, 15, 22]);
  assertStrictEquals(x.dataSync() instanceof Float32Array, true);
  assertEquals([...tf.tensor1d([1.7, -1.7]).cast("int32").dataSync()], [1, -1]);
  assertEquals([...tf.tensor1d([0, 2]).cast("bool").dataSync()], [0, 1]);
}, ["native"]);

testOn("Reshape shares values, and refuses another count", () => {
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  assertStrictEquals(x.reshape([4]).dataSync(), x.dataSync());
  assertEquals(x.reshape([-1, 1]).shape, [4, 1]);
  assertThrows(() => tf.engine().runKernel("Reshape", { x }, { shape: [3] }), Error, "Size(4)");
}, ["native"]);

testOn("GatherV2 refuses an index outside", () => {
  assertThrows(
    () => tf.gather(tf.zeros([4, 2]), tf.tensor1d([4], "int32")),
    RangeError,
    "Cannot gather as indices must be from 0 to 3: current value is 4",
  );
}, ["native"]);

testOn("integers, flags and texts are moved as on the cpu backend", () => {
  const x = tf.tensor2d([[1, 2], [3, 4]], [2, 2], "int32");
  assertEquals([...x.transpose().slice([0, 1], [2, 1]).dataSync()], [3, 4]);
  assertEquals([...tf.concat([x, x], 1).gather([1]).dataSync()], [3, 4, 3, 4]);
  assertEquals(tf.tensor1d(["é", "b"]).reshape([2, 1]).dataSync() as unknown, ["é", "b"]);
  const flags = tf.tensor1d([true, false]);
  assertEquals([...tf.where(flags, x, x.mul(tf.scalar(2, "int32"))).dataSync()], [1, 4, 3, 8]);
}, ["native", "cpu"]);
