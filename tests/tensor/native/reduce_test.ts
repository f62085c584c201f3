import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertLikeCpu, shapes } from "./like_cpu.ts";

/** Every set of axes of a rank. */
function sets(rank: number): number[][] {
  return Array.from(
    { length: 2 ** rank },
    (_, bits) => Array.from({ length: rank }, (_, axis) => axis).filter((axis) => bits >> axis & 1),
  );
}
const operations = { Sum: tf.sum, Mean: tf.mean, Max: tf.max, Min: tf.min };
for (const [name, of] of Object.entries(operations)) {
  Deno.test(`${name} is as on the cpu backend for every set of axes up to rank 5`, async () => {
    for (const shape of shapes) {
      for (const axes of sets(shape.length)) {
        // tfjs refuses the greatest of nothing in its own way.
        if (shape.includes(0) && name.startsWith("M")) continue;
        const keep = axes.length % 2 === 0;
        await assertLikeCpu((x) => of(x, axes, keep), [shape], { gradients: false });
      }
    }
    await assertLikeCpu((x) => of(x, [0, 2]), [[3, 4, 5]]);
    await assertLikeCpu((x) => of(x, -1, true), [[3, 4]]);
  });
}

testOn("Sum holds small terms beside large ones, and Mean of nothing is NaN", () => {
  // In 32 bits 2²⁴ + 1 is 2²⁴.
  assertEquals(tf.tensor1d([2 ** 24, 1, 1, -(2 ** 24)]).sum().dataSync()[0], 2);
  assertEquals([...tf.tensor2d([[2 ** 24], [1], [1], [-(2 ** 24)]]).sum(0).dataSync()], [2]);
  assertEquals([...tf.zeros([0, 2]).mean(0).dataSync()], [NaN, NaN]);
  assertEquals([...tf.zeros([0, 2]).sum(0).dataSync()], [0, 0]);
}, ["native"]);

testOn("Max keeps NaN and -Infinity", () => {
  const x = tf.tensor2d([[1, NaN], [-Infinity, -Infinity]]);
  assertEquals([...x.max(-1).dataSync()], [NaN, -Infinity]);
}, ["native"]);

testOn("UnsortedSegmentSum gathers rows by place, and drops places outside", () => {
  const x = tf.tensor2d([[1, 2], [3, 4], [5, 6], [7, 8]]);
  const sums = tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, -1], "int32"), 3);
  assertEquals([...sums.dataSync()], [3, 4, 0, 0, 6, 8]);
  const counts = tf.unsortedSegmentSum(
    tf.tensor1d([1, 2], "int32"),
    tf.tensor1d([0, 0], "int32"),
    1,
  );
  assertEquals([counts.dtype, ...counts.dataSync()], ["float32", 3]);
}, ["native", "cpu"]);
