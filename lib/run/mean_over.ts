/**
 * Averages what a model computes over a data set.
 *
 * @module
 */

import { withOrigin } from "./origin.ts";
import {
  PromptsMark,
  type PromptTokens,
  type Site,
  type SitePattern,
  type Transformer,
} from "../model/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices } from "../tensor/mod.ts";
import { capturedSites } from "./capture.ts";
import { checkModel } from "./check_model.ts";
import { exampleBatches, type Examples } from "./example_batches.ts";
import { Means } from "./means.ts";
import { run } from "./run.ts";
import { RunningMean, type ValueLayout } from "./running_mean.ts";

/** How far a mean over a data set has come. */
export interface MeansProgress {
  /** The examples that are in the mean so far. */
  readonly examples: number;
  /** Their tokens, those that the mean leaves out included. */
  readonly tokens: number;
}

/** Options for {@linkcode meanOver}. */
export interface MeanOverOptions {
  /** The sites to average: names, patterns with `*`, or bare names such as `resid_post` for every layer. */
  readonly sites: readonly (SitePattern | string)[];
  /**
   * Whether each position has a mean of its own, over the examples alone; they must have as many tokens each then, and
   * their positions should mean the same. Scores and patterns have no other mean.
   *
   * @default {false}
   */
  readonly byPosition?: boolean;
  /**
   * Whether the beginning-of-text token that an example begins with counts. Its values are like no other token's, and few
   * of them spoil a mean. The same token further on, between joined documents, counts always. With `byPosition` it has a
   * position of its own, and nothing is left out.
   *
   * @default {false}
   */
  readonly beginning?: boolean;
  /** The positions that count, negative ones from each example's own end; not with `byPosition`. @default {all} */
  readonly positions?: readonly number[];
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work; what was averaged so far comes back, marked as not complete. */
  readonly signal?: AbortSignal;
  /** Called after every batch. */
  readonly onProgress?: (progress: MeansProgress) => void;
}

/** What {@linkcode MeanOverOptions} may hold. */
const OPTIONS = [
  "sites",
  "byPosition",
  "beginning",
  "positions",
  "batch",
  "signal",
  "onProgress",
];

/**
 * Averages the values of sites over a data set, holding one batch of them at a time.
 *
 * Sums are in double precision. Examples need not have one length; they are put together by length, so that nothing is
 * padded. A raised signal is no error: what was averaged until then comes back, marked as not complete.
 *
 * @param model The model.
 * @param data Prompts, a `TokenDataset`, or anything that brings texts or token ids one after another.
 * @param options Which sites, whether by position, and what counts.
 * @returns The means with variances and counts. The promise draws itself.
 * @throws {RangeError} If no site is asked for or one does not exist, there is no example, scores or patterns are to be
 * averaged over positions, or, by position, lengths differ.
 *
 * @example
 * ```ts
 * import { heldOutTexts, load, meanOver } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = (await heldOutTexts()).slice(0, 20).map(({ text }) => text);
 * const means = await meanOver(model, texts, { sites: ["attn.z"] });
 * if (means.get("blocks.0.attn.z").shape.join() !== "8,32") throw new Error("[head, head_width]");
 * ```
 */
export function meanOver(
  model: Transformer,
  data: Examples,
  options: MeanOverOptions,
): DrawnPromise<Means> {
  return drawn(() => average(model, data, options));
}

async function average(
  model: Transformer,
  data: Examples,
  options: MeanOverOptions,
): Promise<Means> {
  checkModel(model, "average sites");
  refuseUnknownOptions("average over a data set", options, OPTIONS);
  const { byPosition = false, positions = null, batch, signal, onProgress } = options;
  const sites = sitesOf(model, options), beginning = byPosition || (options.beginning ?? false);
  const work = { sites, byPosition, beginning, positions, signal, sums: new Map<Site, SiteSum>() };
  const mark = new PromptsMark();
  let examples = 0, tokens = 0, length: number | undefined;
  try {
    const rest = { mark, ...batch === undefined ? {} : { batch }, ...signal ? { signal } : {} };
    for await (const prompts of exampleBatches(model, data, rest)) {
      const now = prompts[0]!.ids.length;
      if (byPosition) refuseOtherLength(now, length ??= now);
      await addBatch(model, prompts, work);
      examples += prompts.length;
      tokens += prompts.length * now;
      onProgress?.({ examples, tokens });
    }
  } catch (error) {
    // What the signal cut short is a batch that is in no mean yet.
    if (!signal?.aborted || error !== signal.reason) throw error;
  }
  const complete = !signal?.aborted;
  if (complete && examples === 0) {
    throw new RangeError("Cannot average over a data set as it must hold an example: it is empty");
  }
  const facts = {
    model: model.provenance.name,
    examples,
    tokens,
    byPosition,
    beginning,
    positions,
  };
  return withOrigin(
    new Means(
      { ...facts, complete },
      new Map([...work.sums].map(([site, { mean, axes, shape }]) => [
        site,
        { axes, shape, count: mean.count, mean: mean.mean(), variance: mean.variance() },
      ])),
    ),
    model,
    { name: "meanOver", given: { data, options }, prompts: mark },
  );
}

