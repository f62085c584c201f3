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
 * Starts the wasm backend, with the one kernel that gradients need and tfjs lacks there.
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
  registerSegmentSum();
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

/** Sums of rows by segment, the gradient of `tf.gather`. */
function registerSegmentSum(): void {
  if (tf.getKernel("UnsortedSegmentSum", "wasm")) return;
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as Record<string, tf.TensorInfo>;
      const { numSegments } = attrs as unknown as { numSegments: number };
      const wasm = backend as BackendWasm;
      const ids = wasm.readSync(segmentIds!.dataId) as Int32Array;
      const values = wasm.readSync(x!.dataId) as Float32Array;
      const rest = x!.shape.slice(segmentIds!.shape.length);
      const width = rest.reduce((product, size) => product * size, 1);
      const out = wasm.makeOutput([numSegments, ...rest], x!.dtype);
      const sums = (wasm.typedArrayFromHeap(out) as Float32Array).fill(0);
      ids.forEach((id, i) => {
        // As in TensorFlow, a place outside is dropped.
        if (id < 0 || id >= numSegments) return;
        for (let j = 0; j < width; j++) sums[id * width + j]! += values[i * width + j]!;
      });
      return out;
    },
  });
}
