/**
 * Biases of the prediction head beside frequencies.
 *
 * @module
 */

import { sourceOf } from "../run/mod.ts";
import { all, display, type Document, inspect, scatter, table } from "../show/mod.ts";

/** The correlation where frequencies are dealt to tokens at random. */
export interface PermutedCorrelation {
  /** Its mean. */
  readonly mean: number;
  /** The bounds between which 95 % of them lie. */
  readonly range: readonly [low: number, high: number];
  /** The share of dealings that correlate as much or more, the one that was found counted in. */
  readonly share: number;
  /** How often they were dealt. */
  readonly permutations: number;
  /** The seed. */
  readonly seed: number;
}

/** Biases and frequencies of the tokens that occur. */
export interface PredictionBiasFacts {
  /** The model, by name. */
  readonly model: string;
  /** What the tokens were counted in. */
  readonly source: string;
  /** How many tokens were counted. */
  readonly tokens: number;
  /** The ids of the tokens that occur. */
  readonly ids: Uint32Array;
  /** These tokens as text. */
  readonly names: readonly string[];
  /** What the prediction head adds to the logit of each, β·W_U + b_U. */
  readonly biases: Float64Array;
  /** The logarithm of each token's share of all. */
  readonly logFrequencies: Float64Array;
  /** How many tokens of the vocabulary do not occur. */
  readonly unseen: number;
  /** Spearman's correlation of both. */
  readonly correlation: number;
  /** What it is by chance. */
  readonly baseline: PermutedCorrelation;
}

/** Biases of the prediction head beside how often tokens occur. */
export class PredictionBias implements PredictionBiasFacts {
  /** The model, by name. */
  readonly model: string;
  /** What the tokens were counted in. */
  readonly source: string;
  /** How many tokens were counted. */
  readonly tokens: number;
  /** The ids of the tokens that occur. */
  readonly ids: Uint32Array;
  /** These tokens as text. */
  readonly names: readonly string[];
  /** What the prediction head adds to the logit of each, β·W_U + b_U. */
  readonly biases: Float64Array;
  /** The logarithm of each token's share of all. */
  readonly logFrequencies: Float64Array;
  /** How many tokens of the vocabulary do not occur. */
  readonly unseen: number;
  /** Spearman's correlation of both. */
  readonly correlation: number;
  /** What it is by chance. */
  readonly baseline: PermutedCorrelation;

  /** Holds biases and frequencies. */
  constructor(facts: PredictionBiasFacts) {
    this.model = facts.model;
    this.source = facts.source;
    this.tokens = facts.tokens;
    this.ids = facts.ids;
    this.names = facts.names;
    this.biases = facts.biases;
    this.logFrequencies = facts.logFrequencies;
    this.unseen = facts.unseen;
    this.correlation = facts.correlation;
    this.baseline = facts.baseline;
  }

  /** Draws each token's bias over the logarithm of its frequency, and the correlation. */
  async [display](): Promise<Document> {
    const named = new Set(this.#ends());
    return await all([
      scatter({
        points: Array.from(this.biases, (bias, i) => ({
          x: this.logFrequencies[i]!,
          y: bias,
          label: this.names[i]!,
          ...named.has(i) ? { named: true } : {},
        })),
        x: { name: "log of the share of all tokens", zero: false },
        y: { name: "bias of the logit", unit: "nats", zero: false },
        title: `What ${this.model} adds to logits whatever it read`,
        caption: this.#caption(),
      }),
      this.#table(),
    ])[display]();
  }

  /** Shows the correlation in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Omit<PredictionBiasFacts, "ids" | "biases" | "logFrequencies"> & {
    readonly ids: readonly number[];
    readonly biases: readonly number[];
    readonly logFrequencies: readonly number[];
  } {
    const { model, source, tokens, names, unseen, correlation, baseline } = this;
    return {
      model,
      source,
      tokens,
      names,
      unseen,
      correlation,
      baseline,
      ids: [...this.ids],
      biases: [...this.biases],
      logFrequencies: [...this.logFrequencies],
    };
  }

  /** The places of the tokens of greatest and least bias. */
  #ends(): number[] {
    const order = [...this.biases.keys()].sort((i, j) => this.biases[j]! - this.biases[i]!);
    return [...order.slice(0, 3), ...order.slice(-3)];
  }

  #caption(): string {
    const { range: [low, high] } = this.baseline;
    return `${sourceOf(this, this.model)} · Spearman ${
      this.correlation.toFixed(3)
    }, dealt at random 95 % from ${low.toFixed(3)} to ${
      high.toFixed(3)
    } · ${this.ids.length} tokens that occur among ${this.tokens} of ${this.source}; ${this.unseen} of the vocabulary do not`;
  }

  #table() {
    const { mean, range: [low, high], share, permutations } = this.baseline;
    return table({
      title: `Biases of ${this.model} and frequencies of tokens`,
      columns: [
        { name: "" },
        { name: "Spearman" },
        { name: "95 % from" },
        { name: "to" },
        { name: "share as great or greater" },
      ],
      rows: [
        ["biases with log frequencies", this.correlation, NaN, NaN, share],
        [`dealt at random, ${permutations} times`, mean, low, high, NaN],
      ],
      caption: this.#caption(),
    });
  }
}
