/**
 * Parts of a write to the stream: their vectors, or what they are along directions.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { FrozenNorm } from "./frozen_run.ts";
import type { Part } from "./part.ts";
import type { StreamRows } from "./stream_rows.ts";

/** Some parts of one write, as they stand before the norms that they still go through. */
export interface Expansion {
  /** The parts. */
  readonly parts: readonly Part[];
  /** The norms that lie between them and the place where the stream is read. */
  readonly norms: readonly FrozenNorm[];
  /** The vectors, `[component, row, width]`. */
  readonly vectors: () => tf.Tensor;
  /** The products with directions `[row, width]`, `[component, row]`. */
  readonly along: (directions: tf.Tensor) => tf.Tensor;
}

/** A vector that every row has. */
export interface ConstantVector {
  /** The name of the part. */
  readonly label: string;
  /** The block; null for none. */
  readonly layer: number | null;
  /** The vector. */
  readonly vector: tf.Tensor1D;
  /** What it is multiplied by. @default {1} */
  readonly factor?: number;
}

/** A part that is the same in every row. */
export function constant(
  { label, layer, vector, factor = 1 }: ConstantVector,
  rows: StreamRows,
  norms: readonly FrozenNorm[],
): Expansion {
  const count = rows.places.length;
  return {
    parts: [{ kind: "bias", label, layer }],
    norms,
    vectors: () => tf.tile(vector.mul(factor).reshape([1, 1, -1]), [1, count, 1]),
    along: (directions) => directions.mul(vector).sum(-1).mul(factor).expandDims(0),
  };
}
