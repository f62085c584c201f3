/**
 * The kernel of an affine map and what neurons apply to it: products, bias and function in one array.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { activate, type ActivationName } from "../activate.ts";
import { linear } from "../linear.ts";
import { insideGradient } from "./composed_gradient.ts";
import { type Call, kernel, type Kernels, volume } from "./kernels.ts";
import { activateSums, activateVectors, isPointwise } from "./simd/pointwise.ts";

interface Attributes {
  readonly transposed: boolean;
  readonly name: ActivationName;
}
type Inputs = "x" | "weight" | "bias";

function run(call: Call<Inputs, Attributes>): tf.TensorInfo {
  const { inputs: { x, weight, bias }, attrs: { transposed, name }, backend } = call;
  const inner = weight.shape[transposed ? 1 : 0]!, columns = weight.shape[transposed ? 0 : 1]!;
  const outer = x.shape.slice(0, -1), rows = volume(outer), a = backend.floats(x);
  if (rows * columns === 0 || !isPointwise(name, a)) return inSteps(call);
  const c = backend.allocate(rows * columns), b = backend.floats(weight);
  // The steps are those of the map and the function alone, so that all give the same bits.
  backend.multiply({ a, b, c, rows, columns, inner, transposeB: transposed });
  if (bias) activateSums(name, c, backend.floats(bias));
  else activateVectors(name, c, c);
  return backend.output([...outer, columns], c);
}

/** The map, and then the function, each by its own kernel. */
function inSteps({ inputs, attrs, backend }: Call<Inputs, Attributes>): tf.TensorInfo {
  const { transposed, name } = attrs;
  // The backend's own: the one in double precision has a sharper gelu.
  const step = (kernelName: string, inputs: object, attrs: object) =>
    tf.getKernel(kernelName, backend.name).kernelFunc(
      { inputs, attrs, backend } as never,
    ) as tf.TensorInfo;
  const pre = step("Linear", inputs, { transposed });
  const post = step("Activate", { x: pre }, { name });
  backend.disposeIntermediateTensorInfo(pre);
  return post;
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function linearActivateKernels(): Kernels {
  return { LinearActivate: kernel(run) };
}

/** Registers the gradient of this file: what the function was applied to is computed again. */
export function registerLinearActivateGradient(): void {
  tf.registerGradient({
    kernelName: "LinearActivate",
    inputsToSave: ["x", "weight", "bias"],
    gradFunc: (dy, saved, attrs) => {
      const [x, weight, bias] = saved as [tf.Tensor, tf.Tensor2D, tf.Tensor1D | undefined];
      const { transposed, name } = attrs as unknown as Attributes;
      const inputs = bias ? [x, weight, bias] : [x, weight];
      const composed = (...own: tf.Tensor[]) =>
        activate(
          linear(own[0]!, own[1] as tf.Tensor2D, (own[2] ?? null) as tf.Tensor1D | null, {
            transposed,
          }),
          name,
        );
      const place = (i: number) => () =>
        insideGradient(() => tf.grads(composed)(inputs, dy as tf.Tensor)[i]!);
      return { x: place(0), weight: place(1), ...bias ? { bias: place(2) } : {} };
    },
  });
}
