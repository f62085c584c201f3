/**
 * What later heads take away of an earlier write.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import { correlation } from "../stats/mod.ts";
import { all, display, type Document, heatMap, inspect, table } from "../show/mod.ts";
import { type HeadPlace, headText } from "./head_place.ts";
import { quantile } from "./quantile.ts";

/** The numbers of one later head, one a position from 1 on of all examples. */
export interface ErasureValues extends HeadPlace {
  /** (a·b)/‖b‖². */
  readonly ratios: number[];
  /** The same at position 0. */
  readonly first: number[];
  /** ‖a‖/(‖b‖·√width), the deviation of the ratio by chance. */
  readonly chance: number[];
  /** The head's direct attributions to the tokens that follow. */
  readonly attributions: number[];
}

/** What one later head does to an earlier write. */
export interface ErasingHead extends HeadPlace {
  /** The median projection ratio (a·b)/‖b‖² at positions from 1 on: about −1 where it takes all away. */
  readonly ratio: number;
  /** The quartiles there. */
  readonly quartiles: readonly [low: number, high: number];
  /** The median at position 0. */
  readonly first: number;
  /** The deviation about 0 that the ratio has by chance: the root mean square of ‖a‖/(‖b‖·√width). */
  readonly chance: number;
  /** The correlation of the writer's direct attributions with the negative ones of the head; NaN where one of them is constant. */
  readonly correlation: number;
}

/** What later heads take away of an earlier write. */
export class Erasure {
  /** The model, by name. */
  readonly model: string;
  /** What wrote. */
  readonly writer: string;
  /** The width of the stream. */
  readonly width: number;
  /** How many positions beside the first of each example. */
  readonly tokens: number;
  /** How many direct attributions the correlations are over. */
  readonly attributions: number;
  /** The deviation about 0 that a correlation has by chance, 1/√(n − 1). */
  readonly chanceCorrelation: number;
  /** The later heads, layer by layer. */
  readonly heads: readonly ErasingHead[];

  /** Sums numbers up. */
  constructor(
    facts: { readonly model: string; readonly writer: string; readonly width: number },
    values: readonly ErasureValues[],
    written: readonly number[],
  ) {
    this.model = facts.model;
    this.writer = facts.writer;
    this.width = facts.width;
    this.tokens = values[0]!.ratios.length;
    this.attributions = written.length;
    this.chanceCorrelation = 1 / Math.sqrt(written.length - 1);
    this.heads = values.map(({ layer, head, ratios, first, chance, attributions }) => ({
      layer,
      head,
      ratio: quantile(ratios, 0.5),
      quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
      first: quantile(first, 0.5),
      chance: Math.sqrt(chance.reduce((sum, x) => sum + x * x, 0) / chance.length),
      correlation: correlation(written, attributions.map((x) => -x)),
    }));
  }

  /** The heads that take most away, those of the least ratio first. */
  top(count = 10): ErasingHead[] {
    return this.heads.filter(({ ratio }) => ratio === ratio)
      .sort((a, b) => a.ratio - b.ratio).slice(0, count);
  }

  /** Draws the ratios as a map, and the heads that take most away. */
  async [display](): Promise<Document> {
    return await all([this.#map(), this.#table()])[display]();
  }

  /** Shows these heads in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Pick<
    Erasure,
    "model" | "writer" | "width" | "tokens" | "attributions" | "chanceCorrelation" | "heads"
  > {
    const { model, writer, width, tokens, attributions, chanceCorrelation, heads } = this;
    return { model, writer, width, tokens, attributions, chanceCorrelation, heads };
  }

  #map() {
    const layers = [...new Set(this.heads.map(({ layer }) => String(layer)))];
    const heads = this.heads.length / layers.length;
    return heatMap({
      values: this.heads.map(({ ratio }) => ratio),
      rows: { name: "layer", labels: layers },
      columns: { name: "head", labels: Array.from({ length: heads }, (_, i) => String(i)) },
      label: "projection ratio",
      scale: "diverging",
      title: `What later heads of ${this.model} add along what ${this.writer} wrote`,
      ...codeOf(this, `.heads[{row} * ${heads} + {column}].ratio`),
      caption: this.#caption(),
    });
  }

  #table() {
    return table({
      title: `Heads of ${this.model} that take most away of what ${this.writer} wrote`,
      columns: [
        { name: "head" },
        { name: "projection ratio" },
        { name: "by chance 0 ±" },
        { name: "at position 0" },
        { name: "correlation with −attribution" },
        { name: "by chance 0 ±" },
      ],
      rows: this.top().map((head) => [
        headText(head),
        head.ratio,
        head.chance,
        head.first,
        head.correlation,
        this.chanceCorrelation,
      ]),
      ...codeOf(this, ".top()[{row}]"),
      caption: this.#caption(),
    });
  }

  #caption(): string {
    return `${
      sourceOf(this, this.model)
    } · medians over ${this.tokens} tokens, position 0 apart · −1 takes all away · a direct attribution that correlates with the negative one of another head never reaches the logits`;
  }
}
