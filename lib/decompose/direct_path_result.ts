/**
 * The direct path beside the pairs of tokens of a text.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { greatest, shownToken, sourceOf } from "../run/mod.ts";
import { all, bars, display, type Document, inspect, table } from "../show/mod.ts";
import { directRows } from "./token_products.ts";

/** How often tokens follow each other. */
export interface PairCounts {
  /** How often each token follows another, by the one and then the other. */
  readonly after: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** How often each token is the second of a pair. */
  readonly seconds: ReadonlyMap<number, number>;
  /** How many pairs there are. */
  readonly pairs: number;
}

/** The mean surprise of the second token of a pair, in nats, of models that know less or more than the direct path can. */
export interface DirectPathBaselines {
  /** All tokens of the vocabulary alike. */
  readonly uniform: number;
  /** The frequencies of second tokens in the same texts. */
  readonly single: number;
  /** The frequencies of pairs in the same texts. */
  readonly pairs: number;
}

/** The direct path of a model, beside the pairs of tokens of a text. */
export class DirectPath {
  /** The model, by name. */
  readonly model: string;
  /** What the pairs were counted in. */
  readonly source: string;
  /** Whether embeddings went through the last norm. */
  readonly norm: "own" | "none";
  /** How many pairs there are. */
  readonly pairs: number;
  /** The mean surprise of the second token of a pair by the direct path, in nats. */
  readonly surprise: number;
  /** The same of models to compare with. */
  readonly baselines: DirectPathBaselines;
  /** How much of the way from single frequencies to those of pairs it goes: 0 and 1 at these; it may be negative. */
  readonly share: number;
  readonly #counts: PairCounts;
  readonly #transformer: Transformer;

  /** Holds a direct path. */
  constructor(
    model: Transformer,
    facts: { readonly source: string; readonly norm: "own" | "none"; readonly surprise: number },
    counts: PairCounts,
  ) {
    this.model = model.provenance.name;
    this.source = facts.source;
    this.norm = facts.norm;
    this.surprise = facts.surprise;
    this.pairs = counts.pairs;
    this.#counts = counts;
    this.#transformer = model;
    const uniform = Math.log(model.architecture.vocabulary);
    this.baselines = { uniform, ...surprises(counts) };
    const { single, pairs } = this.baselines;
    this.share = (single - this.surprise) / (single - pairs);
  }

  /**
   * The log-probabilities of all tokens after one, `[vocabulary]`.
   *
   * @throws {RangeError} If a text is not one token, or an id is outside the vocabulary.
   */
  row(token: string | number): Float64Array {
    const { vocabulary } = this.#transformer.architecture;
    const id = typeof token === "string" ? this.#transformer.toSingleToken(token) : token;
    if (Number.isInteger(id) && id >= 0 && id < vocabulary) {
      return directRows(this.#transformer, [id], this.norm);
    }
    throw new RangeError(
      `Cannot read the direct path as a token id must be an integer from 0 to ${
        vocabulary - 1
      }: current value is ${id}`,
    );
  }

  /** Draws the surprises, and for the most frequent tokens what is said to follow and what does. */
  async [display](): Promise<Document> {
    return await all([
      bars({
        labels: ["all alike", "single tokens", "direct path", "pairs"],
        values: [
          this.baselines.uniform,
          this.baselines.single,
          this.surprise,
          this.baselines.pairs,
        ],
        label: "mean surprise",
        unit: "nats",
        title: `The direct path of ${this.model} and frequencies of tokens`,
        caption: this.#caption(),
      }),
      this.#table(),
    ])[display]();
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The figures as plain data. */
  toJSON(): Pick<
    DirectPath,
    "model" | "source" | "norm" | "pairs" | "surprise" | "baselines" | "share"
  > {
    const { model, source, norm, pairs, surprise, baselines, share } = this;
    return { model, source, norm, pairs, surprise, baselines, share };
  }

  #caption(): string {
    const { single, pairs } = this.baselines;
    return `${sourceOf(this, this.model)} · ${this.pairs} pairs of ${this.source}: ${
      this.surprise.toFixed(3)
    } nats, of single tokens ${single.toFixed(3)}, of pairs ${
      pairs.toFixed(3)
    } (both counted in the same text) · ${
      this.norm === "own" ? "through the last norm" : "W_E · W_U without the last norm"
    }, without positions`;
  }

  #table() {
    const total = (counts: ReadonlyMap<number, number>) =>
      counts.values().reduce((sum, count) => sum + count, 0);
    const firsts = [...this.#counts.after].map(([id, counts]) => ({
      id,
      counts,
      all: total(counts),
    }))
      .sort((a, b) => b.all - a.all).slice(0, 10);
    return table({
      title:
        `What follows the most frequent tokens, by the direct path of ${this.model} and in the text`,
      columns: [
        { name: "after" },
        { name: "direct path says" },
        { name: "probability" },
        { name: "its share in the text" },
        { name: "the text has" },
        { name: "its share" },
        { name: "direct path's probability" },
      ],
      rows: firsts.map(({ id, counts, all }) => {
        const row = this.row(id), [best] = greatest(row, 1);
        const [common, count] = [...counts].reduce((most, other) =>
          other[1] > most[1] ? other : most
        );
        const shown = (token: number) => shownToken(this.#transformer, token);
        return [
          shown(id),
          shown(best!),
          Math.exp(row[best!]!),
          (counts.get(best!) ?? 0) / all,
          shown(common),
          count / all,
          Math.exp(row[common]!),
        ];
      }),
      caption: this.#caption(),
    });
  }
}

/** The mean surprises of second tokens by their own frequencies, and by those of pairs. */
function surprises({ after, seconds, pairs }: PairCounts): { single: number; pairs: number } {
  let single = 0, paired = 0;
  for (const counts of after.values()) {
    const all = counts.values().reduce((sum, count) => sum + count, 0);
    for (const [second, count] of counts) {
      single -= count * Math.log(seconds.get(second)! / pairs);
      paired -= count * Math.log(count / all);
    }
  }
  return { single: single / pairs, pairs: paired / pairs };
}
