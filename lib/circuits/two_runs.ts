/**
 * Two runs of as many tokens, and the gradients in one of them: as one batch where the prompts are short, else one by one.
 *
 * @module
 */

import { nobody, type PromptTokens, type Site, type Transformer } from "../model/mod.ts";
import {
  evaluated,
  gradients,
  type Metric,
  type MetricContext,
  type Places,
  type Rules,
  run,
  type RunResult,
} from "../run/mod.ts";
import { inSlices, readNumbers, tf } from "../tensor/mod.ts";

/** The examples of one run among those of an array of numbers. */
export interface Part {
  /** The numbers, by the axes of the site. */
  readonly numbers: ArrayLike<number>;
  /** How many examples the array has. */
  readonly examples: number;
  /** Which is the first of this run. */
  readonly from: number;
}

/** What both runs have at a site. */
export interface SiteValues {
  /** The shape of the run's part, by the axes of the site. */
  readonly shape: readonly number[];
  /** The values in the run that is edited. */
  readonly edited: Part;
  /** The values in the other run. */
  readonly other: Part;
  /** The gradient of the metric in the run that is edited. */
  readonly gradient: Part;
}

/** Two runs, and the gradients in one of them. */
export interface TwoRuns {
  /** The model. */
  readonly model: Transformer;
  /** The metric in the run that is edited, `[example]`. */
  readonly baseline: Float64Array;
  /** The metric in the other run, `[example]`. */
  readonly reference: Float64Array;
  /** The tokens of the run that is edited. */
  readonly prompts: readonly PromptTokens[];
  /** The tokens of the other run. */
  readonly references: readonly PromptTokens[];
  /** The rules of the gradients, in words. */
  readonly rules: string;
  /** What there is at a site, until the runs are freed. */
  readonly at: (site: Site) => SiteValues;
  /** Frees both runs. */
  [Symbol.dispose](): void;
}

