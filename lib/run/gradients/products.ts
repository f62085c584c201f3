/**
 * Products of the Jacobian between two sites with vectors, without the Jacobian.
 *
 * @module
 */

import type { Prompt, Site, SitePattern, Transformer } from "../../model/mod.ts";
import { refuseUnknownOptions } from "../../show/mod.ts";
import { inSlices, Tape, tf } from "../../tensor/mod.ts";
import { checkModel } from "../check_model.ts";
import { withoutPadding, zeroInPadding } from "../layout.ts";
import { type DifferentiatedOptions, type Recorded, recordedRun, summed } from "./recorded_run.ts";

/** Options for {@linkcode vectorJacobian} and {@linkcode jacobianVector}. */
export interface JacobianOptions extends DifferentiatedOptions {
  /** The site that is changed. */
  readonly from: SitePattern | string;
  /** The site that is looked at, after it. */
  readonly to: SitePattern | string;
}

/** What {@linkcode JacobianOptions} may hold. */
const known = ["from", "to", "rules", "edits", "spans", "padding", "captureLimit", "signal"];

/**
 * Multiplies a vector from the left by the Jacobian of a site by an earlier one: the gradient at the earlier site of
 * `Σ vector · site`.
 *
 * @param model The model.
 * @param prompt The prompt, or prompts.
 * @param vector A tensor of the later site's shape; what stands in the padding of short prompts does not count.
 * @param options The two sites.
 * @returns A tensor of the earlier site's shape, NaN in the padding, which is the caller's to free.
 * @throws {RangeError} If a site does not exist, or the second is not after the first.
 * @throws {TypeError} If the vector has another shape.
 */
export async function vectorJacobian(
  model: Transformer,
  prompt: Prompt,
  vector: tf.Tensor,
  options: JacobianOptions,
): Promise<tf.Tensor> {
  const { run, from, to } = await between(model, prompt, options);
  let cleared: tf.Tensor | null = null;
  try {
    checkShape(vector, run.tap.tensors.get(to)![0]!.shape, to);
    cleared = zeroInPadding(vector, model.axesOf(to), run.layout.window);
    const gradient = cleared, wanted = run.tap.tensors.get(from)!, shape = wanted[0]!.shape;
    const seeds = run.tap.tensors.get(to)!.map((of) => ({ of, gradient }));
    const product = summed(await inSlices(run.tape.backward(seeds, wanted), options.signal), shape);
    return marked(product, model.axesOf(from), run);
  } finally {
    cleared?.dispose();
    freed(run);
  }
}

/**
 * Multiplies the Jacobian of a site by an earlier one by a vector: how fast the later site moves when the earlier one
 * is moved along the vector.
 *
 * The vector-Jacobian product is linear in its vector; its own gradient is this product. It takes about three times a
 * backward pass.
 *
 * @param model The model.
 * @param prompt The prompt, or prompts.
 * @param vector A tensor of the earlier site's shape; what stands in the padding of short prompts does not count.
 * @param options The two sites.
 * @returns A tensor of the later site's shape, NaN in the padding, which is the caller's to free.
 * @throws {RangeError} If a site does not exist, or the second is not after the first.
 * @throws {TypeError} If the vector has another shape.
 */
export async function jacobianVector(
  model: Transformer,
  prompt: Prompt,
  vector: tf.Tensor,
  options: JacobianOptions,
): Promise<tf.Tensor> {
  const { run, from, to } = await between(model, prompt, options);
  const shape = run.tap.tensors.get(to)![0]!.shape, cotangent = tf.zeros(shape);
  const second = new Tape(), { signal } = options;
  let slopes: (tf.Tensor | null)[] = [], cleared: tf.Tensor | null = null;
  try {
    const wanted = run.tap.tensors.get(from)!;
    checkShape(vector, wanted[0]!.shape, from);
    cleared = zeroInPadding(vector, model.axesOf(from), run.layout.window);
    const seeds = run.tap.tensors.get(to)!.map((of) => ({ of, gradient: cotangent }));
    const steps = run.tape.backward(seeds, wanted);
    slopes = await inSlices(throughTape(steps, second), signal);
    const gradient = cleared;
    const again = slopes.filter((slope) => slope !== null).map((of) => ({ of, gradient }));
    const product = summed(await inSlices(second.backward(again, [cotangent]), signal), shape);
    return marked(product, model.axesOf(to), run);
  } finally {
    second.dispose();
    cleared?.dispose();
    tf.dispose([cotangent, ...slopes.filter((slope) => slope !== null)]);
    freed(run);
  }
}

/** Records steps that are gradients themselves. */
function* throughTape<T>(steps: Generator<void, T>, tape: Tape): Generator<void, T> {
  try {
    for (;;) {
      const step = tape.record(() => steps.next());
      if (step.done) return step.value;
      yield;
    }
  } finally {
    steps.return(undefined as T);
  }
}

/** Records a run from one site to another, and no further than it must. */
async function between(
  model: Transformer,
  prompt: Prompt,
  options: JacobianOptions,
): Promise<{ run: Recorded; from: Site; to: Site }> {
  checkModel(model, "multiply by a Jacobian");
  refuseUnknownOptions("multiply by a Jacobian", options, known);
  const { from: first, to: second, ...rest } = options;
  const from = model.site(first, "differentiate by"), to = model.site(second, "differentiate");
  const order = model.match("*");
  if (order.indexOf(to) <= order.indexOf(from)) {
    throw new RangeError(
      `Cannot differentiate ${to} by ${from} as it must come after it: it comes before, or is the same`,
    );
  }
  const layer = /^blocks\.(\d+)\./.exec(to)?.[1] ?? (to.endsWith("embed") ? "-1" : undefined);
  const stop = layer === undefined ? {} : { stop: Number(layer) + 1 };
  const run = await recordedRun(model, prompt, {
    ...rest,
    ...stop,
    sites: [from, to],
    whole: false,
  });
  return { run, from, to };
}

/** A product with NaN where a column holds no token; takes over the one without. */
function marked(product: tf.Tensor, axes: readonly string[], { layout }: Recorded): tf.Tensor {
  const own = withoutPadding(product, axes, layout.window);
  product.dispose();
  return own;
}

function checkShape(vector: tf.Tensor, shape: readonly number[], site: Site): void {
  if (vector.shape.join() === shape.join()) return;
  throw new TypeError(
    `Cannot multiply by a Jacobian as the vector must have the shape of ${site}, [${
      shape.join(", ")
    }]: its shape is [${vector.shape.join(", ")}]`,
  );
}

function freed({ tape, output, instrument }: Recorded): void {
  tape.dispose();
  output.dispose();
  instrument.cache.dispose();
  instrument.dispose();
}
