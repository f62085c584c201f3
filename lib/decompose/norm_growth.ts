/**
 * How the residual stream grows from block to block.
 *
 * Heimersheim and Turner, "Residual stream norms grow exponentially over the forward pass", 2023, who find about 1.045 a layer
 * in GPT-2 XL.
 *
 * @module
 */

import { PromptsMark, type Site, type Transformer } from "../model/mod.ts";
import {
  checkModel,
  codeOf,
  exampleBatches,
  type Examples,
  run,
  sourceOf,
  withOrigin,
} from "../run/mod.ts";
import {
  all,
  display,
  type Document,
  drawn,
  type DrawnPromise,
  formatNumber,
  inspect,
  lines,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { readNumbers } from "../tensor/mod.ts";
import { type GrowthRate, growthRate } from "./growth_rate.ts";
import { quantile } from "./quantile.ts";

/** Options for {@linkcode normGrowth}. */
export interface NormGrowthOptions {
  /** The most examples of one pass. @default {as many as hold 256 tokens} */
  readonly batch?: number;
  /** Stops the work between two batches. */
  readonly signal?: AbortSignal;
}

/** The lengths of the stream before each block and after the last, over all tokens of some examples. */
export class NormGrowth {
  /** The model, by name. */
  readonly model: string;
  /** How many examples were read. */
  readonly examples: number;
  /** How many tokens beside the first of each example. */
  readonly tokens: number;
  /** The median length at positions from 1 on, `[layer]`: before each block, and last after all of them. */
  readonly medians: readonly number[];
  /** The quartiles there, `[layer]`. */
  readonly quartiles: readonly (readonly [low: number, high: number])[];
  /** The median length at position 0 alone, `[layer]`. */
  readonly first: readonly number[];
  /** The median length at each position, `[layer, position]`; the later the position, the fewer examples reach it. */
  readonly byPosition: readonly (readonly number[])[];
  /** The growth of `medians`; its baseline is a rate of 1, that of a stream that keeps its length. */
  readonly growth: GrowthRate;

  /** Holds lengths, `lengths[layer][position]` being a list over the examples that reach the position. */
  constructor(model: string, examples: number, lengths: readonly (readonly number[])[][]) {
    this.model = model;
    this.examples = examples;
    const later = lengths.map((positions) => positions.slice(1).flat());
    this.tokens = later[0]?.length ?? 0;
    this.medians = later.map((values) => quantile(values, 0.5));
    this.quartiles = later.map((values) => [quantile(values, 0.25), quantile(values, 0.75)]);
    this.byPosition = lengths.map((positions) => positions.map((values) => quantile(values, 0.5)));
    this.first = this.byPosition.map((positions) => positions[0] ?? NaN);
    this.growth = growthRate(this.medians);
  }

  /** Draws the lengths over the layers with the line that fits them, those of position 0 in the table alone. */
  async [display](): Promise<Document> {
    const { rate, start } = this.growth;
    return await all([
      lines({
        series: [
          {
            name: "median",
            y: this.medians,
            low: this.quartiles.map(([low]) => low),
            high: this.quartiles.map(([, high]) => high),
          },
          {
            name: `fitted, x ${rate.toFixed(4)} a layer`,
            y: this.medians.map((_, layer) => start * rate ** layer),
          },
          { name: "without growth, x 1", y: this.medians.map(() => this.medians[0]!) },
        ],
        x: { name: "blocks before" },
        y: { name: "length of the stream", scale: "log" },
        title: `Length of the stream of ${this.model}`,
        caption: `${
          sourceOf(this, this.model)
        } · bands hold the middle half of the tokens; position 0 stands apart`,
      }),
      this.#table(),
    ])[display]();
  }

  #table() {
    const { rate, explained } = this.growth, last = this.medians.length - 1;
    return table({
      title: `Length of the stream of ${this.model}: × ${rate.toFixed(4)} a layer`,
      columns: [
        { name: "stream" },
        { name: "median" },
        { name: "lower quartile" },
        { name: "upper quartile" },
        { name: "fitted" },
        { name: "position 0" },
      ],
      rows: this.medians.map((median, layer) => [
        layer === last ? "after the last block" : `before block ${layer}`,
        median,
        ...this.quartiles[layer]!,
        this.growth.start * rate ** layer,
        this.first[layer]!,
      ]),
      ...codeOf(this, ".medians[{row}]"),
      caption:
        `${
          sourceOf(this, this.model)
        } · ${this.tokens} tokens of ${this.examples} examples, position 0 apart, for streams there are often like no other · ` +
        `the fit explains ${
          formatNumber(100 * explained)
        } % of the variance of the logarithms · a stream that keeps its length has × 1`,
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Pick<
    NormGrowth,
    "model" | "examples" | "tokens" | "medians" | "quartiles" | "first" | "byPosition" | "growth"
  > {
    const { model, examples, tokens, medians, quartiles, first, byPosition, growth } = this;
    return { model, examples, tokens, medians, quartiles, first, byPosition, growth };
  }
}

/**
 * Measures how long the residual stream is before each block and after the last: medians over positions, position 0 apart,
 * and the rate of geometric growth that fits them.
 *
 * @param model The model.
 * @param examples Prompts, a data set, or anything that brings texts or token ids.
 * @param options How many examples a pass takes.
 * @returns Medians and quartiles by layer and the fitted rate; the promise draws itself. Not all models grow.
 * @throws {RangeError} If there are no examples, or none has two tokens.
 *
 * @example
 * ```ts
 * import { load, normGrowth } from "@innerworks/innerworks";
 * const { growth } = await normGrowth(await load("seedling"), ["Once upon a time", "Mary gave a key to John"]);
 * if (!(growth.rate > 1)) throw new Error("the stream of seedling grows");
 * ```
 */
export function normGrowth(
  model: Transformer,
  examples: Examples,
  options: NormGrowthOptions = {},
): DrawnPromise<NormGrowth> {
  return drawn(() => measure(model, examples, options));
}

async function measure(
  model: Transformer,
  examples: Examples,
  options: NormGrowthOptions,
): Promise<NormGrowth> {
  const purpose = "measure how the stream grows";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["batch", "signal"]);
  const { layers } = model.architecture, { signal } = options;
  const sites = [
    ...Array.from({ length: layers }, (_, layer): Site => `blocks.${layer}.resid_pre`),
    `blocks.${layers - 1}.resid_post` as Site,
  ];
  const lengths: number[][][] = sites.map(() => []);
  const mark = new PromptsMark();
  let count = 0;
  for await (const batch of exampleBatches(model, examples, { ...options, mark })) {
    using result = await run(model, batch.map(({ ids }) => ids), {
      capture: sites,
      ...signal ? { signal } : {},
    });
    count += batch.length;
    sites.forEach((site, layer) => gather(result.cache.get(site), lengths[layer]!));
  }
  signal?.throwIfAborted();
  if (count > 0 && lengths[0]!.length > 1) {
    return withOrigin(new NormGrowth(model.provenance.name, count, lengths), model, {
      name: "normGrowth",
      given: { examples, options },
      prompts: mark,
    });
  }
  throw new RangeError(
    `Cannot ${purpose} as an example must have at least two tokens, the first standing apart: there are ${count} examples, the longest of ${
      lengths[0]!.length
    } tokens`,
  );
}

/** Adds the lengths of a stream `[batch, position, width]` to those by position. */
function gather(
  stream: Parameters<typeof readNumbers>[0],
  positions: number[][],
): void {
  const [batch, length, width] = stream.shape as [number, number, number];
  const values = readNumbers(stream);
  for (let row = 0; row < batch; row++) {
    for (let position = 0; position < length; position++) {
      let square = 0;
      const start = (row * length + position) * width;
      for (let i = start; i < start + width; i++) square += values[i]! ** 2;
      (positions[position] ??= []).push(Math.sqrt(square));
    }
  }
}
