/**
 * Runs one test on each backend. The native one multiplies in loops here, so that its kernels are
 * tested where there is no BLAS, and its fresh arrays are full of NaN, so that a kernel that leaves
 * a number unwritten is caught.
 *
 * @module
 */

import { tf } from "../../lib/tensor/mod.ts";
import { mendGradients } from "../../lib/tensor/mend_gradients.ts";
import { registerFloat64 } from "../../lib/tensor/float64/register.ts";
import { Pool } from "../../lib/tensor/native/pool.ts";
import { registerNative } from "../../lib/tensor/native/register.ts";
import { multiplyByLoops } from "../../lib/tensor/native/trial.ts";
import { startWasmBackend } from "../../lib/tensor/wasm.ts";

class PoisonedPool extends Pool {
  override take(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(length).fill(NaN);
  }
}

mendGradients();
registerNative(multiplyByLoops, { pool: new PoisonedPool(0) });
registerFloat64();
await startWasmBackend();

/** Defines a test that is run on native, wasm, cpu and float64 in turn, or on those named. */
export function testOn(
  name: string,
  run: () => void | Promise<void>,
  backends: readonly string[] = ["native", "wasm", "cpu", "float64"],
): void {
  for (const backend of backends) {
    Deno.test(`${name} (${backend})`, async () => {
      await tf.setBackend(backend);
      tf.engine().startScope();
      try {
        await run();
      } finally {
        tf.engine().endScope();
      }
    });
  }
}
