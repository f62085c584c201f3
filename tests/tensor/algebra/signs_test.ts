import { matrix } from "../../../lib/tensor/algebra/matrix.ts";
import { columnSigns, scaledColumns } from "../../../lib/tensor/algebra/signs.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("columnSigns() reads the entry of greatest size, the first of those that rounding parts", () => {
  const rows = [[1, -1, 0, -1, 1], [-2, 1 + 1e-15, 0, 0.5, -1 - 1e-15]];
  assertEquals([...columnSigns(matrix(2, 5, (i, j) => rows[i]![j]!))], [-1, -1, 1, -1, 1]);
});

Deno.test("scaledColumns() multiplies columns and leaves the matrix alone", () => {
  const of = matrix(2, 2, (i, j) => 2 * i + j + 1);
  assertEquals([...scaledColumns(of, Float64Array.of(-1, 10)).values], [-1, 20, -3, 40]);
  assertEquals([...of.values], [1, 2, 3, 4]);
});
