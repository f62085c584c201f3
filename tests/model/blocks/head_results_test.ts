import { results, sumOfHeads, unstacked } from "../../../lib/model/blocks/head_results.ts";
import { exact } from "../../../lib/model/mechanisms.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("results() are what each head writes by its rows of the output map, and sumOfHeads() is all of it", () => {
  const z = tf.tensor4d([1, 2, 3, 4], [2, 1, 1, 2]); // two heads of two numbers
  const matrix = tf.tensor2d([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]);
  const output = { matrix, transposed: false, bias: tf.tensor1d([10, 20, 30]) };
  const each = results(z, output, exact);
  assertEquals(each.shape, [2, 1, 1, 3]);
  assertEquals([...each.dataSync()], [1, 2, 0, 4, 4, 7]);
  assertEquals([...sumOfHeads(each, output, 1).dataSync()], [15, 26, 37]);
  assertEquals([...sumOfHeads(each, { ...output, bias: null }, 1).dataSync()], [5, 6, 7]);
  const turned = { ...output, matrix: matrix.transpose() as tf.Tensor2D, transposed: true };
  assertEquals([...results(z, turned, exact).dataSync()], [1, 2, 0, 4, 4, 7]);
  assertEquals(unstacked(z).map(({ shape }) => shape), [[1, 1, 2], [1, 1, 2]]);
  assertEquals(unstacked(z.slice([0], [1])).map(({ shape }) => shape), [[1, 1, 2]]);
});
