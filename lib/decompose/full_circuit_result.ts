/**
 * A head's circuit by tokens.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { codeOf, shownToken, sourceOf } from "../run/mod.ts";
import { all, display, type Document, inspect, type ShownToken, table } from "../show/mod.ts";
import { type FactoredMatrix, tf } from "../tensor/mod.ts";
import { headText } from "./head_place.ts";

/** An entry of a circuit by tokens. */
export interface TokenPair {
  /** The id of the token in the row: what is attended to (OV), or what asks (QK). */
  readonly row: number;
  /** The id of the token in the column: whose logit changes (OV), or what is looked at (QK). */
  readonly column: number;
  /** The entry. */
  readonly value: number;
}

/** The greatest and least entries of a circuit by tokens. */
export interface TokenPairs {
  /** The greatest, the greatest first. */
  readonly greatest: readonly TokenPair[];
  /** The least, the least first. */
  readonly least: readonly TokenPair[];
}

/** What a circuit by tokens is of. */
export interface FullCircuitFacts {
  /** Which circuit. */
  readonly circuit: "OV" | "QK";
  /** The layer. */
  readonly layer: number;
  /** The query head. */
  readonly head: number;
  /** The offset of a QK circuit; null where none was given. */
  readonly offset: number | null;
  /** The mean of all entries. */
  readonly mean: number;
  /** The standard deviation of all entries. */
  readonly deviation: number;
  /** The mean of the entries of each token with itself. */
  readonly diagonal: number;
}

/** A head's circuit by tokens, held in two factors; its rows and columns are made when they are asked for. */
export class FullCircuit implements FullCircuitFacts {
  /** The model, by name. */
  readonly model: string;
  /** Which circuit. */
  readonly circuit: "OV" | "QK";
  /** The layer. */
  readonly layer: number;
  /** The query head. */
  readonly head: number;
  /** The offset of a QK circuit; null where none was given. */
  readonly offset: number | null;
  /** The mean of all entries. */
  readonly mean: number;
  /** The standard deviation of all entries. */
  readonly deviation: number;
  /** The mean of the entries of each token with itself. */
  readonly diagonal: number;
  /** The greatest and the least entries among all, as many as were asked for. */
  readonly pairs: TokenPairs;
  /** The circuit `[vocabulary, vocabulary]`, which this object owns. */
  readonly matrix: FactoredMatrix;
  readonly #transformer: Transformer;

  /** Takes over the factors. */
  constructor(
    model: Transformer,
    matrix: FactoredMatrix,
    facts: FullCircuitFacts,
    pairs: TokenPairs,
  ) {
    this.model = model.provenance.name;
    this.#transformer = model;
    this.matrix = matrix;
    this.circuit = facts.circuit;
    this.layer = facts.layer;
    this.head = facts.head;
    this.offset = facts.offset;
    this.mean = facts.mean;
    this.deviation = facts.deviation;
    this.diagonal = facts.diagonal;
    this.pairs = pairs;
  }

  /**
   * The id of a token that is given as text.
   *
   * @throws {RangeError} If it is not exactly one token, or the id is not one of the vocabulary.
   */
  id(token: string | number): number {
    if (typeof token === "string") return this.#transformer.toSingleToken(token);
    const { vocabulary } = this.#transformer.architecture;
    if (Number.isInteger(token) && token >= 0 && token < vocabulary) return token;
    throw new RangeError(
      `Cannot read a full circuit as a token id must be an integer from 0 to ${
        vocabulary - 1
      }: current value is ${token}`,
    );
  }

  /** The row of a token, a number for each token of the vocabulary. */
  row(token: string | number): Promise<Float32Array> {
    const at = this.id(token);
    return this.#read(this.matrix.slice([at, at + 1]));
  }

  /** The column of a token, a number for each token of the vocabulary. */
  column(token: string | number): Promise<Float32Array> {
    const at = this.id(token);
    return this.#read(this.matrix.slice(null, [at, at + 1]));
  }

  /** One entry. */
  async value(row: string | number, column: string | number): Promise<number> {
    const [i, j] = [this.id(row), this.id(column)];
    return (await this.#read(this.matrix.slice([i, i + 1], [j, j + 1])))[0]!;
  }

  /** Frees the factors. */
  dispose(): void {
    this.matrix.dispose();
  }

  /** Frees the factors at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws the greatest and the least pairs of tokens. */
  async [display](): Promise<Document> {
    return await all(this.#tables())[display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this.#tables().map((drawing) => drawing["text/plain"]).join("\n\n");
  }

  /** The pairs and figures as plain data. */
  toJSON(): FullCircuitFacts & { readonly model: string; readonly pairs: TokenPairs } {
    const { model, circuit, layer, head, offset, mean, deviation, diagonal, pairs } = this;
    return { model, circuit, layer, head, offset, mean, deviation, diagonal, pairs };
  }

  #tables() {
    const [row, column] = this.circuit === "OV"
      ? ["attending to", "logit of"]
      : ["query", "key"] as const;
    const one = (name: string, pairs: readonly TokenPair[]) =>
      table({
        title: `${name} entries of the ${this.circuit} circuit of head ${
          headText(this)
        } of ${this.model}, by tokens`,
        columns: [
          { name: row },
          { name: column },
          { name: this.circuit === "OV" ? "adds" : "score" },
          { name: "from the mean, in deviations" },
        ],
        rows: pairs.map((pair) => [
          this.#token(pair.row),
          this.#token(pair.column),
          pair.value,
          (pair.value - this.mean) / this.deviation,
        ]),
        ...codeOf(this, `.pairs.${name.toLowerCase()}[{row}]`),
        caption: [
          sourceOf(this, this.model),
          `all ${this.matrix.shape[0]}² entries: mean ${this.mean.toPrecision(3)}, deviation ${
            this.deviation.toPrecision(3)
          }`,
          `a token with itself: ${this.diagonal.toPrecision(3)} on average`,
          ...this.circuit === "QK" && this.offset !== null
            ? [`the key ${this.offset} before the query`]
            : [],
        ].join(" · "),
      });
    return [one("Greatest", this.pairs.greatest), one("Least", this.pairs.least)];
  }

  #token(id: number): ShownToken {
    return shownToken(this.#transformer, id);
  }

  async #read(block: FactoredMatrix): Promise<Float32Array> {
    const product = tf.tidy(() => block.product());
    block.dispose();
    try {
      return (await product.data<"float32">()).slice();
    } finally {
      product.dispose();
    }
  }
}
