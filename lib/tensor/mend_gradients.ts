/**
 * Gradients that tfjs 4.22 has wrong or lacks. Its registry is one for all backends, so they are
 * mended for all.
 *
 * @module
 */

import { hasKernel, runKernel } from "./kernel.ts";
import { mendIndexing } from "./mend_indexing.ts";
import { logSoftmax, softmax } from "./softmax.ts";
import * as tf from "./tfjs.ts";

/**
 * Replaces the gradients of matrix products, of repetition, of operations that pick numbers by their
 * place, and those that use their kernel's result: tfjs puts the copy of a result on its tape before the kernel that made it, so that second
 * derivatives miss what runs through it.
 */
export function mendGradients(): void {
  mendMatMul();
  mendTile();
  mendUnary("Exp", (x) => x.exp(), (y, dy) => dy.mul(y));
  mendUnary("Sigmoid", (x) => x.sigmoid(), (y, dy) => dy.mul(y.sub(y.square())));
  mendUnary("Tanh", (x) => x.tanh(), (y, dy) => dy.sub(dy.mul(y.square())));
  // That of tfjs multiplies by a number that it rounds to 32 bits.
  mendUnary("Erf", (x) => x.erf(), (_, dy, x) => dy.mul(x.square().neg().exp().mul(slopeOfErf)));
  mendSoftmax();
  mendLogSoftmax();
  mendLeakyRelu();
  mendComparisons();
  mendIndexing();
}

const slopeOfErf = 2 / Math.sqrt(Math.PI);

/**
 * Takes the result that a kernel saved for its gradient, or makes it again where a derivative of
 * the gradient will be asked for.
 *
 * @param y The saved result.
 * @param again Makes it again from inputs.
 * @returns The result.
 */
export function savedOutput(y: tf.Tensor, again: () => tf.Tensor): tf.Tensor {
  return tf.engine().state.gradientDepth > 0 ? again() : y;
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

/** A function of each number whose slope is known from its result. */
function mendUnary(
  kernelName: string,
  of: (x: tf.Tensor) => tf.Tensor,
  slope: (y: tf.Tensor, dy: tf.Tensor, x: tf.Tensor) => tf.Tensor,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      return { x: () => slope(savedOutput(y, () => of(x)), dy as tf.Tensor, x) };
    },
  });
}

function mendSoftmax(): void {
  tf.registerGradient({
    kernelName: "Softmax",
    inputsToSave: ["logits"],
    outputsToSave: [true],
    gradFunc: (gradient, saved) => {
      const dy = gradient as tf.Tensor;
      return {
        logits: () => {
          const y = savedOutput(saved[1]!, () => softmax(saved[0]!));
          if (hasKernel("SoftmaxGradient")) return runKernel("SoftmaxGradient", { y, dy });
          return y.mul(dy.sub(y.mul(dy).sum(-1, true)));
        },
      };
    },
  });
}

function mendLogSoftmax(): void {
  tf.registerGradient({
    kernelName: "LogSoftmax",
    inputsToSave: ["logits"],
    outputsToSave: [true],
    gradFunc: (gradient, saved) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      const dy = gradient as tf.Tensor;
      const probabilities = () => savedOutput(y, () => logSoftmax(x)).exp();
      return { logits: () => dy.sub(probabilities().mul(dy.sum(-1, true))) };
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
