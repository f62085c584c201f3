import { solveByMlMatrix } from "../../../lib/tensor/algebra/by_ml_matrix.ts";
import { matrix, transposed } from "../../../lib/tensor/algebra/matrix.ts";
import { assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";

// What every solver must do is tested in by_lapack_test.ts, on both.
Deno.test("ml-matrix factors wide matrices, which its own QR does not", async () => {
  const of = matrix(2, 4, (i, j) => [[3, 1, 0, 2], [4, 2, 1, 1]][i]![j]!);
  const { q, r } = await solveByMlMatrix().qr(transposed(of));
  assertEquals([q.rows, q.columns, r.rows, r.columns], [2, 2, 2, 4]);
  near([Math.abs(r.values[0]!), r.values[4]!], [5, 0], 1e-12);
});
