import { rotate, type RotateOptions, tf } from "../../lib/tensor/mod.ts";
import { assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertGradients, assertNear, normals, type Plain, plain, tensor } from "./plain.ts";

const reference = (pairing: "half" | "interleaved") => (x: Plain, c: Plain, s: Plain): Plain => {
  const [positions, pairs] = c.shape as [number, number];
  const width = x.shape.at(-1)!;
  return plain(x.shape, (i) => {
    const column = i % width;
    if (column >= 2 * pairs) return x.data[i]!;
    const position = Math.floor(i / width) % positions;
    const half = pairing === "half";
    const pair = half ? column % pairs : column >> 1;
    const first = half ? column < pairs : column % 2 === 0;
    const other = i + (half ? pairs : 1) * (first ? 1 : -1);
    const at = position * pairs + pair;
    return x.data[i]! * c.data[at]! + (first ? -1 : 1) * x.data[other]! * s.data[at]!;
  });
};

for (const pairing of ["half", "interleaved"] as const) {
  for (const width of [6, 9]) {
    const inputs = [normals(1, 2, 1, 4, width), normals(2, 4, 3), normals(3, 4, 3)];
    const of = (x: tf.Tensor, c: tf.Tensor, s: tf.Tensor) =>
      rotate(x, c as tf.Tensor2D, s as tf.Tensor2D, { pairing });
    testOn(`rotate() turns 6 of ${width} columns, ${pairing}, forward and backward`, () => {
      const [x, c, s] = inputs.map((input) => tensor(input)) as [tf.Tensor, tf.Tensor, tf.Tensor];
      assertNear(of(x, c, s), reference(pairing)(inputs[0]!, inputs[1]!, inputs[2]!), 1e-6);
      assertGradients(of, reference(pairing), inputs);
    });
  }
}

testOn("rotate() keeps the length of every pair", () => {
  const angles = normals(4, 4, 3);
  const c = tensor<tf.Tensor2D>(plain([4, 3], (i) => Math.cos(angles.data[i]!)));
  const s = tensor<tf.Tensor2D>(plain([4, 3], (i) => Math.sin(angles.data[i]!)));
  const x = normals(5, 1, 1, 4, 6);
  for (const pairing of ["half", "interleaved"] satisfies RotateOptions["pairing"][]) {
    const lengths = rotate(tensor(x), c, s, { pairing }).square().sum(-1);
    const expected = plain(
      [1, 1, 4],
      (row) => x.data.subarray(6 * row, 6 * row + 6).reduce((sum, value) => sum + value ** 2, 0),
    );
    assertNear(lengths, expected, 1e-5);
  }
});

Deno.test("rotate() refuses angles of other positions", () => {
  assertThrows(
    () => rotate(tf.zeros([1, 1, 4, 6]), tf.zeros([5, 3]), tf.zeros([5, 3])),
    TypeError,
    "Cannot rotate as angles must be [position, rotated/2]: input is [1, 1, 4, 6], cosines are [5, 3], sines are [5, 3]",
  );
});