/** What is summed up, and how. */
interface Work {
  readonly sites: readonly Site[];
  readonly byPosition: boolean;
  readonly beginning: boolean;
  readonly positions: readonly number[] | null;
  readonly signal: AbortSignal | undefined;
  readonly sums: Map<Site, SiteSum>;
}

/** What is summed up for a site. */
interface SiteSum {
  readonly mean: RunningMean;
  readonly axes: readonly string[];
  readonly shape: readonly number[];
}

/** Runs prompts of one length and takes in what their sites hold. */
async function addBatch(
  model: Transformer,
  prompts: readonly PromptTokens[],
  { sites, byPosition, beginning, positions, signal, sums }: Work,
): Promise<void> {
  const counted = byPosition
    ? undefined
    : prompts.map((one) => countedPositions(one, beginning, positions));
  const stop = lastBlock(sites);
  using result = await run(model, prompts.map(({ ids }) => ids), {
    capture: sites,
    ...stop === undefined ? {} : { stop },
    ...signal ? { signal } : {},
  });
  const values = sites.map((site) => result.cache.get(site));
  const arrays = await Promise.all(values.map((tensor) => tensor.data()));
  // No signal: it must not leave one site with more examples than another.
  await inSlices((function* () {
    for (const [i, site] of sites.entries()) {
      const axes = model.axesOf(site), { shape } = values[i]!;
      const sum = sums.get(site) ?? emptySum(axes, shape, byPosition);
      sums.set(site, sum);
      sum.mean.add(arrays[i]!, layoutOf(axes, shape), counted);
      yield;
    }
  })());
}

/** The sites to average, with every option that cannot be meant refused. */
function sitesOf(model: Transformer, options: MeanOverOptions): Site[] {
  const { sites: wanted, byPosition = false, beginning, positions } = options;
  if (!Array.isArray(wanted) || wanted.length === 0) {
    throw new RangeError(
      "Cannot average over a data set as sites must be a list with at least one: " +
        `current value is ${Array.isArray(wanted) ? "an empty list" : JSON.stringify(wanted)}`,
    );
  }
  for (const [name, value] of Object.entries({ beginning, positions })) {
    if (!byPosition || value === undefined) continue;
    throw new TypeError(
      `Cannot average by position with ${name} as each position has a mean of its own then: current value is ${
        JSON.stringify(value)
      }`,
    );
  }
  if (positions && !(Array.isArray(positions) && positions.every(Number.isInteger))) {
    throw new TypeError(
      `Cannot average over positions as they must be a list of whole numbers: current value is ${
        JSON.stringify(positions)
      }`,
    );
  }
  const sites = capturedSites(model, wanted);
  const square = sites.find((site) => model.axesOf(site).includes("key"));
  if (square === undefined || byPosition) return sites;
  throw new RangeError(
    `Cannot average ${square} over positions as its keys are positions too: give byPosition: true`,
  );
}

/** Where a run may end that comes to all sites; undefined for the end of the model. */
function lastBlock(sites: readonly Site[]): number | undefined {
  let stop = 0;
  for (const site of sites) {
    const layer = /^blocks\.(\d+)\./.exec(site)?.[1];
    if (layer !== undefined) stop = Math.max(stop, Number(layer) + 1);
    // What is no block's and no embedding stands behind the last block.
    else if (!site.endsWith("embed")) return undefined;
  }
  return stop;
}

/** Refuses an example of another length than the first, whose positions would mean something else. */
function refuseOtherLength(length: number, first: number): void {
  if (length === first) return;
  throw new RangeError(
    `Cannot average by position as all examples must have as many tokens, ${first}: one has ${length}`,
  );
}

/** The positions of an example that count. */
function countedPositions(
  { ids, beginning: begins }: PromptTokens,
  beginning: boolean,
  positions: readonly number[] | null,
): number[] {
  const all = positions === null
    ? ids.map((_, position) => position)
    : [...new Set(positions.map((position) => placed(position, ids.length)))];
  return begins && !beginning ? all.filter((position) => position > 0) : all;
}

/** A position counted from the start; one that the example lacks is refused. */
function placed(position: number, length: number): number {
  const at = position < 0 ? length + position : position;
  if (at >= 0 && at < length) return at;
  throw new RangeError(
    `Cannot average over position ${position} as every example must have it: one has ${length} tokens`,
  );
}

/** A sum with the axes that the site's mean keeps. */
function emptySum(axes: readonly string[], shape: readonly number[], byPosition: boolean): SiteSum {
  const kept = [...axes.keys()].filter((at) =>
    axes[at] !== "batch" && (byPosition || axes[at] !== "position")
  );
  return {
    mean: new RunningMean(kept.reduce((size, at) => size * shape[at]!, 1)),
    axes: kept.map((at) => axes[at]!),
    shape: kept.map((at) => shape[at]!),
  };
}

/** How a site's values lie: the example follows the head, the position follows the example. */
function layoutOf(axes: readonly string[], shape: readonly number[]): ValueLayout {
  const at = axes.indexOf("batch");
  const size = (from: number, to: number) =>
    shape.slice(from, to).reduce((product, size) => product * size, 1);
  return {
    outer: size(0, at),
    batch: shape[at]!,
    position: shape[at + 1]!,
    inner: size(at + 2, shape.length),
  };
}
