/**
 * Gradients of feed-forward networks in the vocabulary.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { type Metric, sourceOf } from "../run/mod.ts";
import {
  display,
  type Document,
  formatNumber,
  inspect,
  LongTable,
  table,
  tokenText,
} from "../show/mod.ts";
import { type GradientFactors, type NetworkMatrix, summedFactors } from "./gradient_factors.ts";
import type { Gains } from "./vocabulary_basis.ts";
import { endColumns, endRows, type VocabularyEnds } from "./vocabulary_ends.ts";

/** One token's part in the gradient by a matrix. */
export interface GradientTerm extends VocabularyEnds {
  /** The block. */
  readonly layer: number;
  /** The expert, in mixtures. */
  readonly expert?: number;
  /** The matrix. */
  readonly weight: NetworkMatrix;
  /** The position of the token, from 0. */
  readonly position: number;
  /** The length of the outer product: that of what the matrix read times that of what came back. */
  readonly size: number;
}

/** The parts of a {@linkcode BackwardLens}. */
export interface BackwardLensFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** What the gradient is of. */
  readonly metric: Metric;
  /** Its value. */
  readonly value: number;
  /** Which way the step goes. */
  readonly step: "lower" | "raise";
  /** Whether vectors went through the last norm's gain. */
  readonly gains: Gains;
  /** The gradients as sums of outer products. */
  readonly factors: readonly GradientFactors[];
  /** The terms, block by block, matrix by matrix, token by token. */
  readonly terms: readonly GradientTerm[];
}

/** Which matrix is meant. */
export interface MatrixChoice {
  /** The block. */
  readonly layer: number;
  /** The matrix. */
  readonly weight: NetworkMatrix;
  /** The expert, in mixtures. */
  readonly expert?: number;
}

/** Gradients of feed-forward networks, one term a token, in the vocabulary. */
export class BackwardLens implements BackwardLensFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** What the gradient is of. */
  readonly metric: Metric;
  /** Its value. */
  readonly value: number;
  /** Which way the step goes. */
  readonly step: "lower" | "raise";
  /** Whether vectors went through the last norm's gain. */
  readonly gains: Gains;
  /** The gradients as sums of outer products. */
  readonly factors: readonly GradientFactors[];
  /** The terms. */
  readonly terms: readonly GradientTerm[];

  /** Holds the parts. */
  constructor(facts: BackwardLensFacts) {
    this.model = facts.model;
    this.prompt = facts.prompt;
    this.metric = facts.metric;
    this.value = facts.value;
    this.step = facts.step;
    this.gains = facts.gains;
    this.factors = facts.factors;
    this.terms = facts.terms;
  }

  /**
   * One token's part in the gradient by a matrix; negative positions count from the end.
   *
   * @throws {RangeError} If there is none.
   */
  term(choice: MatrixChoice & { readonly position: number }): GradientTerm {
    const { length } = this.prompt.ids;
    const position = choice.position < 0 ? length + choice.position : choice.position;
    const found = this.terms.find((term) => term.position === position && fits(term, choice));
    if (found) return found;
    throw new RangeError(
      `Cannot find the gradient at position ${choice.position} of ${
        nameOf(choice)
      } as it must be among those read: ${
        [...new Set(this.factors.map(nameOf))].join(", ")
      }, positions 0 to ${length - 1}`,
    );
  }

  /**
   * The gradient of the metric by a matrix, `[width, neuron]` or of W_out `[neuron, width]`: the sum of the outer products.
   * Its rank is at most the number of tokens.
   *
   * @throws {RangeError} If the matrix was not read.
   */
  gradient(choice: MatrixChoice): Float64Array {
    const found = this.factors.find((factors) => fits(factors, choice));
    if (found) return summedFactors(found, this.prompt.ids.length);
    throw new RangeError(
      `Cannot give the gradient by ${nameOf(choice)} as it must be among those read: ${
        this.factors.map(nameOf).join(", ")
      }`,
    );
  }

  /** Draws, for each matrix, the three tokens that have the greatest part in its gradient. */
  [display](): Document {
    const most = 3;
    const rows = this.factors.flatMap((factors) => {
      const own = this.terms.filter((term) => fits(term, factors));
      const whole = Math.sqrt(own.reduce((sum, { size }) => sum + size ** 2, 0));
      return [...own].sort((a, b) => b.size - a.size).slice(0, most).map((term) => [
        nameOf(factors),
        String(term.position),
        this.prompt.tokens[term.position]!,
        formatNumber(term.size),
        formatNumber(term.size / whole),
        term.greatest.map(({ token }) => tokenText(token)).join(" "),
        term.least.map(({ token }) => tokenText(token)).join(" "),
      ]);
    });
    return table({
      title: `What a step that ${this.step}s the ${this.metric.label} writes into ${this.model}`,
      columns: ["matrix", "position", "token", "size", "share", "greatest", "least"]
        .map((name) => ({ name })),
      rows,
      caption: [
        sourceOf(this, this.model),
        `the metric is ${formatNumber(this.value, 4)}`,
        "W_out: tokens that the step promotes; W_in, W_gate: what it imprints into keys",
        `through W_U${this.gains === "folded" ? " and the last norm's gain" : ""}`,
        `the ${most} tokens of the greatest terms; share: of the root of the sum of their squares`,
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The terms as rows: of each matrix and token the tokens at both ends. */
  table(): LongTable {
    return new LongTable(
      `gradients of ${this.metric.label} in the vocabulary of ${this.model}`,
      [..."layer expert matrix position position_token size".split(" "), ...endColumns],
      () =>
        this.terms.flatMap(({ layer, expert, weight, position, size, ...ends }) =>
          endRows(ends).map((row) => [
            ...[layer, expert ?? null, weight, position, this.prompt.tokens[position]!.text, size],
            ...row,
          ])
        ),
    );
  }

  /** The terms as plain data, without the factors. */
  toJSON(): Omit<BackwardLensFacts, "factors" | "metric" | "prompt"> & {
    metric: string;
    prompt: string;
  } {
    const { model, prompt: { text }, metric: { label }, value, step, gains, terms } = this;
    return { model, prompt: text, metric: label, value, step, gains, terms };
  }
}

function fits(own: MatrixChoice, wanted: MatrixChoice): boolean {
  return own.layer === wanted.layer && own.weight === wanted.weight &&
    own.expert === wanted.expert;
}

function nameOf({ layer, expert, weight }: MatrixChoice): string {
  return expert === undefined ? `${layer}.${weight}` : `${layer}.e${expert}.${weight}`;
}
