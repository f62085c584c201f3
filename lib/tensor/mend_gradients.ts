/**
 * Gradients that tfjs 4.22 has wrong or lacks. Its registry is one for all backends, so they are
 * mended for all.
 *
 * @module
 */

import { hasKernel, runKernel } from "./kernel.ts";
import { mendIndexing } from "./mend_indexing.ts";
import { mendTape } from "./mend_tape.ts";
import * as tf from "./tfjs.ts";

/** Replaces gradients, and puts the tape in order, so that second derivatives are right too. */
export function mendGradients(): void {
  mendTape();
  mendMatMul();
  mendTile();
  mendErf();
  mendSoftmax();
  mendLogSoftmax();
  mendLeakyRelu();
  mendComparisons();
  mendIndexing();
}

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** That of tfjs has the wrong shape where batches are broadcast. */
function mendMatMul(): void {
  tf.registerGradient({
    kernelName: "BatchMatMul",
    inputsToSave: ["a", "b"],
    gradFunc: (dy, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const { transposeA, transposeB } = attrs as unknown as Transposes;
      const g = dy as tf.Tensor;
      // With A and B as multiplied, dA is g·Bᵗ and dB is Aᵗ·g; a stored transpose swaps both sides.
      return {
        a: () =>
          unbroadcast(
            transposeA ? tf.matMul(b, g, transposeB, true) : tf.matMul(g, b, false, !transposeB),
            a.shape,
          ),
        b: () =>
          unbroadcast(
            transposeB ? tf.matMul(g, a, true, transposeA) : tf.matMul(a, g, !transposeA, false),
            b.shape,
          ),
      };
    },
  });
}

/** Sums over the axes along which an input of this shape was repeated. */
function unbroadcast(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const missing = gradient.rank - shape.length;
  const repeated = gradient.shape.map((_, axis) => axis)
    .filter((axis) =>
      axis < missing || (shape[axis - missing] === 1 && gradient.shape[axis] !== 1)
    );
  return (repeated.length ? gradient.sum(repeated) : gradient).reshape(shape);
}

/** That of tfjs stops at rank 4. */
function mendTile(): void {
  tf.registerGradient({
    kernelName: "Tile",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const { shape } = saved[0]!;
      const reps = attrs["reps"] as unknown as number[];
      return {
        x: () => {
          let sum = dy as tf.Tensor;
          // One axis after the other, from the last: the axes before keep their repetitions.
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            const count = reps[axis]!;
            if (count === 1) continue;
            const rest = shape.slice(axis).reduce((product, size) => product * size, 1);
            const outer = shape.slice(0, axis)
              .reduce((product, size, i) => product * size * reps[i]!, 1);
            sum = sum.reshape([outer, count, rest]).sum(1);
          }
          return sum.reshape(shape);
        },
      };
    },
  });
}

const slopeOfErf = 2 / Math.sqrt(Math.PI);

/** That of tfjs multiplies by a number that it rounds to 32 bits. */
function mendErf(): void {
  tf.registerGradient({
    kernelName: "Erf",
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => {
      const [x] = saved as [tf.Tensor];
      return { x: () => x.square().neg().exp().mul(slopeOfErf).mul(dy as tf.Tensor) };
    },
  });
}

/** That of tfjs has no fused kernel. */
function mendSoftmax(): void {
  tf.registerGradient({
    kernelName: "Softmax",
    outputsToSave: [true],
    gradFunc: (gradient, saved) => {
      const [y] = saved as [tf.Tensor];
      const dy = gradient as tf.Tensor;
      return {
        logits: () => {
          if (hasKernel("SoftmaxGradient")) return runKernel("SoftmaxGradient", { y, dy });
          return y.mul(dy.sub(y.mul(dy).sum(-1, true)));
        },
      };
    },
  });
}

/** That of tfjs asks for an axis, which is the last one here. */
function mendLogSoftmax(): void {
  tf.registerGradient({
    kernelName: "LogSoftmax",
    outputsToSave: [true],
    gradFunc: (gradient, saved) => {
      const [y] = saved as [tf.Tensor];
      const dy = gradient as tf.Tensor;
      return { logits: () => dy.sub(y.exp().mul(dy.sum(-1, true))) };
    },
  });
}

/** That of tfjs multiplies by a number that it rounds to 32 bits. */
function mendLeakyRelu(): void {
  tf.registerGradient({
    kernelName: "LeakyRelu",
    inputsToSave: ["x"],
    gradFunc: (gradient, saved, attrs) => {
      const dy = gradient as tf.Tensor;
      const alpha = attrs["alpha"] as unknown as number;
      return { x: () => tf.where(saved[0]!.greater(0), dy, dy.mul(alpha)) };
    },
  });
}

/** Without a gradient of 0, what is chosen by a comparison has no second derivative in tfjs. */
function mendComparisons(): void {
  const flat = (kernelName: string, inputsToSave: readonly string[]) =>
    tf.registerGradient({
      kernelName,
      inputsToSave: [...inputsToSave],
      gradFunc: (_, saved) =>
        Object.fromEntries(
          inputsToSave.map((input, i) => [input, () => tf.zeros(saved[i]!.shape)]),
        ),
    });
  for (const name of ["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"]) {
    flat(name, ["a", "b"]);
  }
  for (const name of ["LogicalAnd", "LogicalOr"]) flat(name, ["a", "b"]);
  flat("LogicalNot", ["x"]);
}
