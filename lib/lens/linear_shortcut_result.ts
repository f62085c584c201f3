/**
 * A fitted linear map between states.
 *
 * @module
 */

import { sourceOf } from "../run/mod.ts";
import { modelFingerprint, type Site, type Transformer } from "../model/mod.ts";
import { display, type Document, inspect, table } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import type { FittedMap } from "./paired_rows.ts";

/** What a shortcut was fitted to, and how well. */
export interface LinearShortcutFacts {
  /** The model, by name. */
  readonly model: string;
  /** The mark of the model that it belongs to. */
  readonly fingerprint: string;
  /** The site that is mapped. */
  readonly from: Site;
  /** The site that it is mapped to. */
  readonly to: Site;
  /** How many positions later the target stands. */
  readonly ahead: number;
  /** What the squares of the matrix cost. */
  readonly ridge: number;
  /** The width of the stream. */
  readonly width: number;
  /** How many pairs of states it was fitted to. */
  readonly rows: number;
  /** How many pairs of other examples it was judged by. */
  readonly heldOutRows: number;
  /** The share of variance that it explains of what it was fitted to. */
  readonly fittedR2: number;
  /** The share that it explains of the examples that were held out. */
  readonly heldOutR2: number;
  /** The share that no map at all, the earlier state itself, explains of these; it may be far below 0. */
  readonly identityR2: number;
}

/** A linear map from a state to a later one, which belongs to one model. */
export class LinearShortcut {
  /** What it was fitted to, and how well. */
  readonly facts: LinearShortcutFacts;
  /** The matrix `[width, width]`, row by row; a state is a row that it is multiplied with from the left. */
  readonly matrix: Float32Array;
  /** What is added, `[width]`; zeros unless a bias was asked for. */
  readonly bias: Float32Array;

  /** Holds the map. */
  constructor(facts: LinearShortcutFacts, { matrix, bias }: FittedMap) {
    this.facts = facts;
    this.matrix = matrix;
    this.bias = bias;
  }

  /**
   * The map, for states of a model.
   *
   * @param model The model that it was fitted to.
   * @returns A function of states `[..., width]`, fit to be a `map` of `logitLens` and `patchscope`.
   * @throws {RangeError} If it was fitted to another model.
   */
  async on(model: Transformer): Promise<(states: tf.Tensor) => tf.Tensor> {
    if (await modelFingerprint(model) !== this.facts.fingerprint) {
      throw new RangeError(
        `Cannot use a shortcut of ${this.facts.model} on ${model.provenance.name} as it must be the model that it was fitted to: its weights or its architecture are others`,
      );
    }
    return (states) => this.apply(states);
  }

  /**
   * Maps states `[..., width]`, whatever model they come from.
   *
   * @throws {TypeError} If they have another width.
   */
  apply(states: tf.Tensor): tf.Tensor {
    const { width } = this.facts;
    if (states.shape.at(-1) !== width) {
      throw new TypeError(
        `Cannot map states as their last axis must be the width of the stream, ${width}: their shape is [${
          states.shape.join(", ")
        }]`,
      );
    }
    return tf.tidy(() =>
      tf.matMul(states.reshape<tf.Tensor2D>([-1, width]), tf.tensor(this.matrix, [width, width]))
        .add(tf.tensor(this.bias, [1, width])).reshape(states.shape)
    );
  }

  /** Draws what it explains, beside what no map explains. */
  [display](): Document {
    const { model, from, to, ahead, ridge, rows, heldOutRows, ...r2 } = this.facts;
    return table({
      title: `${to}${ahead ? `, ${ahead} positions later,` : ""} as a linear map of ${from}`,
      columns: [{ name: "R²" }, { name: "of variance" }, { name: "pairs" }],
      rows: [
        ["held out", r2.heldOutR2, heldOutRows],
        ["held out, without a map", r2.identityR2, heldOutRows],
        ["fitted", r2.fittedR2, rows],
      ],
      caption: `${sourceOf(this, model)} · ridge ${ridge}`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The map as plain data. */
  toJSON(): LinearShortcutFacts & { matrix: number[]; bias: number[] } {
    return { ...this.facts, matrix: [...this.matrix], bias: [...this.bias] };
  }
}
