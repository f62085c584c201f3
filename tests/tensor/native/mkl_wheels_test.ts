import { mklWheels } from "../../../lib/tensor/native/mkl_wheels.ts";
import { assert, assertMatch, assertThrows } from "../../assert.ts";

Deno.test("mklWheels() are pinned, take no more than is used, and are there for one kind of machine", () => {
  for (const { file, version, sha256 } of mklWheels("linux", "x86_64")) {
    assert(file.includes(version));
    assertMatch(sha256, /^[0-9a-f]{64}$/);
  }
  const { libraries } = mklWheels("linux", "x86_64").at(-1)!;
  assert(libraries.test("mkl-2026.2.0.data/data/lib/libmkl_rt.so.3"));
  assert(!libraries.test("mkl-2026.2.0.data/data/lib/libmkl_intel_ilp64.so.3"));
  assertThrows(
    () => mklWheels("darwin", "aarch64"),
    RangeError,
    "Cannot fetch MKL as the machine must be linux on x86_64: it is darwin on aarch64; deno task blas fetches OpenBLAS",
  );
});
