/**
 * What a sweep does before any variant is run: the runs without edits, the variants of a grid, and where each begins.
 *
 * @module
 */

import { nobody, sourceLine } from "../../model/mod.ts";
import { givingWay } from "../../stats/mod.ts";
import type { Metric } from "../metrics/mod.ts";
import { type BaseRun, baseRun } from "./base_run.ts";
import {
  batchesOf,
  comparedSites,
  type PlannedVariant,
  plannedVariant,
  tokensOfCall,
  type VariantGroup,
} from "./plan.ts";
import { refuseNamedExamples, variantsOfPart } from "./variants_of_part.ts";
import { ReadOut } from "./read_out.ts";
import type { CheckedSweep } from "./checked_sweep.ts";
import type { ExamplePart } from "./example_parts.ts";
import { withAxes } from "./grid_code.ts";
import { MEMORY, type PlanSweepOptions } from "./sweep_options.ts";
import type { Sides } from "./sweep_prompts.ts";
import type { SweepValues } from "./sweep_values.ts";
import { type GridBuilder, isGridBuilder, textOf, type VariantGrid } from "./variant.ts";
import { givenSites } from "./way_in.ts";

/** A sweep of which nothing but the runs without edits has been run. */
export class PreparedSweep {
  /** The run without edits. */
  readonly base: BaseRun;
  /** The metrics. */
  readonly metrics: readonly Metric[];
  /** What is read off the last stream. */
  readonly readOut: ReadOut;
  /** The variants on their axes. */
  readonly grid: VariantGrid;
  /** The variants that have to be run. */
  readonly planned: readonly PlannedVariant[];
  /** The numbers: those of variants that are skipped are there. */
  readonly data: SweepValues;
  /** The run that values come from, where pairs are swept. */
  readonly source: BaseRun | null;
  readonly #memory: number;

  /** Holds what {@linkcode prepareSweep} made. */
  constructor(
    parts: Pick<PreparedSweep, "base" | "metrics" | "readOut" | "grid" | "planned" | "data">,
    source: BaseRun | null,
    memory: number,
  ) {
    this.base = parts.base;
    this.metrics = parts.metrics;
    this.readOut = parts.readOut;
    this.grid = parts.grid;
    this.planned = parts.planned;
    this.data = parts.data;
    this.source = source;
    this.#memory = memory;
  }

