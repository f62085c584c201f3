/**
 * What the components of each block add to the stream.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import { all, display, type Document, heatMap, inspect, literalCode, table } from "../show/mod.ts";
import { quantile } from "./quantile.ts";

/** The numbers of one component, a list by position, of the examples that reach it. */
export interface ContributionValues {
  /** The block. */
  readonly layer: number;
  /** The component. */
  readonly name: string;
  /** ‖Δ‖/‖x‖. */
  readonly lengths: number[][];
  /** The cosines of Δ and x. */
  readonly cosines: number[][];
  /** (Δ·x')/‖x'‖². */
  readonly shares: number[][];
}

/** A number over many tokens. */
export interface Spread {
  /** The median at positions from 1 on. */
  readonly median: number;
  /** The quartiles there. */
  readonly quartiles: readonly [low: number, high: number];
  /** The mean there. */
  readonly mean: number;
  /** The median at position 0. */
  readonly first: number;
}

/** What one component adds to the stream. */
export interface ResidualContribution {
  /** The block. */
  readonly layer: number;
  /** The component: `entering stream`, `attention` or `head 3` and `attention biases`, `feed-forward`. */
  readonly name: string;
  /** Its length over that of the entering stream. */
  readonly length: Spread;
  /** Its cosine with the entering stream; below 0 it takes away. Random directions have 0 ± 1/√width. */
  readonly cosine: Spread;
  /** Its share in the leaving stream; those of a block sum to 1 at each position, and so do the means. */
  readonly share: Spread;
}

/** What the components of each block add to the stream. */
export class ResidualContributions {
  /** The model, by name. */
  readonly model: string;
  /** How many examples were read. */
  readonly examples: number;
  /** How many tokens beside the first of each example. */
  readonly tokens: number;
  /** The components, block by block, the entering stream first. */
  readonly components: readonly ResidualContribution[];
  readonly #values: ReadonlyMap<string, ContributionValues>;

  /** Sums numbers up. */
  constructor(model: string, examples: number, values: ReadonlyMap<string, ContributionValues>) {
    this.model = model;
    this.examples = examples;
    this.#values = values;
    this.components = [...values.values()].map(({ layer, name, lengths, cosines, shares }) => ({
      layer,
      name,
      length: spread(lengths),
      cosine: spread(cosines),
      share: spread(shares),
    }));
    const [any] = values.values();
    this.tokens = any?.lengths.slice(1).flat().length ?? 0;
  }

  /**
   * One component of a block.
   *
   * @throws {RangeError} If there is none of that name.
   */
  of(layer: number, name: string): ResidualContribution {
    const found = this.components.find((one) => one.layer === layer && one.name === name);
    if (found) return found;
    throw new RangeError(
      `Cannot find ${JSON.stringify(name)} of layer ${layer} as it must be among ${
        [...new Set(this.components.map(({ name }) => name))].join(", ")
      } of layers 0 to ${this.components.at(-1)!.layer}`,
    );
  }

  /**
   * The shares of a component, a list of the examples for each position.
   *
   * @throws {RangeError} If there is none of that name.
   */
  shares(layer: number, name: string): readonly (readonly number[])[] {
    this.of(layer, name);
    return this.#values.get(`${layer} ${name}`)!.shares;
  }

  /** Draws shares and cosines as maps, and all medians as a table. */
  async [display](): Promise<Document> {
    return await all([
      this.#map("share in the leaving stream", "share"),
      this.#map("cosine with the entering stream", "cosine"),
      this.#table(),
    ])[display]();
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Pick<ResidualContributions, "model" | "examples" | "tokens" | "components"> {
    const { model, examples, tokens, components } = this;
    return { model, examples, tokens, components };
  }

  #caption(): string {
    return `${
      sourceOf(this, this.model)
    } · ${this.tokens} tokens of ${this.examples} examples, position 0 apart · shares of a block, the entering stream's included, sum to 1 at each position`;
  }

  #map(label: string, kind: "share" | "cosine") {
    const of = (one: ResidualContribution) => one[kind].median;
    const names = [...new Set(this.components.map(({ name }) => name))];
    const layers = this.components.at(-1)!.layer + 1;
    return heatMap({
      values: names.flatMap((name) =>
        Array.from({ length: layers }, (_, layer) => of(this.of(layer, name)))
      ),
      rows: { name: "component", labels: names },
      columns: { name: "block", labels: Array.from({ length: layers }, (_, i) => String(i)) },
      label,
      scale: "diverging",
      title: `Median ${label}, ${this.model}`,
      ...codeOf(this, `.of({column}, {name}).${kind}.median`, {
        name: { by: "row", texts: names.map((name) => literalCode(name)) },
      }),
      caption: this.#caption(),
    });
  }

  #table() {
    return table({
      title: `What components add to the stream of ${this.model}`,
      columns: [
        { name: "block" },
        { name: "component" },
        { name: "length over the stream's" },
        { name: "cosine with it" },
        { name: "share" },
        { name: "share at position 0" },
      ],
      rows: this.components.map(({ layer, name, length, cosine, share }) => [
        layer,
        name,
        length.median,
        cosine.median,
        share.median,
        share.first,
      ]),
      ...codeOf(this, ".components[{row}]"),
      caption: this.#caption(),
    });
  }
}

function spread(positions: readonly (readonly number[])[]): Spread {
  const later = positions.slice(1).flat();
  return {
    median: quantile(later, 0.5),
    quartiles: [quantile(later, 0.25), quantile(later, 0.75)],
    mean: later.reduce((sum, x) => sum + x, 0) / later.length,
    first: quantile(positions[0] ?? [], 0.5),
  };
}
