/**
 * Thousands of variants of a run for the price of a few.
 *
 * @module
 */

import { nobody, type Prompt, type PromptTokens, type Transformer } from "../../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../../show/mod.ts";
import { refuseOddSignal } from "../../tensor/mod.ts";
import { editText } from "../edit.ts";
import { checkModel } from "../check_model.ts";
import { checkMetric, type Metric } from "../metrics/mod.ts";
import { PromptPair } from "../prompt_pair.ts";
import { PromptPairs } from "../prompt_pairs.ts";
import type { Spans } from "../spans.ts";
import { type BaseRun, baseRun } from "./base_run.ts";
import { comparedSites, groupsOf, type PlannedVariant, plannedVariant } from "./plan.ts";
import { ReadOut } from "./read_out.ts";
import { SweepResult } from "./sweep_result.ts";
import type { SweepDirection, SweepValues } from "./sweep_values.ts";
import { type GridBuilder, isGridBuilder, type Variant, type VariantGrid } from "./variant.ts";
import { runGroup } from "./variant_group.ts";

/** Options for {@linkcode sweep}. */
export interface SweepOptions {
  /**
   * Of pairs, which run is edited: `denoising` puts values of the clean run into the corrupt one, `noising` those of the corrupt
   * run into the clean one. @default {"denoising"}
   */
  readonly direction?: "denoising" | "noising";
  /** Names for stretches of the prompts. @default {those that all pairs have} */
  readonly spans?: Spans;
  /** The bytes that a batch of variants may take. @default {256 MiB} */
  readonly memory?: number;
  /** Hears of the numbers so far. */
  readonly onProgress?: (partial: SweepResult) => void;
  /** Stops the sweep between two blocks; the result then has what was measured, and NaN elsewhere. */
  readonly signal?: AbortSignal;
}

/** What is swept: prompts, or pairs of prompts. */
export type SweepPrompts = Prompt | PromptPair | PromptPairs;

/** The bytes of a batch, where nothing is said. */
const MEMORY = 2 ** 28;

/**
 * Runs many variants of a run, planned so that what they share is computed once.
 *
 * Each variant is taken up from the run without edits at the first layer and position that it touches. Variants that begin at one
 * position run as one batch, which each joins at its layer; keys and values before that position are the unedited run's. A variant
 * that would put what is there already is not run. Of the last stream only the positions and tokens are read off that the metrics
 * read. Every value is that of `run` with the same edits, within what rounding of another order of sums gives.
 *
 * Patching every cell of a grid is activation patching: Meng et al., 2022, https://arxiv.org/abs/2202.05262; Wang et al., 2022,
 * https://arxiv.org/abs/2211.00593. Where prompts are pairs, the edits of a grid put the clean prompt's values into the corrupt
 * one by default (denoising); with `direction: "noising"` it is the other way round.
 *
 * @param model The model.
 * @param prompts Prompts, or pairs of prompts.
 * @param variants Lists of edits, or a grid such as `layersByPositions("resid_pre")`.
 * @param metrics What is measured: a metric, or several in one pass.
 * @param options Which prompts are edited, memory, progress and a signal.
 * @returns The metrics of every variant and every prompt, beside those without edits.
 * @throws {RangeError} If an edit does not fit, as `run` has it, or there is no variant, prompt or metric.
 *
 * @example
 * ```ts
 * import { headsByLayers, load, logitDifference, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const grid = await sweep(model, prompt, headsByLayers("z"), logitDifference(" Mary", " John"));
 * if (grid.data.shape.join() !== "4,8") throw new Error("four layers of eight heads");
 * ```
 */
export function sweep(
  model: Transformer,
  prompts: SweepPrompts,
  variants: readonly Variant[] | GridBuilder,
  metrics: Metric | readonly Metric[],
  options: SweepOptions = {},
): DrawnPromise<SweepResult> {
  return drawn(swept(model, prompts, variants, { ...options, metrics }));
}

/** What {@linkcode SweepOptions} may hold. */
const known = ["direction", "spans", "memory", "onProgress", "signal"];

async function swept(
  model: Transformer,
  prompts: SweepPrompts,
  variants: readonly Variant[] | GridBuilder,
  options: SweepOptions & { readonly metrics: Metric | readonly Metric[] },
): Promise<SweepResult> {
  const { metrics: measured, ...rest } = options, { signal, direction = "denoising" } = rest;
  checkModel(model, "sweep");
  refuseUnknownOptions("sweep", rest, known);
  refuseOddSignal(signal);
  const metrics = [measured].flat() as readonly Metric[];
  if (metrics.length === 0) {
    throw new RangeError("Cannot sweep as there must be a metric: it is none");
  }
  for (const metric of metrics) checkMetric(metric, "sweep");
  const sides = sidesOf(model, prompts, direction);
  const spans = options.spans ?? sides.spans;
  const context = { ...rest, ...spans && { spans } };
  using source = sides.source
    ? await baseRun(model, sides.source, {
      ...context,
      capture: isGridBuilder(variants) ? variants.sites(model) : [],
    })
    : null;
  const grid = gridOf(variants, model, sides, source);
  using base = await baseRun(model, sides.tokens, {
    ...context,
    capture: [...comparedSites({ model }, grid.variants)],
  });
  return await runAll({
    base,
    source,
    grid,
    metrics,
    sides,
    title: titleOf(variants),
    options: rest,
  });
}

