/**
 * Second derivatives. A fused kernel has a fused gradient; what follows from that is rare enough to
 * be composed of operations that have every derivative.
 *
 * @module
 */

import * as tf from "../tfjs.ts";

/**
 * Registers the gradient of a gradient kernel, whose inputs are those of a function and `dy`, and
 * whose result is the gradient at the function's first input.
 *
 * @param kernelName The name of the gradient kernel.
 * @param names The inputs of the function.
 * @param compose Makes the function, for the kernel's attributes, of operations with derivatives.
 */
export function registerComposedGradient(
  kernelName: string,
  names: readonly string[],
  compose: (attrs: tf.NamedAttrMap) => (...inputs: tf.Tensor[]) => tf.Tensor,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [...names, "dy"],
    gradFunc: (dz, saved, attrs) => {
      const inputs = saved as tf.Tensor[];
      const of = compose(attrs);
      const product = (...all: tf.Tensor[]): tf.Tensor => {
        const [first, ...rest] = all.slice(0, -1) as [tf.Tensor, ...tf.Tensor[]];
        const slope = tf.grad((x: tf.Tensor) => of(x, ...rest));
        return slope(first, all.at(-1)!).mul(dz as tf.Tensor).sum();
      };
      const place = (i: number) => () =>
        insideGradient(() =>
          tf.grad((x: tf.Tensor) => product(...inputs.map((input, j) => i === j ? x : input)))(
            inputs[i]!,
          )
        );
      return Object.fromEntries([...names, "dy"].map((name, i) => [name, place(i)]));
    },
  });
}

/**
 * Takes gradients while tfjs is taking one. At depth 0 it would throw away the tape it is reading.
 *
 * @param work What takes gradients.
 * @returns What the work returns.
 */
export function insideGradient<T>(work: () => T): T {
  const { state } = tf.engine();
  state.gradientDepth++;
  try {
    return work();
  } finally {
    state.gradientDepth--;
  }
}
