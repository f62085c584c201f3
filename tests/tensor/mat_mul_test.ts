import { matMul, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, normals, type Plain, plain, tensor } from "./plain.ts";

/** A product by index arithmetic on the broadcast outer shape. */
const reference = (transposeA: boolean, transposeB: boolean) => (a: Plain, b: Plain): Plain => {
  const [rows, inner] = transposeA
    ? [a.shape.at(-1)!, a.shape.at(-2)!]
    : [a.shape.at(-2)!, a.shape.at(-1)!];
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const rank = Math.max(a.shape.length, b.shape.length) - 2;
  const size = (x: Plain, axis: number) => x.shape[axis - rank + x.shape.length - 2] ?? 1;
  const outer = Array.from({ length: rank }, (_, i) => Math.max(size(a, i), size(b, i)));
  return plain([...outer, rows, columns], (place) => {
    const column = place % columns;
    const row = Math.floor(place / columns) % rows;
    let rest = Math.floor(place / columns / rows);
    const index = outer.map((n) => n).reverse().map((n) => {
      const i = rest % n;
      rest = Math.floor(rest / n);
      return i;
    }).reverse();
    const start = (x: Plain, block: number) =>
      block * index.reduce((sum, i, axis) => {
        const n = size(x, axis);
        return sum * n + (n === 1 ? 0 : i);
      }, 0);
    const p = start(a, rows * inner);
    const q = start(b, inner * columns);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += a.data[p + (transposeA ? k * rows + row : row * inner + k)]! *
        b.data[q + (transposeB ? column * inner + k : k * columns + column)]!;
    }
    return sum;
  });
};
const outers = [[[], []], [[2], []], [[], [2]], [[2], [2]], [[2, 1], [3]], [[2, 1], [1, 3]], [
  [1],
  [2, 2],
]];

for (
  const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [
    true,
    true,
  ]] as const
) {
  const named = `${transposeA ? "aᵗ" : "a"} ${transposeB ? "bᵗ" : "b"}`;
  testOn(`matMul() gives ${named} for every broadcast, with gradients`, () => {
    for (const [outerA, outerB] of outers) {
      const a = normals(1, ...outerA!, ...(transposeA ? [3, 2] : [2, 3]));
      const b = normals(2, ...outerB!, ...(transposeB ? [4, 3] : [3, 4]));
      const of = (a: tf.Tensor, b: tf.Tensor) => matMul(a, b, transposeA, transposeB);
      assertNear(of(tensor(a), tensor(b)), reference(transposeA, transposeB)(a, b), 1e-5);
      assertGradients(of, reference(transposeA, transposeB), [a, b]);
    }
  });
}

testOn("matMul() sums nothing to 0", () => {
  assertEquals([...matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync()], [0, 0, 0, 0]);
}, ["native"]);

Deno.test("matMul() refuses sizes that do not fit", () => {
  assertThrows(
    () => matMul(tf.zeros([2, 3]), tf.zeros([2, 3])),
    TypeError,
    "Cannot multiply matrices as their inner sizes must be equal: they are 3 and 2, shapes are [2, 3] and [2, 3]",
  );
  assertThrows(
    () => matMul(tf.zeros([3]), tf.zeros([3, 1])),
    TypeError,
    "Cannot multiply matrices as both must have rank 2 or more: shapes are [3] and [3, 1]",
  );
  assertThrows(
    () => matMul(tf.zeros([2, 1, 1]), tf.zeros([3, 1, 1])),
    TypeError,
    "Cannot multiply matrices as their outer shapes must broadcast: they are [2] and [3]",
  );
});
