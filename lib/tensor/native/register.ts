/**
 * Makes the native backend known to tfjs.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { activateKernels, registerActivateGradient } from "./activate.ts";
import { arithmeticKernels } from "./arithmetic.ts";
import { attentionKernels, registerAttentionGradients } from "./attention.ts";
import { NativeBackend } from "./backend.ts";
import type { Multiply } from "./blas.ts";
import { headKernels, registerHeadGradients } from "./heads.ts";
import { cpuKernel, type Kernels } from "./kernels.ts";
import { linearKernels, registerLinearGradient } from "./linear.ts";
import { matMulKernels } from "./mat_mul.ts";
import { moveKernels } from "./move.ts";
import { normKernels, registerNormGradients } from "./norm.ts";
import { reduceKernels } from "./reduce.ts";
import type { Pool } from "./pool.ts";
import { registerRotateGradient, rotateKernels } from "./rotate.ts";
import { registerSoftmaxGradients, softmaxKernels } from "./softmax.ts";

/**
 * Registers the backend "native" with its kernels: those of tfjs' cpu backend, ours in their place
 * where we have them, and the fused ones with their gradients.
 *
 * @param multiply What carries out matrix products.
 * @param pool Where arrays wait to be written again.
 */
export function registerNative(multiply: Multiply, pool?: Pool): void {
  const own: Kernels = {
    ...moveKernels(),
    ...arithmeticKernels(),
    ...reduceKernels(),
    ...matMulKernels(),
    ...softmaxKernels(),
    ...linearKernels(),
    ...normKernels(),
    ...activateKernels(),
    ...headKernels(),
    ...attentionKernels(),
    ...rotateKernels(),
  };
  for (const theirs of tf.getKernelsForBackend("cpu")) {
    if (!Object.hasOwn(own, theirs.kernelName)) {
      const kernelFunc = cpuKernel(theirs.kernelName);
      tf.registerKernel({ ...theirs, backendName: "native", kernelFunc });
    }
  }
  for (const [kernelName, kernelFunc] of Object.entries(own)) {
    tf.registerKernel({ kernelName, backendName: "native", kernelFunc });
  }
  registerLinearGradient();
  registerNormGradients();
  registerActivateGradient();
  registerHeadGradients();
  registerAttentionGradients();
  registerSoftmaxGradients();
  registerRotateGradient();
  tf.registerBackend("native", () => new NativeBackend(multiply, pool), 5);
}