  /** The batches of the variants that are not done, in the order in which they are run. */
  groups(): readonly VariantGroup[] {
    const { base, planned, data: { done } } = this, { model, tokens, layout } = base;
    const tokensFrom = (column: number) => tokens.length * (layout.window.to - column);
    // The streams of a wave, and as much again for what is made of them; more at once would only be seen later.
    const byMemory = this.#memory / (4 * 8 * model.architecture.width);
    const all = batchesOf(planned, tokensFrom, {
      variants: variantsIn(this.#memory, base),
      tokens: Math.min(WAVE, byMemory),
    });
    // What is left of a sweep runs in the same company as if nothing were done, so that its numbers are the same to the bit.
    return all.filter(({ variants }) => variants.some(({ index }) => !done[index]));
  }

  /** Frees the runs and what edits hold. */
  dispose(): void {
    for (const { instrument } of this.planned) instrument.dispose();
    this.base.dispose();
    this.source?.dispose();
  }

  /** Frees them at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Makes the runs without edits of some prompts and plans every variant. */
export async function prepareSweep(
  checked: CheckedSweep,
  sides: ExamplePart,
  { signal, memory = MEMORY }: PlanSweepOptions,
): Promise<PreparedSweep> {
  const { model, variants, parts } = checked, { rows } = sides;
  const metrics = parts.length === 1
    ? checked.metrics
    : checked.metrics.map((metric) => metric.some!({ rows, count: checked.sides.tokens.length }));
  const { spans } = sides, context = { ...spans && { spans }, ...signal && { signal } };
  const capture = isGridBuilder(variants) ? variants.sites(model) : [];
  const source = sides.source && await baseRun(model, sides.source, { ...context, capture });
  let base: BaseRun | null = null;
  const planned: PlannedVariant[] = [];
  try {
    const grid = gridOf(checked, sides, source);
    const compared = [...comparedSites({ model }, grid.variants)];
    const given = givenSites(model, grid.variants);
    const examples = parts.length > 1 ? { examples: rows } : {};
    base = await baseRun(model, sides.tokens, {
      ...context,
      ...examples,
      capture: compared,
      given,
    });
    const readOut = new ReadOut(model, base.tokens, base.layout.window, metrics);
    const title = isGridBuilder(variants) ? variants.label : `${variants.length} variants`;
    const data = await emptyValues({ base, source, grid, metrics, sides, title, readOut, checked });
    await planAll({ base, readOut, grid, data, planned }, signal);
    return new PreparedSweep({ base, metrics, readOut, grid, planned, data }, source, memory);
  } catch (error) {
    for (const { instrument } of planned) instrument.dispose();
    base?.dispose();
    source?.dispose();
    throw error;
  }
}

/** The variants for some prompts, on axes that are called as all prompts together have it. */
function gridOf(
  { variants, model, sides, parts }: CheckedSweep,
  part: ExamplePart,
  source: BaseRun | null,
): VariantGrid {
  const built = (builder: GridBuilder, { tokens, source: sourceTokens }: Sides) =>
    builder.build({ model, tokens, sourceTokens, source: source?.cache ?? null });
  const all = parts.length === 1;
  const grid = isGridBuilder(variants)
    ? all ? built(variants, part) : withAxes(built(variants, part), built(variants, sides).axes)
    : {
      axes: [{ name: "variant", labels: variants.map(textOf) }],
      variants: all ? variants : variantsOfPart(variants, part, sides),
    };
  if (isGridBuilder(variants) && !all) refuseNamedExamples(grid.variants);
  if (grid.variants.length > 0) return grid;
  throw new RangeError("Cannot sweep as there must be a variant: it is none");
}

/** What the numbers of a sweep are about. */
interface About extends Pick<PreparedSweep, "base" | "metrics" | "readOut" | "grid"> {
  readonly source: BaseRun | null;
  readonly sides: Sides;
  readonly title: string;
  readonly checked: CheckedSweep;
}

/** The numbers before any variant is run. */
async function emptyValues(about: About): Promise<SweepValues> {
  const { base, source, grid, metrics, sides, title, readOut, checked } = about;
  const { model, tokens } = base;
  const count = grid.variants.length;
  const reference = source && new ReadOut(model, source.tokens, source.layout.window, metrics);
  return {
    model: model.provenance.name,
    source: sourceLine(model, {
      prompts: [...checked.sides.tokens, ...checked.sides.source ?? []],
    }),
    code: checked.code(grid),
    title,
    axes: grid.axes,
    shape: grid.axes.map(({ labels }) => labels.length),
    variants: grid.variants.map((variant) => variant ? textOf(variant) : "none"),
    examples: tokens.length,
    metrics: metrics.map(({ label, unit }) => ({ label, unit })),
    values: new Float64Array(count * tokens.length * metrics.length).fill(NaN),
    baseline: await plainValues(base, readOut),
    reference: source && await plainValues(source, reference!),
    done: new Uint8Array(count),
    skipped: new Uint8Array(count),
    direction: sides.direction,
    prompts: tokens,
    references: sides.source,
  };
}

/** Plans every variant; those that put what is there already have their values at once. */
async function planAll(
  { base, readOut, grid, data, planned }:
    & Pick<PreparedSweep, "base" | "readOut" | "grid" | "data">
    & {
      readonly planned: PlannedVariant[];
    },
  signal?: AbortSignal,
): Promise<void> {
  const size = data.baseline.length, pause = givingWay(signal);
  for (const [index, variant] of grid.variants.entries()) {
    try {
      await pause();
    } catch (error) {
      // What was planned by then is what there is.
      if (signal?.aborted && error === signal.reason) return;
      throw error;
    }
    // A cell that makes no sense is undefined for good.
    if (!variant) {
      data.done[index] = 1;
      continue;
    }
    const own = plannedVariant(variant, index, base, readOut);
    if (own) {
      planned.push(own);
      continue;
    }
    data.done[index] = data.skipped[index] = 1;
    data.values.set(data.baseline, index * size);
  }
}

/** The most tokens of a wave. */
const WAVE = 3072;

/**
 * How many variants a batch may have: by the streams, queries, keys, values and neurons of a block, and as much again for what is
 * made of them; and by the time that a block takes.
 */
function variantsIn(memory: number, { model, layout, tokens }: BaseRun): number {
  const { width, neurons } = model.architecture, own = tokens.length * layout.window.to;
  const byMemory = memory / (4 * own * (8 * width + 2 * neurons));
  const byTime = tokensOfCall(model) / own;
  return Math.max(1, Math.floor(Math.min(byMemory, byTime)));
}

async function plainValues(base: BaseRun, readOut: ReadOut): Promise<Float64Array> {
  const { layers } = base.model.architecture, stream = base.stream(layers, 0);
  try {
    return await readOut.read(stream, 0, { observer: nobody, watched: false });
  } finally {
    stream.dispose();
  }
}
