/**
 * How embeddings and unembeddings lie to each other.
 *
 * @module
 */

import { sourceOf } from "../run/mod.ts";
import { type Cell, display, type Document, inspect, type ShownToken, table } from "../show/mod.ts";

/** What was compared. */
export interface EmbeddingGeometryFacts {
  /** The model, by name. */
  readonly model: string;
  /** Whether embedding and unembedding are one matrix. */
  readonly tied: boolean;
  /** How many tokens there are. */
  readonly vocabulary: number;
  /** Where the chance of the baseline began. */
  readonly seed: number;
}

/** Cosines of all tokens, and what they are like. */
export interface CosineDistribution {
  /** The cosine of each token; NaN where one of its vectors is zero. */
  readonly values: readonly number[];
  /** Their mean, those that are undefined left out. */
  readonly mean: number;
  /** The values below which 5, 25, 50, 75 and 95 of a hundred lie. */
  readonly quantiles: readonly [number, number, number, number, number];
  /** How many are undefined. */
  readonly undefinedCount: number;
}

/** A token with its centred cosine. */
export interface GeometryToken {
  /** Its id. */
  readonly id: number;
  /** The token. */
  readonly token: ShownToken;
  /** The cosine of its embedding and its unembedding, both less their means. */
  readonly cosine: number;
}

/** The cosines of each token's embedding and unembedding. */
export class EmbeddingGeometry {
  /** What was compared. */
  readonly facts: EmbeddingGeometryFacts;
  /** The cosines as they are. */
  readonly plain: CosineDistribution;
  /** The cosines with the means over the vocabulary taken off. */
  readonly centred: CosineDistribution;
  /** The cosines with another token's unembedding, as they are. */
  readonly other: CosineDistribution;
  /** The same, centred. */
  readonly otherCentred: CosineDistribution;
  /** The tokens whose centred cosine is greatest, the greatest first. */
  readonly nearest: readonly GeometryToken[];
  /** The tokens whose centred cosine is least, the least first. */
  readonly farthest: readonly GeometryToken[];

  /** Sums up the cosines of all tokens. */
  constructor(
    facts: EmbeddingGeometryFacts,
    parts: Readonly<Record<"plain" | "centred" | "other" | "otherCentred", readonly number[]>>,
    token: (id: number) => GeometryToken,
    top: number,
  ) {
    this.facts = facts;
    this.plain = distribution(parts.plain);
    this.centred = distribution(parts.centred);
    this.other = distribution(parts.other);
    this.otherCentred = distribution(parts.otherCentred);
    const order = parts.centred.map((_, id) => id).filter((id) => !Number.isNaN(parts.centred[id]))
      .sort((a, b) => parts.centred[b]! - parts.centred[a]! || a - b);
    this.nearest = order.slice(0, top).map(token);
    this.farthest = order.toReversed().slice(0, top).map(token);
  }

  /** Draws the distributions beside their baselines, and the tokens at both ends. */
  [display](): Document {
    const { model, tied, vocabulary, seed } = this.facts;
    const row = (
      name: string,
      { mean, quantiles }: CosineDistribution,
    ): Cell[] => [name, mean, ...quantiles];
    const list = (tokens: readonly GeometryToken[]) =>
      tokens.map(({ token }) => token.text.trim()).join(" ");
    return table({
      title: `Cosine of each token's embedding and unembedding in ${model}`,
      columns: [
        { name: "cosine" },
        ...["mean", "5%", "25%", "50%", "75%", "95%"].map((name) => ({
          name,
          align: "right" as const,
        })),
      ],
      rows: [
        row("its own", this.plain),
        row("another token's", this.other),
        row("its own, centred", this.centred),
        row("another token's, centred", this.otherCentred),
      ],
      caption: [
        sourceOf(this, model),
        `${vocabulary} tokens, ${tied ? "tied" : "not tied"}`,
        ...this.centred.undefinedCount ? [`${this.centred.undefinedCount} have a zero vector`] : [],
        `seed ${seed}`,
        ...this.nearest.length
          ? [`nearest: ${list(this.nearest)}`, `farthest: ${list(this.farthest)}`]
          : [],
      ].join(" · "),
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON():
    & EmbeddingGeometryFacts
    & Pick<
      EmbeddingGeometry,
      "plain" | "centred" | "other" | "otherCentred" | "nearest" | "farthest"
    > {
    const { facts, plain, centred, other, otherCentred, nearest, farthest } = this;
    return { ...facts, plain, centred, other, otherCentred, nearest, farthest };
  }
}

/** Sums up numbers, those that are undefined left out. */
function distribution(values: readonly number[]): CosineDistribution {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const quantile = (share: number) => {
    const place = share * (sorted.length - 1), below = Math.floor(place);
    const [low, high] = [sorted[below], sorted[Math.ceil(place)]] as [number, number];
    return low + (high - low) * (place - below);
  };
  return {
    values,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    quantiles: [quantile(0.05), quantile(0.25), quantile(0.5), quantile(0.75), quantile(0.95)],
    undefinedCount: values.length - sorted.length,
  };
}
