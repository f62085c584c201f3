import { multiplyDoubles } from "../../../lib/tensor/float64/multiply.ts";
import { assertEquals } from "../../assert.ts";
import { assertClose, normals } from "../plain.ts";

const [rows, columns, inner] = [3, 4, 5];
const a = Float64Array.from(normals(1, 7 + rows * inner).data);
const b = Float64Array.from(normals(2, 2 + inner * columns).data);
const before = Float64Array.from(normals(3, 1 + rows * columns).data);

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    const which = `${transposeA ? "transposed" : "plain"} by ${
      transposeB ? "transposed" : "plain"
    }`;
    Deno.test(`multiplyDoubles() sums products, ${which}, with offsets, alpha and beta`, () => {
      const c = before.slice();
      const [aOffset, bOffset, cOffset] = [7, 2, 1];
      const sizes = { rows, columns, inner, aOffset, bOffset, cOffset };
      multiplyDoubles({ a, b, c, ...sizes, transposeA, transposeB, alpha: 0.3, beta: 2 });
      const expected = before.slice();
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            sum += a[7 + (transposeA ? k * rows + i : i * inner + k)]! *
              b[2 + (transposeB ? j * inner + k : k * columns + j)]!;
          }
          expected[1 + i * columns + j] = 0.3 * sum + 2 * before[1 + i * columns + j]!;
        }
      }
      assertClose(c, expected, 1e-14);
    });
  }
}

Deno.test("multiplyDoubles() does not read what it overwrites", () => {
  const c = new Float64Array(1).fill(NaN);
  multiplyDoubles({
    a: Float64Array.of(2),
    b: Float64Array.of(3),
    c,
    rows: 1,
    columns: 1,
    inner: 1,
  });
  assertEquals([...c], [6]);
});
