/**
 * Gradients of a metric with respect to sites, weights, and tensors that edits put in.
 *
 * @module
 */

import { withOrigin } from "../origin.ts";
import {
  type Pass,
  type Prompt,
  type PromptTokens,
  type Site,
  type SitePattern,
  type Transformer,
  weightGradient,
} from "../../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../../show/mod.ts";
import { inSlices, readNumbers, tf } from "../../tensor/mod.ts";
import { Cache } from "../cache.ts";
import { capturedSites } from "../capture.ts";
import { checkModel } from "../check_model.ts";
import { type Layout, withoutPadding } from "../layout.ts";
import { checkMetric, evaluated } from "../metrics/metric.ts";
import type { Metric, MetricContext, Places } from "../metrics/mod.ts";
import { rulesText } from "../rules/rule.ts";
import { columnOf, type Window } from "../window.ts";
import { summedLogits, summedTokens } from "./few_logits.ts";
import { Gradients } from "./gradients_result.ts";
import { type DifferentiatedOptions, type Recorded, recordedRun, summed } from "./recorded_run.ts";

/** Options for {@linkcode gradients}. */
export interface GradientsOptions extends DifferentiatedOptions {
  /**
   * The sites: names, patterns with `*`, or bare names such as `attn.z` for every layer.
   *
   * @default {["embed"], where neither weights nor tensors are asked for}
   */
  readonly at?: readonly (SitePattern | string)[];
  /** The weights, by the names of the model's views, such as `W_E` or `blocks.3.attn.W_Q`. @default {none} */
  readonly weights?: readonly string[];
  /** Tensors that take part in the run, such as the value of an edit. @default {none} */
  readonly tensors?: readonly tf.Tensor[];
}

/** What {@linkcode GradientsOptions} may hold. */
const known = [
  "at",
  "weights",
  "tensors",
  "rules",
  "edits",
  "spans",
  "padding",
  "captureLimit",
  "signal",
];

/**
 * Takes the gradients of a metric: at each site, by how much the metric changes when a number there is changed, in the
 * run as it is, edits included.
 *
 * One pass and one backward serve all prompts, sites and tensors. Each example has the gradient of its own metric; those
 * of weights and tensors are summed over the examples. A gradient at an edited site is taken at what the edit left there.
 * Where a column holds no token of an example, NaN stands.
 *
 * @param model The model.
 * @param prompt Text, token ids, or a list of prompts of any lengths.
 * @param metric What is differentiated; one that moves in jumps, such as `rank`, is refused.
 * @param options With respect to what, by which rules, with which edits.
 * @returns The gradients with the values at the same sites. The promise draws itself.
 * @throws {TypeError} If the metric has no gradient.
 * @throws {RangeError} If a site, weight or rule does not exist, or a tensor takes no part in the run.
 *
 * @example
 * ```ts
 * import { gradients, load, logitDifference } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const found = await gradients(model, prompt, logitDifference(" Mary", " John"));
 * const [effects] = found.timesValue("embed"); // one number a token
 * if (effects!.length !== found.prompts[0]!.ids.length) throw new Error("one for each token");
 * ```
 */
export function gradients(
  model: Transformer,
  prompt: Prompt,
  metric: Metric,
  options: GradientsOptions = {},
): DrawnPromise<Gradients> {
  return drawn(() => differentiate(model, prompt, metric, options));
}

async function differentiate(
  model: Transformer,
  prompt: Prompt,
  metric: Metric,
  options: GradientsOptions,
): Promise<Gradients> {
  checkModel(model, "take gradients");
  refuseUnknownOptions("take gradients", options, known);
  checkMetric(metric, "take gradients");
  if (!metric.differentiable) {
    throw new TypeError(
      `Cannot take gradients of the ${metric.label} as the metric must be differentiable: it moves in jumps`,
    );
  }
  const { weights: named = [], tensors = [], at, ...rest } = checkedLists(options);
  const weights = [...new Set(named)];
  const none = weights.length + tensors.length === 0;
  const sites = capturedSites(model, at ?? (none ? ["embed"] : []));
  const views = weights.map((name) => weightGradient(model.weights, name));
  const whole = views.length + tensors.length > 0;
  const run = await recordedRun(model, prompt, {
    ...rest,
    sites,
    whole,
    narrow: (prompts, layout) => readOnly(model, metric, prompts, layout, options, sites),
  });
  const made = new Cache();
  try {
    const wanted = [...sites.flatMap((site) => run.tap.tensors.get(site)!)];
    const parts = views.flatMap(({ tensors }) => tensors);
    const { values, found } = await backward(
      model,
      run,
      metric,
      [...wanted, ...parts, ...tensors],
      options,
    );
    for (const site of sites) {
      const own = found.splice(0, run.tap.tensors.get(site)!.length);
      putGradient(made, model, run, site, own);
    }
    const byWeight = views.map((view, i) => {
      const own = found.splice(0, view.tensors.length);
      const whole = own.map((gradient, j) => gradient ?? tf.zerosLike(view.tensors[j]!));
      const tensor = view.view(whole);
      tf.dispose(whole);
      return [weights[i]!, tensor] as const;
    });
    refuseIdle(found, tensors);
    return withOrigin(
      new Gradients({
        model: model.provenance.name,
        prompts: run.prompts,
        metric,
        values,
        rules: rulesText(options.rules ?? "exact"),
        edits: options.edits ?? [],
        window: run.layout.window,
      }, {
        gradients: made,
        activations: run.instrument.cache,
        weights: new Map(byWeight),
        tensors: found as tf.Tensor[],
      }),
      model,
      { name: "gradients", given: { prompt: run.prompts, metric, options }, prompts: run.prompts },
    );
  } catch (error) {
    made.dispose();
    run.instrument.cache.dispose();
    throw error;
  } finally {
    run.tape.dispose();
    run.output.dispose();
    run.instrument.dispose();
  }
}

