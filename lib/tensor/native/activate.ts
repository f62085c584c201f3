/**
 * Kernels of the functions that neurons apply, each with a loop of its own.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { type ActivationName, composeActivation } from "../activate.ts";
import type { Values } from "./blas.ts";
import { registerComposedGradient } from "./composed_gradient.ts";
import { normalProbability } from "./erf.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";
import { activateVectors, isPointwise, slopeVectors } from "./simd/pointwise.ts";

interface Named {
  readonly name: Exclude<ActivationName, "identity">;
}

const cube = 0.044715;
const twice = 2 * Math.sqrt(2 / Math.PI);
const density = 1 / Math.sqrt(2 * Math.PI);

/** y = f(x), where numbers are not single, or the function is not there over vectors. */
const functions: Record<Named["name"], (x: Values, y: Values) => void> = {
  gelu(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = x[i]! * normalProbability(x[i]!);
  },
  gelu_tanh(x, y) {
    // 0.5 (1 + tanh z) is 1 / (1 + exp(-2 z)), at half the cost.
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      y[i] = v / (1 + Math.exp(-twice * (v + cube * v * v * v)));
    }
  },
  quick_gelu(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = x[i]! / (1 + Math.exp(-1.702 * x[i]!));
  },
  relu(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i]!, 0);
  },
  relu_squared(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i]!, 0) ** 2;
  },
  silu(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = x[i]! / (1 + Math.exp(-x[i]!));
  },
  sigmoid(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
  },
  tanh(x, y) {
    for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]!);
  },
};

/** dx = f'(x) dy */
const slopes: Record<Named["name"], (x: Values, dy: Values, dx: Values) => void> = {
  gelu(x, dy, dx) {
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      dx[i] = dy[i]! * (normalProbability(v) + v * density * Math.exp(-0.5 * v * v));
    }
  },
  gelu_tanh(x, dy, dx) {
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      const s = 1 / (1 + Math.exp(-twice * (v + cube * v * v * v)));
      // s (1 - s) is exactly 0 far out, where the cube may be infinite.
      const change = s * (1 - s);
      dx[i] = dy[i]! * (s + (change === 0 ? 0 : v * change * twice * (1 + 3 * cube * v * v)));
    }
  },
  quick_gelu(x, dy, dx) {
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      const s = 1 / (1 + Math.exp(-1.702 * v));
      dx[i] = dy[i]! * (s + 1.702 * v * s * (1 - s));
    }
  },
  relu(x, dy, dx) {
    for (let i = 0; i < x.length; i++) dx[i] = x[i]! > 0 ? dy[i]! : 0;
  },
  relu_squared(x, dy, dx) {
    for (let i = 0; i < x.length; i++) dx[i] = dy[i]! * 2 * Math.max(x[i]!, 0);
  },
  silu(x, dy, dx) {
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!;
      const s = 1 / (1 + Math.exp(-v));
      dx[i] = dy[i]! * (s + v * s * (1 - s));
    }
  },
  sigmoid(x, dy, dx) {
    for (let i = 0; i < x.length; i++) {
      const s = 1 / (1 + Math.exp(-x[i]!));
      dx[i] = dy[i]! * s * (1 - s);
    }
  },
  tanh(x, dy, dx) {
    for (let i = 0; i < x.length; i++) dx[i] = dy[i]! * (1 - Math.tanh(x[i]!) ** 2);
  },
};

function run({ inputs: { x }, attrs, backend }: Call<"x", Named>): tf.TensorInfo {
  const values = backend.floats(x);
  const out = backend.allocate(values.length);
  if (isPointwise(attrs.name, values)) activateVectors(attrs.name, values, out);
  else functions[attrs.name](values, out);
  return backend.output(x.shape, out);
}

function gradient({ inputs: { x, dy }, attrs, backend }: Call<"x" | "dy", Named>): tf.TensorInfo {
  const values = backend.floats(x);
  const out = backend.allocate(values.length);
  const { name } = attrs, over = backend.floats(dy);
  if (isPointwise(name, values)) slopeVectors(name, values, over, out);
  else slopes[name](values, over, out);
  return backend.output(x.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function activateKernels(): Kernels {
  return { Activate: kernel(run), ActivateGradient: kernel(gradient) };
}

/** Registers the gradients of this file. */
export function registerActivateGradient(): void {
  tf.registerGradient({
    kernelName: "Activate",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const inputs = { x: saved[0]!, dy: dy as tf.Tensor };
      return { x: () => tf.engine().runKernel("ActivateGradient", inputs, attrs) as tf.Tensor };
    },
  });
  registerComposedGradient("ActivateGradient", ["x"], (attrs) => {
    const { name } = attrs as unknown as Named;
    return (x) => composeActivation(x!, name);
  });
}
