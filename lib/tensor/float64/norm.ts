/**
 * LayerNorm and RMSNorm in doubles. The whole norm of the native backend rounds to 32 bits on the
 * way, where its parts store what they have; here it is made of those parts.
 *
 * @module
 */

import type { Call, Kernels } from "../native/kernels.ts";
import { normKernels } from "../native/norm.ts";
import type * as tf from "../tfjs.ts";

type NormCall = Call<"x" | "gain" | "bias", { centre: boolean; epsilon: number }>;

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function wholeNormKernels(): Kernels {
  const { NormScale, Normalize, Affine } = normKernels();
  const run = (kernel: tf.KernelFunc | undefined, inputs: object, { attrs, backend }: NormCall) =>
    kernel!({ inputs, attrs, backend } as never) as tf.TensorInfo;
  const norm = (call: NormCall): tf.TensorInfo => {
    const { x, gain, bias } = call.inputs;
    const scale = run(NormScale, { x }, call);
    const normalized = run(Normalize, { x, scale }, call);
    const result = run(Affine, { x: normalized, gain, bias }, call);
    for (const part of [scale, normalized]) call.backend.disposeIntermediateTensorInfo(part);
    return result;
  };
  return { Norm: norm as unknown as tf.KernelFunc };
}