/** What to run. */
export interface TwoRunsOptions {
  /** The tokens of the run that is edited, an array an example. */
  readonly edited: readonly (readonly number[])[];
  /** Those of the other run. */
  readonly other: readonly (readonly number[])[];
  /** What is measured. */
  readonly metric: Metric;
  /** The sites whose values and gradients are wanted. */
  readonly sites: readonly Site[];
  /** How gradients run. */
  readonly rules: Rules;
  /** The bytes that the values of each run may take. */
  readonly captureLimit?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/**
 * The most tokens of a side that share a batch with the other: reading the weights takes the time of short products, and
 * a batch reads them twice where two runs do three times; but it takes the other side back, too.
 */
const SHORT = 24;

/** Runs both. */
export async function twoRuns(model: Transformer, options: TwoRunsOptions): Promise<TwoRuns> {
  const { edited } = options, longest = Math.max(...edited.map(({ length }) => length));
  return await (edited.length * longest <= SHORT ? asOneBatch : oneByOne)(model, options);
}

/** Both as one batch, the run that is edited first. */
async function asOneBatch(model: Transformer, options: TwoRunsOptions): Promise<TwoRuns> {
  const { edited, other, metric, sites, rules, captureLimit, signal } = options;
  const count = edited.length;
  const both = await gradients(model, [...edited, ...other], ofHalves(metric, count), {
    at: sites,
    rules,
    ...captureLimit !== undefined && { captureLimit: 2 * captureLimit },
    ...signal && { signal },
  });
  return {
    model,
    baseline: both.values.slice(0, count),
    reference: both.values.slice(count),
    prompts: both.prompts.slice(0, count),
    references: both.prompts.slice(count),
    rules: both.rules,
    at(site) {
      const values = both.activations.get(site), numbers = values.dataSync();
      const batch = model.axesOf(site).indexOf("batch"), examples = 2 * count;
      return {
        shape: values.shape.map((size, axis) => axis === batch ? count : size),
        edited: { numbers, examples, from: 0 },
        other: { numbers, examples, from: count },
        gradient: { numbers: both.get(site).dataSync(), examples, from: 0 },
      };
    },
    [Symbol.dispose]: () => both[Symbol.dispose](),
  };
}

/** A metric of each half of a batch: it may have answers of its own for each of so many examples. */
function ofHalves(metric: Metric, count: number): Metric {
  const halves = ({ model, tokens }: MetricContext): [MetricContext, MetricContext] => [
    { model, tokens: tokens.slice(0, count) },
    { model, tokens: tokens.slice(count) },
  ];
  const { sums } = metric;
  return {
    label: metric.label,
    unit: metric.unit,
    differentiable: metric.differentiable,
    positions: (context) => halves(context).flatMap((half) => metric.positions(half)),
    vocabulary: (context) => {
      const [first, second] = halves(context).map((half) => metric.vocabulary(half));
      return first === "all" || second === "all" ? "all" : [...first!, ...second!];
    },
    ...sums && { sums: (context) => halves(context).flatMap((half) => sums.call(metric, half)) },
    evaluate(logits, places, context) {
      const parts = halves(context).map((half, i) => {
        const own: Places = (example, position) => places(example + i * count, position);
        return evaluated(metric, tf.split(logits, 2, 0)[i] as tf.Tensor3D, own, half);
      });
      return tf.concat(parts);
    },
  };
}

/** One after the other; the one that is not edited ends before the last norm. */
async function oneByOne(model: Transformer, options: TwoRunsOptions): Promise<TwoRuns> {
  const { metric, sites, rules, signal, captureLimit } = options;
  const rest = { ...captureLimit !== undefined && { captureLimit }, ...signal && { signal } };
  const edited = await gradients(model, options.edited, metric, { at: sites, rules, ...rest });
  try {
    // Logits are read off where the metric looks, unless a node lies behind the last block.
    const late = sites.some((site) => /^ln_final|^logits$/.test(site));
    const stop = late ? {} : { stop: model.architecture.layers };
    const other = await run(model, options.other, { capture: sites, ...stop, ...rest });
    const free = () => (edited[Symbol.dispose](), other[Symbol.dispose]());
    try {
      return {
        model,
        baseline: edited.values,
        reference: late ? other.measure(metric) : await measured(model, other, metric, signal),
        prompts: edited.prompts,
        references: other.tokens,
        rules: edited.rules,
        at(site) {
          const tensors = [edited.activations.get(site), other.cache.get(site), edited.get(site)];
          const [first, second, third] = tensors.map((tensor): Part => ({
            numbers: tensor.dataSync(),
            examples: options.edited.length,
            from: 0,
          })) as [Part, Part, Part];
          return { shape: tensors[0]!.shape, edited: first, other: second, gradient: third };
        },
        [Symbol.dispose]: free,
      };
    } catch (error) {
      other[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    edited[Symbol.dispose]();
    throw error;
  }
}

/** The metric of a run that stopped before its last norm: no more becomes logits than it reads. */
async function measured(
  model: Transformer,
  { stream, tokens, places }: RunResult,
  metric: Metric,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const context = { model, tokens }, positions = metric.positions(context);
  const most = Math.max(...positions.map(({ length }) => length));
  const sums = metric.sums?.(context);
  const vocabulary = [...new Set(sums?.flatMap(({ tokens }) => tokens.map(([id]) => id)))];
  const [, columns] = stream!.shape, few = vocabulary.length > 0;
  const logits = await inSlices(
    model.forward({
      ids: tokens.map(() => Array<number>(columns).fill(0)),
      start: { layer: model.architecture.layers, stream: stream! },
      // As many are read in each example; what is read twice is looked at once.
      read: positions.map((own, example) =>
        Array.from({ length: most }, (_, i) => places(example, own[Math.min(i, own.length - 1)]!))
      ),
      ...few && { vocabulary },
    }, nobody),
    signal,
  );
  const place = (example: number, position: number) =>
    positions[example]!.findIndex((own) => places(example, own) === places(example, position));
  try {
    if (!few) {
      const values = tf.tidy(() => evaluated(metric, logits, place, context)),
        own = readNumbers(values);
      values.dispose();
      return own;
    }
    const numbers = readNumbers(logits);
    return Float64Array.from(sums!, ({ position, tokens }, example) => {
      const start = (example * most + place(example, position)) * vocabulary.length;
      return tokens.reduce(
        (sum, [id, weight]) => sum + weight * numbers[start + vocabulary.indexOf(id)]!,
        0,
      );
    });
  } finally {
    logits.dispose();
  }
}
