/**
 * Some positions of a run, side by side as rows.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import type { RunResult } from "../run/mod.ts";
import { tf } from "../tensor/mod.ts";
import type { FrozenNorm } from "./frozen_run.ts";

/** A position of an example. */
export interface RowPlace {
  /** The row of the batch. */
  readonly example: number;
  /** The position, counted from the prompt's start. */
  readonly position: number;
}

/** The values of a run at some positions. What its methods give is the caller's to free; call them within `tf.tidy`. */
export class StreamRows {
  /** The model that ran. */
  readonly model: Transformer;
  /** The positions. */
  readonly places: readonly RowPlace[];
  readonly #result: RunResult;

  /** Reads a run, whose shorter prompts are padded on the right, at some positions. */
  constructor(model: Transformer, result: RunResult, places: readonly RowPlace[]) {
    this.model = model;
    this.#result = result;
    this.places = places;
  }

  /** One of the rows alone. */
  only(row: number): StreamRows {
    return new StreamRows(this.model, this.#result, [this.places[row]!]);
  }

  /** The lengths of the prompts that the rows belong to. */
  get lengths(): readonly number[] {
    return this.places.map(({ example }) => this.#result.tokens[example]!.ids.length);
  }

  /** A captured site at the rows: its axes `batch position` become one, `[head, row, width]` or `[row, width]`. */
  value(site: Site | string): tf.Tensor {
    const { cache } = this.#result,
      value = cache.get(site),
      axis = cache.axes(site).indexOf("batch");
    const [batch, columns] = value.shape.slice(axis, axis + 2) as [number, number];
    const flat = value.reshape([
      ...value.shape.slice(0, axis),
      batch * columns,
      ...value.shape.slice(axis + 2),
    ]);
    return tf.gather(flat, this.#indices(columns), axis);
  }

  /** A captured site at all positions of each row's own example, `[head, row, position, head_width]`, 0 in padding. */
  whole(site: Site | string): tf.Tensor {
    const { cache } = this.#result, axis = cache.axes(site).indexOf("batch");
    const examples = Int32Array.from(this.places, ({ example }) => example);
    return this.withoutNaN(tf.gather(cache.get(site), tf.tensor1d(examples, "int32"), axis));
  }

  /** Puts 0 where there is padding, which holds NaN. */
  withoutNaN(value: tf.Tensor): tf.Tensor {
    const { tokens } = this.#result;
    if (tokens.every(({ ids }) => ids.length === tokens[0]!.ids.length)) return value;
    return tf.where(tf.isNaN(value), tf.zerosLike(value), value);
  }

  /** The logits of some tokens, one list for each row. */
  logits(tokens: readonly (readonly number[])[]): number[][] {
    const { logits } = this.#result, [, columns, vocabulary] = logits.shape;
    return tf.tidy(() => {
      const places = this.places.flatMap(({ example, position }, row) =>
        tokens[row]!.map((token) => (example * columns + position) * vocabulary + token)
      );
      const found = tf.gather(logits.flatten(), tf.tensor1d(Int32Array.from(places), "int32"))
        .dataSync();
      let next = 0;
      return tokens.map((own) => own.map(() => found[next++]!));
    });
  }

  /** A norm by its name, such as `blocks.0.ln1`, its scale that of each row; null where the model has none there. */
  norm(name: string): FrozenNorm | null {
    const [, layer, own] = /^blocks\.(\d+)\.(.+)$/.exec(name) ?? [];
    const { sites, architecture: { norm } } = this.model;
    const tree = layer === undefined ? sites : sites.blocks[Number(layer)]!;
    if (!(tree as unknown as Readonly<Record<string, unknown>>)[own ?? name]) return null;
    return {
      scale: this.value(`${name}.scale`),
      ...this.model.weights.norm(name),
      centred: norm.kind === "layer",
    };
  }

  #indices(columns: number): tf.Tensor1D {
    const rows = this.places.map(({ example, position }) => example * columns + position);
    return tf.tensor1d(Int32Array.from(rows), "int32");
  }
}