/** Which prompts are edited, and which values come from. */
interface Sides {
  readonly tokens: readonly PromptTokens[];
  readonly source: readonly PromptTokens[] | null;
  readonly direction: SweepDirection;
  readonly spans?: Spans;
}

function sidesOf(
  model: Transformer,
  prompts: SweepPrompts,
  direction: "denoising" | "noising",
): Sides {
  if (direction !== "denoising" && direction !== "noising") {
    throw new RangeError(
      `Cannot sweep as direction must be "denoising" or "noising": current value is ${
        JSON.stringify(direction)
      }`,
    );
  }
  const pairs = prompts instanceof PromptPair
    ? [prompts]
    : prompts instanceof PromptPairs
    ? prompts.pairs
    : null;
  if (!pairs) return { tokens: model.tokenize(prompts as Prompt), source: null, direction: null };
  const [edited, other] = direction === "denoising"
    ? ["corrupt", "clean"] as const
    : ["clean", "corrupt"] as const;
  const names = Object.keys(pairs[0]?.spans ?? {})
    .filter((name) => pairs.every(({ spans }) => Object.hasOwn(spans, name)));
  const spans = Object.fromEntries(
    names.map((name) => [name, pairs.map(({ spans }) => spans[name]!)]),
  );
  return {
    tokens: pairs.map((pair) => pair[edited]),
    source: pairs.map((pair) => pair[other]),
    direction,
    ...names.length > 0 ? { spans } : {},
  };
}

function gridOf(
  variants: readonly Variant[] | GridBuilder,
  model: Transformer,
  { tokens, source: sourceTokens }: Sides,
  source: BaseRun | null,
): VariantGrid {
  const grid = isGridBuilder(variants)
    ? variants.build({ model, tokens, sourceTokens, source: source?.cache ?? null })
    : {
      axes: [{
        name: "variant",
        labels: variants.map(textOf),
      }],
      variants,
    };
  if (grid.variants.length > 0) return grid;
  throw new RangeError("Cannot sweep as there must be a variant: it is none");
}

function titleOf(variants: readonly Variant[] | GridBuilder): string {
  return isGridBuilder(variants) ? variants.label : `${variants.length} variants`;
}

interface Sweep {
  readonly base: BaseRun;
  readonly source: BaseRun | null;
  readonly grid: VariantGrid;
  readonly metrics: readonly Metric[];
  readonly sides: Sides;
  readonly title: string;
  readonly options: SweepOptions;
}

async function runAll(all: Sweep): Promise<SweepResult> {
  const { base, source, grid, metrics, sides, title, options } = all;
  const { model, tokens, layout } = base, { signal, memory = MEMORY } = options;
  const readOut = new ReadOut(model, tokens, layout.window, metrics);
  const size = tokens.length * metrics.length, count = grid.variants.length;
  const reference = source && new ReadOut(model, source.tokens, source.layout.window, metrics);
  const data: SweepValues = {
    model: model.provenance.name,
    title,
    axes: grid.axes,
    shape: grid.axes.map(({ labels }) => labels.length),
    variants: grid.variants.map((variant) => variant ? textOf(variant) : "none"),
    examples: tokens.length,
    metrics: metrics.map(({ label, unit }) => ({ label, unit })),
    values: new Float64Array(count * size).fill(NaN),
    baseline: await plainValues(base, readOut),
    reference: source && await plainValues(source, reference!),
    done: new Uint8Array(count),
    skipped: new Uint8Array(count),
    direction: sides.direction,
    prompts: tokens,
    references: sides.source,
  };
  const result = new SweepResult(data), planned: PlannedVariant[] = [];
  try {
    grid.variants.forEach((variant, index) => {
      // A cell that makes no sense is undefined for good.
      if (!variant) return void (data.done[index] = 1);
      const own = plannedVariant(variant, index, base, readOut.first);
      if (own) return void planned.push(own);
      data.done[index] = data.skipped[index] = 1;
      data.values.set(data.baseline, index * size);
    });
    for (const { column, variants } of groupsOf(planned, variantsIn(memory, base))) {
      const values = await runGroup(variants, column, { base, readOut, ...signal && { signal } });
      variants.forEach(({ index }, place) => {
        data.values.set(values.subarray(place * size, (place + 1) * size), index * size);
        data.done[index] = 1;
      });
      options.onProgress?.(result);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    for (const { instrument } of planned) instrument.dispose();
  }
  return result;
}

/** A variant in words. */
function textOf({ label, edits }: Variant): string {
  return label ?? (edits.map(editText).join("; ") || "no edit");
}

/** How many variants a batch may have: streams, queries, keys, values and neurons of a block, and as much again for what is made of them. */
function variantsIn(memory: number, { model, layout, tokens }: BaseRun): number {
  const { width, neurons } = model.architecture;
  return Math.max(
    1,
    Math.floor(memory / (4 * tokens.length * layout.window.to * (8 * width + 2 * neurons))),
  );
}

async function plainValues(base: BaseRun, readOut: ReadOut): Promise<Float64Array> {
  const { layers } = base.model.architecture, stream = base.stream(layers, 0);
  try {
    return await readOut.read(stream, 0, { observer: nobody, watched: false });
  } finally {
    stream.dispose();
  }
}
