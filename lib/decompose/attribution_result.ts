/**
 * What a logit is made of.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { type Edit, editText } from "../run/mod.ts";
import {
  all,
  bars,
  display,
  type Drawing,
  type DrawnDocument,
  inspect,
  LongTable,
  refuseUnknownOptions,
  waterfall,
} from "../show/mod.ts";
import type { NormTreatment, PartValues } from "./attribute_rows.ts";
import {
  type AverageAttribution,
  averageAttribution,
  type AverageOptions,
  partsText,
} from "./average_attribution.ts";
import { headGrid, layerGrid, meanOf, pathGrid } from "./attribution_grids.ts";
import type { Levels, Part, PartWhere } from "./part.ts";

/** What an attribution is about. */
export interface AttributionFacts {
  /** The model, by name. */
  readonly model: string;
  /** Where the numbers come from, in one line; the model's name if left out. */
  readonly source?: string;
  /** The prompts. */
  readonly prompts: readonly PromptTokens[];
  /** The position that is read in each prompt, counted from its start. */
  readonly positions: readonly number[];
  /** What is taken apart, such as `logit Mary − John`. */
  readonly label: string;
  /** Its unit. */
  readonly unit: string;
  /** How the last norm is treated. */
  readonly norm: NormTreatment;
  /** How finely it is taken apart. */
  readonly by: Levels;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** Whether the model caps its logits, so that the totals are those before the cap. */
  readonly capped: boolean;
}

/** A part with its value. */
export interface ValuedPart {
  /** The part. */
  readonly part: Part;
  /** What it gives. */
  readonly value: number;
}

/** More bars than that are put together into one. */
const BARS = 24;

/** A number of each prompt, such as a logit, as the sum of what wrote it. */
export class LogitAttribution {
  /** What it is about. */
  readonly facts: AttributionFacts;
  /** The parts, in the order of the forward pass. */
  readonly parts: readonly Part[];
  /** What each part gives in each prompt, `[component][example]`. */
  readonly values: readonly (readonly number[])[];
  /** The number that was taken apart, in each prompt: of capped logits, before the cap. */
  readonly totals: Float64Array;
  /** The number as the model gives it, after any cap. */
  readonly measured: Float64Array;

  /** Holds values; `logitAttribution` makes it. */
  constructor(
    facts: AttributionFacts,
    { parts, values }: PartValues,
    totals: readonly number[],
    measured: readonly number[],
  ) {
    this.facts = facts;
    this.parts = parts;
    this.values = values;
    this.totals = Float64Array.from(totals);
    this.measured = Float64Array.from(measured);
  }

  /** Whether the parts add up to the total: only where the norm is frozen. */
  get additive(): boolean {
    return this.facts.norm === "frozen";
  }

  /** What no part accounts for, in each prompt: the total less the sum of the parts; NaN where parts do not add up. */
  get leftOver(): Float64Array {
    return this.totals.map((total, example) =>
      this.additive ? total - this.values.reduce((sum, own) => sum + own[example]!, 0) : NaN
    );
  }

  /**
   * What one part gives.
   *
   * @param label The name of the part, such as `L3H5`.
   * @param example The prompt.
   * @throws {RangeError} If there is no such part or prompt.
   */
  value(label: string, example = 0): number {
    const place = this.parts.findIndex((part) => part.label === label);
    this.#checkExample(example);
    if (place >= 0) return this.values[place]![example]!;
    throw new RangeError(
      `Cannot read ${JSON.stringify(label)} of an attribution as it must be a part: the first are ${
        this.parts.slice(0, 6).map(({ label }) => label).join(", ")
      }`,
    );
  }

  /**
   * What some parts give together, the mean over the prompts.
   *
   * @param where What they have in common, such as `{ layer: 3, head: 5 }`; of a list any of it.
   * @returns The sum; 0 of no part.
   * @throws {TypeError} If parts have nothing of that name.
   */
  mean(where: PartWhere): number {
    const names = ["kind", "label", "layer", "head", "source", "expert", "neuron"] as const;
    refuseUnknownOptions("find parts", where, names);
    const fits = (part: Part) =>
      names.every((name) =>
        where[name] === undefined || ([where[name]].flat() as unknown[]).includes(part[name])
      );
    return this.parts.reduce(
      (sum, part, i) => fits(part) ? sum + meanOf(this.values[i]!) : sum,
      0,
    );
  }

