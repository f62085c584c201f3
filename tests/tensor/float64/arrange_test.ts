import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";
import { assertGradients, assertNear, type Plain, plain, tensor } from "../plain.ts";

const only = ["float64"];
/** Numbers that 32 bits do not hold. */
const x = plain([2, 3, 4], (i) => i / 7);

type Case = [
  name: string,
  onTensor: (x: tf.Tensor) => tf.Tensor,
  shape: number[],
  /** Where the number of each index comes from. */
  from: (index: number[]) => number[],
  /** Whether tfjs has a gradient. */
  slope: boolean,
];
const cases: Case[] = [
  ["reverse", (x) => x.reverse([0, 2]), [2, 3, 4], ([i, j, k]) => [1 - i!, j!, 3 - k!], true],
  ["expandDims", (x) => x.expandDims(-1), [2, 3, 4, 1], ([i, j, k]) => [i!, j!, k!], true],
  ["strided slice", (x) => x.stridedSlice([0, 2, 0], [2, -4, 4], [1, -2, 3]), [2, 2, 2], ([
    i,
    j,
    k,
  ]) => [i!, 2 - 2 * j!, 3 * k!], false],
  [
    "strided slice that drops an axis",
    (x) => tf.stridedSlice(x, [1, 0, 1], [2, 3, 4], [1, 2, 2], 0, 0, 0, 0, 1),
    [2, 2],
    ([j, k]) => [1, 2 * j!, 1 + 2 * k!],
    false,
  ],
  ["mirror padding", (x) => tf.mirrorPad(x, [[0, 0], [1, 2], [2, 1]], "reflect"), [2, 6, 7], ([
    i,
    j,
    k,
  ]) => [i!, [1, 0, 1, 2, 1, 0][j!]!, [2, 1, 0, 1, 2, 3, 2][k!]!], false],
  [
    "symmetric padding",
    (x) => tf.mirrorPad(x, [[0, 0], [1, 2], [2, 1]], "symmetric"),
    [2, 6, 7],
    ([i, j, k]) => [i!, [0, 0, 1, 2, 2, 1][j!]!, [1, 0, 0, 1, 2, 3, 3][k!]!],
    false,
  ],
  ["unstack and stack", (x) => tf.stack(tf.unstack(x, 1), -1), [2, 4, 3], ([i, k, j]) => [
    i!,
    j!,
    k!,
  ], true],
  [
    "slice",
    (x) => x.slice([0, 1, 1], [2, 2, 2]),
    [2, 2, 2],
    ([i, j, k]) => [i!, j! + 1, k! + 1],
    true,
  ],
  ["tile", (x) => x.tile([1, 2, 1]), [2, 6, 4], ([i, j, k]) => [i!, j! % 3, k!], true],
  ["gather", (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32"), 1), [2, 3, 4], ([i, j, k]) => [
    i!,
    [2, 0, 2][j!]!,
    k!,
  ], true],
  ["split and concat", (x) => tf.concat([...tf.split(x, [1, 3], 2)].reverse(), 2), [2, 3, 4], ([
    i,
    j,
    k,
  ]) => [i!, j!, (k! + 1) % 4], true],
  ["broadcastTo", (x) => x.expandDims(0).broadcastTo([2, 2, 3, 4]), [2, 2, 3, 4], ([, i, j, k]) => [
    i!,
    j!,
    k!,
  ], true],
];

for (const [name, onTensor, shape, from, slope] of cases) {
  testOn(`A-27 ${name} moves doubles, forward and backward`, () => {
    const onPlain = (x: Plain) =>
      plain(shape, (p) => {
        const index: number[] = [];
        for (let axis = shape.length - 1, rest = p; axis >= 0; axis--) {
          index[axis] = rest % shape[axis]!;
          rest = Math.floor(rest / shape[axis]!);
        }
        const [i, j, k] = from(index);
        return x.data[(i! * 3 + j!) * 4 + k!]!;
      });
    assertNear(onTensor(tensor(x)), onPlain(x), 0);
    if (slope) assertGradients(onTensor, onPlain, [x]);
  }, only);
}

testOn("padding is with the very number, and has a gradient", () => {
  const of = (x: tf.Tensor) => x.pad([[0, 0], [1, 0], [0, 0]], 0.1);
  assertEquals([...of(tensor(x)).dataSync().slice(0, 5)], [0.1, 0.1, 0.1, 0.1, 0]);
  const onPlain = (x: Plain) =>
    plain([2, 4, 4], (i) => i % 16 < 4 ? 0.1 : x.data[Math.floor(i / 16) * 12 + i % 16 - 4]!);
  assertGradients(of, onPlain, [x]);
}, only);
