import type { Blas } from "../../../lib/tensor/native/blas.ts";
import { blasNames, findBlas } from "../../../lib/tensor/native/find_blas.ts";
import { eachAlone } from "../../../lib/tensor/native/blas_batch.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

/** Opens every name but "absent" and "broken". */
function open(path: string): Blas {
  if (path === "absent") throw new Error("Could not open library: absent: No such file");
  if (path === "broken") throw new Error("Cannot use it");
  return { path, multiply: multiplyByLoops, multiplyBatch: eachAlone(multiplyByLoops) };
}
const examine = ({ path }: Blas) =>
  path === "slow"
    ? { passed: false, gigaflops: 2, reason: "it is slow" }
    : { passed: true, gigaflops: 99 };

Deno.test("findBlas() takes the first library that passes its trial", () => {
  const candidates = ["absent", "slow", "broken", "fast", "faster"];
  const { blas, gigaflops } = findBlas({ candidates, open, examine });
  assertEquals([blas.path, gigaflops], ["fast", 99]);
});

Deno.test("findBlas() really tries: loops under a fast name are refused", () => {
  assertThrows(
    () => findBlas({ candidates: ["libopenblas.so.0"], open }),
    Error,
    'Cannot find a fast BLAS as one must be installed: "libopenblas.so.0" was refused, as it is ',
  );
});

Deno.test("findBlas() says why it refused what it found, and no more of what is absent", () => {
  assertThrows(
    () => findBlas({ candidates: ["absent", "slow", "broken"], open, examine }),
    Error,
    'Cannot find a fast BLAS as one must be installed: "slow" was refused, as it is slow; "broken": Cannot use it',
  );
  assertThrows(
    () => findBlas({ candidates: ["absent"], open, examine }),
    Error,
    "Cannot find a fast BLAS as one must be installed: there is none",
  );
});

Deno.test("findBlas() looks nowhere else when a library was asked for", () => {
  assertThrows(
    () => findBlas({ path: "slow", candidates: ["fast"], open, examine }),
    Error,
    'Cannot use the BLAS of INNERWORKS_BLAS as it must open and pass its trial: "slow", it is slow',
  );
  assertThrows(
    () => findBlas({ path: "absent", candidates: ["fast"], open, examine }),
    Error,
    '"absent", Could not open',
  );
});

Deno.test("blasNames() looks for the fast libraries of each system", () => {
  assertEquals(blasNames("linux")[0], "libopenblas.so.0");
  assert(blasNames("darwin")[0]!.includes("Accelerate"));
  assert(blasNames("windows").every((name) => name.endsWith(".dll")));
});
