/**
 * The wasm backend of tfjs, made to say when it is out of memory.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { BackendWasm } from "./tfjs_wasm.ts";

/** The functions of the compiled module that are used here. */
interface Module {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Starts the wasm backend.
 *
 * tfjs 4.22 does not look at what its allocator answers: once the heap of 4 GiB is full, it writes
 * over the beginning of it. Here that is an error.
 *
 * @throws {Error} If WebAssembly cannot be started.
 */
export async function startWasmBackend(): Promise<void> {
  if (!await tf.setBackend("wasm")) {
    throw new Error('Cannot start the backend "wasm" as WebAssembly must work: it does not here');
  }
  const backend = tf.backend();
  if (backend instanceof BackendWasm) checkAllocations(backend.wasm as unknown as Module);
}

/**
 * Makes an allocator throw where it would answer 0.
 *
 * @param module What holds the allocator.
 */
export function checkAllocations(module: Module): void {
  // The first call puts the compiled function in its own place, and would undo what follows.
  module._free(module._malloc(8));
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address === 0 && bytes > 0) {
      throw new RangeError(
        `Cannot make a tensor as it must fit in the 4 GiB of WebAssembly: it needs ${bytes} bytes more; dispose of tensors, or use a BLAS`,
      );
    }
    return address;
  };
}
