/**
 * The kernel of rotary position embedding.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { rotate, splitPairs } from "../rotate.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";

type Pairing = "half" | "interleaved";
type RotateCall = Call<"x" | "cosines" | "sines", { pairing: Pairing }>;

function run({ inputs, attrs, backend }: RotateCall): tf.TensorInfo {
  const x = backend.floats(inputs.x);
  const cosines = backend.floats(inputs.cosines);
  const sines = backend.floats(inputs.sines);
  const [positions, pairs] = inputs.cosines.shape as [number, number];
  const width = inputs.x.shape.at(-1)!;
  const [apart, step] = attrs.pairing === "half" ? [pairs, 1] : [1, 2];
  const out = backend.allocate(x.length);
  for (let p = 0, position = 0; p < x.length; p += width, position = (position + 1) % positions) {
    for (let i = 0, q = p, r = position * pairs; i < pairs; i++, q += step, r++) {
      const first = x[q]!;
      const second = x[q + apart]!;
      out[q] = first * cosines[r]! - second * sines[r]!;
      out[q + apart] = second * cosines[r]! + first * sines[r]!;
    }
    for (let q = p + 2 * pairs; q < p + width; q++) out[q] = x[q]!;
  }
  return backend.output(inputs.x.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function rotateKernels(): Kernels {
  return { Rotate: kernel(run) };
}

/** Registers the gradients of this file. */
export function registerRotateGradient(): void {
  tf.registerGradient({
    kernelName: "Rotate",
    inputsToSave: ["x", "cosines", "sines"],
    gradFunc: (gradient, saved, attrs) => {
      const [x, cosines, sines] = saved as [tf.Tensor, tf.Tensor2D, tf.Tensor2D];
      const pairing = attrs["pairing"] as unknown as Pairing;
      const dy = gradient as tf.Tensor;
      const pairs = cosines.shape[1];
      const [first, second] = splitPairs(x, pairs, pairing);
      const [toFirst, toSecond] = splitPairs(dy, pairs, pairing);
      return {
        x: () => rotate(dy, cosines, sines.neg(), { pairing }),
        // Angles are rarely asked for, so theirs is composed.
        cosines: () => overPositions(first.mul(toFirst).add(second.mul(toSecond)), cosines),
        sines: () => overPositions(first.mul(toSecond).sub(second.mul(toFirst)), sines),
      };
    },
  });
}

/** Sums over all axes but position and pair. */
function overPositions(gradient: tf.Tensor, angles: tf.Tensor2D): tf.Tensor {
  return gradient.reshape([-1, ...angles.shape]).sum(0);
}
