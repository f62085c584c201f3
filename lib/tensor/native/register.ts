/**
 * Makes the native backend known to tfjs.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { activateKernels, registerActivateGradient } from "./activate.ts";
import { arithmeticKernels } from "./arithmetic.ts";
import { attendKernels } from "./attend.ts";
import { attendGradientKernels, registerAttendGradients } from "./attend_gradient.ts";
import { attentionKernels, registerAttentionGradients } from "./attention.ts";
import { NativeBackend, type NativeBackendOptions } from "./backend.ts";
import type { Multiply } from "./blas.ts";
import { copyKernels, registerCopyGradient } from "./copy.ts";
import { headKernels, registerHeadGradients } from "./heads.ts";
import { cpuKernel, type Kernels } from "./kernels.ts";
import { linearKernels, registerLinearGradient } from "./linear.ts";
import { linearActivateKernels, registerLinearActivateGradient } from "./linear_activate.ts";
import { matMulKernels } from "./mat_mul.ts";
import { moveKernels } from "./move.ts";
import { normKernels, registerNormGradients } from "./norm.ts";
import { reduceKernels } from "./reduce.ts";
import { registerRotateGradient, rotateKernels } from "./rotate.ts";
import { pickLogSoftmaxKernels, registerPickLogSoftmaxGradient } from "./pick_log_softmax.ts";
import { registerSoftmaxGradients, softmaxKernels } from "./softmax.ts";

/**
 * Registers the backend "native" with its kernels and their gradients.
 *
 * @param multiply What carries out matrix products.
 * @param options What carries out many at once, and where arrays wait to be written again.
 */
export function registerNative(multiply: Multiply, options?: NativeBackendOptions): void {
  registerKernels("native", nativeKernels());
  tf.registerBackend("native", () => new NativeBackend(multiply, options), 5);
}

/**
 * Lists our own kernels, those of tfjs' operations and the fused ones.
 *
 * @returns The kernels by name.
 */
export function nativeKernels(): Kernels {
  return {
    ...moveKernels(),
    ...copyKernels(),
    ...arithmeticKernels(),
    ...reduceKernels(),
    ...matMulKernels(),
    ...pickLogSoftmaxKernels(),
    ...softmaxKernels(),
    ...linearKernels(),
    ...linearActivateKernels(),
    ...normKernels(),
    ...activateKernels(),
    ...headKernels(),
    ...attentionKernels(),
    ...attendKernels(),
    ...attendGradientKernels(),
    ...rotateKernels(),
  };
}

/**
 * Registers the kernels of a backend: those of tfjs' cpu backend, its own in their place where it
 * has them, and the gradients of the fused ones.
 *
 * @param backendName The name of the backend.
 * @param own Its own kernels.
 */
export function registerKernels(backendName: string, own: Kernels): void {
  for (const theirs of tf.getKernelsForBackend("cpu")) {
    if (!Object.hasOwn(own, theirs.kernelName)) {
      const kernelFunc = cpuKernel(theirs.kernelName);
      tf.registerKernel({ ...theirs, backendName, kernelFunc });
    }
  }
  for (const [kernelName, kernelFunc] of Object.entries(own)) {
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
  registerCopyGradient();
  registerPickLogSoftmaxGradient();
  registerLinearGradient();
  registerLinearActivateGradient();
  registerNormGradients();
  registerActivateGradient();
  registerHeadGradients();
  registerAttentionGradients();
  registerAttendGradients();
  registerSoftmaxGradients();
  registerRotateGradient();
}
