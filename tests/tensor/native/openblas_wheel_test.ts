import { wheelFor } from "../../../lib/tensor/native/openblas_wheel.ts";
import { assert, assertMatch, assertThrows } from "../../assert.ts";

Deno.test("wheelFor() has a pinned wheel for each machine that Deno is built for", () => {
  for (const os of ["linux", "darwin", "windows"]) {
    for (const processor of ["x86_64", "aarch64"]) {
      const { file, sha256, libraries } = wheelFor(os, processor);
      assert(libraries.test("scipy_openblas32/lib/libscipy_openblas.so"));
      assertMatch(file, /^scipy_openblas32-[\d.]+-py3-none-\w+(\.\w+)?\.whl$/);
      assertMatch(sha256, /^[0-9a-f]{64}$/);
    }
  }
  assertThrows(
    () => wheelFor("freebsd", "x86_64"),
    RangeError,
    "Cannot fetch a BLAS as there must be a wheel for the machine: it is freebsd on x86_64, and there are wheels for linux x86_64,",
  );
});
