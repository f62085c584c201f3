import { solver } from "../../../lib/tensor/algebra/solver.ts";
import { startBackend } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { lapack } from "./solvers.ts";

Deno.test("solver() is LAPACK where the native backend runs on a library that holds it", async () => {
  const { name } = await startBackend();
  const expected = name === "native" && lapack ? "LAPACK" : "ml-matrix";
  assertEquals((await solver()).name, expected);
});
