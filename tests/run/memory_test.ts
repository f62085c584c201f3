/** Runs in a loop hold no more after 200 than after 20, on native and on wasm, disposed or left to the collector. */

import { fileURLToPath } from "node:url";
import { findBlas } from "../../lib/tensor/native/find_blas.ts";
import { assert, assertEquals } from "../assert.ts";

interface Reading {
  /** The resident memory of the process. */
  readonly resident: number;
  /** The bytes of arrays that something still holds. */
  readonly arrays: number;
  /** The bytes of tensors as tfjs counts them; on native it cannot count what was collected. */
  readonly tensors: number;
}

async function probe(backend: string, manner: string): Promise<[Reading, Reading]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      // V8 doubles its nursery within the first hundred runs: 16 MB that no run holds.
      "--v8-flags=--expose-gc,--min-semi-space-size=16,--max-semi-space-size=16",
      fileURLToPath(new URL("memory_probe.ts", import.meta.url)),
      manner,
    ],
    env: { INNERWORKS_BACKEND: backend, NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const readings = JSON.parse(new TextDecoder().decode(stdout));
  return [readings[20], readings[200]];
}

/**
 * The resident memory may grow by this factor. Left to the collector, garbage waits for it and splinters what malloc
 * hands out, on native the more as captured tensors are arrays; what is held at the end is the same to the byte.
 */
const MOST = { using: { native: 1.05, wasm: 1.05 }, left: { native: 1.2, wasm: 1.1 } };

for (const backend of ["native", "wasm"] as const) {
  for (const manner of ["using", "left"] as const) {
    Deno.test({
      name: `${backend}: run 200 with capture leaves no more than run 20, results ${
        manner === "using" ? "disposed" : "left to the collector"
      }${backend === "native" && !hasBlas() ? " (no fast BLAS was found)" : ""}`,
      ignore: backend === "native" && !hasBlas(),
      fn: async () => {
        let least = Infinity;
        // What the process needs beside is noise that only adds: a leak would show in every try.
        for (let attempt = 0; attempt < 3 && least > MOST[manner][backend]; attempt++) {
          const [early, late] = await probe(backend, manner);
          assert(
            late.arrays <= early.arrays + 2e5,
            `arrays grew from ${early.arrays} to ${late.arrays}`,
          );
          if (backend === "wasm" || manner === "using") assertEquals(late.tensors, early.tensors);
          least = Math.min(least, late.resident / early.resident);
        }
        assert(least <= MOST[manner][backend], `resident memory grew by a factor of ${least}`);
      },
    });
  }
}

function hasBlas(): boolean {
  try {
    findBlas({ path: Deno.env.get("INNERWORKS_BLAS") });
    return true;
  } catch {
    return false;
  }
}
