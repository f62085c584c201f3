import { checkBasis, DEPENDENT, projected } from "../../lib/run/basis.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { near } from "../near.ts";

await startBackend();

const use = { purpose: "project embed", axes: ["batch", "position", "width"], width: 3 };

Deno.test("projected() keeps vectors of the space, and loses those at right angles to it", () => {
  const x = tf.tensor2d([[2, 0, 5], [0, 1, 0], [1, 1, 1]]);
  near(
    tf.tidy(() => projected(x, [[2, 0, 0], [1, 1, 0]], "project").dataSync()),
    [2, 0, 0, 0, 1, 0, 1, 1, 0],
    1e-6,
  );
  near(
    tf.tidy(() => projected(x, [0, 0, -4], "project").dataSync()),
    [0, 0, 5, 0, 0, 0, 0, 0, 1],
    1e-6,
  );
});

Deno.test("projected() stays a projection for rows that are nearly dependent", () => {
  const random = new RandomStream(1, "nearly"),
    a = [...random.normals(8)],
    b = [...random.normals(8)];
  const basis = [a, a.map((value, i) => value + 1e-3 * b[i]!)];
  const x = tf.tensor2d([...random.normals(40)], [5, 8]);
  const once = tf.tidy(() => projected(x, basis, "project"));
  const twice = tf.tidy(() => projected(once, basis, "project"));
  // Rows that differ by a thousandth keep four of float32's seven digits.
  near(twice.dataSync(), once.dataSync(), 1e-3);
});

Deno.test("checkBasis() refuses rows that are dependent within the stated part of their length", () => {
  const near = (part: number) => [[1, 0, 0], [1, part, 0]];
  checkBasis(near(2 * DEPENDENT), use);
  checkBasis([5, 0, 0], use);
  checkBasis(tf.eye(3), use);
  for (const basis of [near(DEPENDENT / 2), [[1, 0, 0], [0, 1, 0], [3, -2, 0]]]) {
    assertEquals(
      assertThrows(() => checkBasis(basis, use), RangeError).message,
      `Cannot project embed as the rows of its basis must be independent: row ${
        basis.length - 1
      } lies within 0.0001 of its length of those before`,
    );
  }
  const zero = assertThrows(() => checkBasis([0, 0, 0], use), RangeError);
  assert(zero.message.includes("row 0"));
  // More rows than the space has room for.
  const many = assertThrows(
    () => checkBasis([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 2, 3]], use),
    RangeError,
  );
  assert(many.message.includes("row 3"));
});