  /** The parts that give most, by size, the greatest first. */
  top(count = 10, example = 0): ValuedPart[] {
    this.#checkExample(example);
    return this.parts.map((part, i) => ({ part, value: this.values[i]![example]! }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, count);
  }

  /**
   * Averages over the prompts, with intervals.
   *
   * @param options The seed of the resamples, their number and the confidence.
   * @returns The mean of each part with its interval; the promise resolves to a result that draws itself.
   */
  average(options: AverageOptions = { seed: 0 }): Promise<AverageAttribution> {
    return averageAttribution(this, options);
  }

  /**
   * Draws what each head gives, the mean over the prompts, as a grid of layers and heads.
   *
   * @throws {RangeError} If attention was not split into heads.
   */
  heads(): DrawnDocument {
    return headGrid(this);
  }

  /** Draws what attention and feed-forward networks give, the mean over the prompts, by layer; what stands outside is left out. */
  layers(): DrawnDocument {
    return layerGrid(this);
  }

  /** Draws a waterfall of one prompt, or of the mean of several; paths as heads by the tokens that they read too. */
  async [display](): Promise<Drawing> {
    if (!this.additive) return await this.#bars();
    if (this.totals.length > 1) return await (await this.average())[display]();
    const chart = await this.#waterfall();
    if (this.facts.by.attention !== "path") return chart;
    return await all([pathGrid(this), chart])[display]();
  }

  /** Shows the greatest parts in a terminal. */
  [inspect](): string {
    const { facts: { label, unit }, totals: [total, ...more] } = this;
    return partsText(
      `${label}: ${total!.toFixed(4)} ${unit}` +
        (more.length > 0 ? `, the first of ${more.length + 1} prompts` : ""),
      this.top(Infinity).map(({ part, value }) => [`${part.label}: ${value.toFixed(4)}`, value]),
      this.leftOver[0]!,
    );
  }

  /**
   * The parts as rows: of every prompt each part, then what is left over. Those of a prompt add up to its total, which stands
   * beside each. A column that a part has no number for is empty, and so is that of the unit where the metric has none.
   */
  table(): LongTable {
    const { parts, values, totals, leftOver, facts } = this;
    const columns =
      "example position part kind layer head source source_token expert neuron value total unit";
    const unit = facts.unit || null;
    return new LongTable(
      `what wrote the ${facts.label}`,
      columns.split(" "),
      function* () {
        for (const [example, total] of totals.entries()) {
          const place = [example, facts.positions[example]!];
          for (const [i, { label, kind, layer, head, source, expert, neuron }] of parts.entries()) {
            yield [
              ...place,
              ...[label, kind, layer],
              ...[head, source].map((at) => at ?? null),
              source === undefined ? null : facts.prompts[example]!.tokens[source]?.text ?? null,
              ...[expert, neuron].map((at) => at ?? null),
              values[i]![example]!,
              total,
              unit,
            ];
          }
          const rest = [...place, "left over", "left over", ...Array<null>(6).fill(null)];
          yield [...rest, leftOver[example]!, total, unit];
        }
      },
    );
  }

  /** The numbers as plain data. */
  toJSON(): Omit<AttributionFacts, "prompts"> & {
    prompts: string[];
    parts: readonly Part[];
    values: number[][];
    totals: number[];
    measured: number[];
  } {
    return {
      ...this.facts,
      prompts: this.facts.prompts.map(({ text }) => text),
      parts: this.parts,
      values: this.values.map((own) => [...own]),
      totals: [...this.totals],
      measured: [...this.measured],
    };
  }

  #waterfall() {
    const many = this.parts.length > BARS;
    return waterfall({
      parts: this.parts.map(({ label, layer }, i) => ({
        label,
        value: this.values[i]![0]!,
        ...layer === null ? {} : { group: `layer ${layer}` },
      })),
      total: this.totals[0]!,
      label: this.facts.label,
      ...this.facts.unit ? { unit: this.facts.unit } : {},
      title: `What wrote the ${this.facts.label}`,
      caption: this.caption,
      ...many ? { order: "sorted" as const, most: BARS - 4 } : {},
    });
  }

  /** Bars that start at zero, for parts that do not add up. */
  #bars() {
    const means = this.parts.map((part, i) => ({ part, value: meanOf(this.values[i]!) }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, BARS);
    return bars({
      labels: means.map(({ part }) => part.label),
      values: means.map(({ value }) => value),
      label: this.facts.label,
      ...this.facts.unit ? { unit: this.facts.unit } : {},
      baseline: 0,
      title: `${this.facts.label}, each part ${
        this.facts.norm === "own" ? "through a norm of its own" : "by the derivative of the norm"
      }`,
      caption:
        `${this.caption} · the ${means.length} greatest of ${this.parts.length} parts, which do not add up`,
    });
  }

  /** Where the numbers come from, in one line. */
  get caption(): string {
    const { model, source = model, norm, capped, edits } = this.facts, count = this.totals.length;
    return [
      source,
      count === 1 ? `position ${this.facts.positions[0]}` : `mean of ${count} prompts`,
      norm === "frozen" ? "scale of the last norm as in this run" : `norm: ${norm}`,
      ...capped ? [`before the soft cap; after it ${meanOf(this.measured).toFixed(3)}`] : [],
      ...edits.length > 0 ? [`with ${edits.map(editText).join("; ")}`] : [],
    ].join(" · ");
  }

  #checkExample(example: number): void {
    if (Number.isInteger(example) && example >= 0 && example < this.totals.length) return;
    throw new RangeError(
      `Cannot read an attribution as the prompt must be from 0 to ${
        this.totals.length - 1
      }: current value is ${example}`,
    );
  }
}