/** Refuses what a compiler would: the kernel of a notebook does not check types. */
function checkedLists(options: GradientsOptions): GradientsOptions {
  for (const name of ["at", "weights", "tensors"] as const) {
    const value: unknown = options[name] ?? [];
    if (Array.isArray(value)) continue;
    throw new TypeError(
      `Cannot take gradients as ${name} must be a list: current value is ${
        typeof value === "object" ? "an object" : JSON.stringify(value)
      }`,
    );
  }
  return options;
}

/** The columns and tokens that the metric reads, where all examples have as many and nobody looks at what is read off. */
function readOnly(
  model: Transformer,
  metric: Metric,
  tokens: readonly PromptTokens[],
  { window }: Layout,
  { edits = [], weights = [] }: GradientsOptions,
  sites: readonly Site[],
): Partial<Pick<Pass, "read" | "vocabulary">> {
  const late = (site: string) => /^ln_final|^logits$/.test(site);
  if (sites.some(late) || edits.some(({ at, kind }) => model.match(at, kind).some(late))) return {};
  const context = { model, tokens }, positions = metric.positions(context);
  // A gradient of the unembedding is one of all its rows.
  const vocabulary = weights.length === 0 ? summedTokens(metric, context) : null;
  return {
    ...positions.every((own) => own.length === positions[0]!.length)
      ? {
        read: positions.map((own, row) => own.map((position) => columnOf(window, row, position))),
      }
      : {},
    ...vocabulary ? { vocabulary } : {},
  };
}

/** Evaluates the metric and runs its gradients back. */
async function backward(
  model: Transformer,
  { tape, output, prompts, layout }: Recorded,
  metric: Metric,
  wanted: readonly tf.Tensor[],
  { signal }: GradientsOptions,
): Promise<{ values: Float64Array; found: (tf.Tensor | null)[] }> {
  const context: MetricContext = { model, tokens: prompts };
  const narrowed = output.shape[1] < layout.window.to;
  const few = output.shape[2] < model.architecture.vocabulary;
  const read = narrowed ? metric.positions(context) : null;
  const places = placesIn(layout.window, read, metric);
  const values = tape.record(() =>
    tf.tidy(() =>
      few
        ? summedLogits(output, metric, places, context)
        : evaluated(metric, output, places, context)
    )
  );
  const seed = tf.onesLike(values);
  try {
    const steps = tape.backward([{ of: values, gradient: seed }], wanted);
    const found: (tf.Tensor | null)[] = await inSlices(steps, signal);
    return { values: readNumbers(values), found };
  } finally {
    tf.dispose([values, seed]);
  }
}

/**
 * Finds positions on the logits' axis of positions.
 *
 * @param read The positions of each example that were read off; null if all were.
 */
function placesIn(
  window: Window,
  read: readonly (readonly number[])[] | null,
  { label }: Metric,
): Places {
  return (example, position) => {
    const column = columnOf(window, example, position);
    if (!read) return column;
    const place = read[example]!.findIndex((own) => columnOf(window, example, own) === column);
    if (place >= 0) return place;
    throw new RangeError(
      `Cannot measure ${label} as it must read only the positions that it says it reads, ${
        read[example]!.join(", ")
      } in example ${example}: current value is ${position}`,
    );
  };
}

/** Puts the gradient at a site into a cache. */
function putGradient(
  cache: Cache,
  model: Transformer,
  { layout: { window }, tap }: Recorded,
  site: Site,
  parts: readonly (tf.Tensor | null)[],
): void {
  const gradient = summed(parts, tap.tensors.get(site)![0]!.shape), axes = model.axesOf(site);
  const marked = withoutPadding(gradient, axes, window);
  cache.put(site, marked, axes);
  tf.dispose([gradient, marked]);
}

function refuseIdle(found: readonly (tf.Tensor | null)[], tensors: readonly tf.Tensor[]): void {
  const idle = found.indexOf(null);
  if (idle < 0) return;
  tf.dispose(found.filter((gradient) => gradient !== null));
  throw new RangeError(
    `Cannot take a gradient by tensor ${idle}, [${
      tensors[idle]!.shape.join(", ")
    }], as it must take part in the run: nothing that the metric reads comes of it`,
  );
}
