import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import {
  assertGradients,
  assertNear,
  byRow,
  normals,
  type Plain,
  plain,
  tensor,
} from "../plain.ts";

const only = ["float64"];
const x = normals(7, 3, 4);
const turned = ({ shape: [rows, columns], data }: Plain) =>
  plain([columns!, rows!], (i) => data[i % rows! * columns! + Math.floor(i / rows!)]!);

function running(row: Float64Array, { exclusive = false, reverse = false }): Float64Array {
  return row.map((_, i) =>
    row.reduce((sum, value, j) => {
      const before = reverse ? j > i : j < i;
      return sum + (before || (j === i && !exclusive) ? value : 0);
    }, 0)
  );
}

for (const exclusive of [false, true]) {
  for (const reverse of [false, true]) {
    testOn(`A-27 running sums, exclusive ${exclusive}, reverse ${reverse}, with gradients`, () => {
      const onPlain = (x: Plain) => byRow(x, (row) => running(row, { exclusive, reverse }));
      assertNear(tf.cumsum(tensor(x), 1, exclusive, reverse), onPlain(x), 1e-12);
      assertGradients((x) => tf.cumsum(x, 1, exclusive, reverse), onPlain, [x]);
      const down = (x: Plain) => turned(onPlain(turned(x)));
      assertNear(tf.cumsum(tensor(x), 0, exclusive, reverse), down(x), 1e-12);
      assertGradients((x) => tf.cumsum(x, 0, exclusive, reverse), down, [x]);
    }, only);
  }
}

testOn("running products multiply in doubles", () => {
  const products = tf.cumprod(tf.tensor1d([0.1, 0.2, 0.3])).dataSync();
  assertEquals([...products], [0.1, 0.1 * 0.2, 0.1 * 0.2 * 0.3]);
}, only);

testOn("A-27 products along axes, with a gradient", () => {
  const all = (x: Plain) =>
    plain([3, 1], (i) => x.data.slice(4 * i, 4 * i + 4).reduce((a, b) => a * b));
  assertNear(tf.prod(tensor(x), 1, true), all(x), 1e-12);
  assertGradients((x) => tf.prod(x, 1, true), all, [x]);
  assertNear(tf.prod(tensor(x)), plain([], () => x.data.reduce((a, b) => a * b)), 1e-12);
}, only);

testOn("the greatest and smallest are found by the last digit, the first of equal ones", () => {
  const y = tf.tensor2d([[0.3, 0.1 + 0.2, 0.1 + 0.2], [0.5, 0.1, 0.1]]);
  assertEquals([...y.argMax(1).dataSync()], [1, 0]);
  assertEquals([...y.argMin(1).dataSync()], [0, 1]);
  assertEquals([...y.argMax(0).dataSync()], [1, 0, 0]);
  const { values, indices } = tf.topk(y, 2);
  assertEquals(values.arraySync(), [[0.1 + 0.2, 0.1 + 0.2], [0.5, 0.1]]);
  assertEquals(indices.arraySync(), [[1, 2], [0, 1]]);
}, only);

testOn("A-27 sums, means, maxima and minima along any axes, with gradients", () => {
  const y = normals(8, 2, 3, 4);
  const folds: [string, (rows: number[]) => number][] = [
    ["sum", (row) => row.reduce((a, b) => a + b, 0)],
    ["mean", (row) => row.reduce((a, b) => a + b, 0) / row.length],
    ["max", (row) => Math.max(...row)],
    ["min", (row) => Math.min(...row)],
  ];
  for (const [name, fold] of folds) {
    const of = (x: tf.Tensor) =>
      (x as unknown as Record<string, (axis: number[]) => tf.Tensor>)[name]!([0, 2]);
    const onPlain = (x: Plain) =>
      plain(
        [3],
        (j) => fold([0, 1].flatMap((i) => [0, 1, 2, 3].map((k) => x.data[i * 12 + j * 4 + k]!))),
      );
    assertNear(of(tensor(y)), onPlain(y), 1e-12);
    assertGradients(of, onPlain, [y]);
  }
}, only);
