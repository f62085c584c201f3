/**
 * One weight as forward passes read it: made a tensor at its first use, and shared by all models that do not change it.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { StoredTensor } from "./files/mod.ts";

/** Whether the rows of a stored matrix are its inputs or its outputs. */
export type MatrixLayout = "in out" | "out in";

/** A matrix, and whether its rows are outputs. */
export interface KeptMatrix {
  /** The matrix, `[in, out]`, or `[out, in]` where it is transposed. */
  readonly matrix: tf.Tensor2D;
  /** Whether the rows are outputs. */
  readonly transposed: boolean;
}

/** A weight that stays where it is until it is used, in its file, or that was computed; the latter are `[in, out]`. */
export class KeptWeight {
  /** The sizes of its axes, as it is stored. */
  readonly shape: readonly number[];
  /** The bytes that it takes in its file, or as a tensor if it was computed. */
  readonly bytes: number;
  /** The type of its numbers in its file, or as a tensor. */
  readonly dtype: string;
  readonly #stored: StoredTensor | null;
  #tensor: tf.Tensor | null = null;
  #turned: tf.Tensor | null = null;
  #disposed = false;

  /** Describes a tensor of a file, or takes over a tensor of this process. */
  constructor(source: StoredTensor | tf.Tensor) {
    const computed = source instanceof tf.Tensor;
    this.shape = source.shape;
    this.#stored = computed ? null : source;
    this.#tensor = computed ? tf.keep(source) : null;
    this.dtype = computed ? "F32" : source.dtype;
    this.bytes = computed ? 4 * source.size : source.bytes;
  }

  /** The tensor, as it is stored. */
  get tensor(): tf.Tensor {
    this.#refuseDisposed();
    // Kept, for the first use may stand within a tidy scope that would free it.
    return this.#tensor ??= tf.keep(tf.tensor(this.#stored!.read(), [...this.shape]));
  }

  /** The matrix in whichever order of its axes multiplies fastest. */
  matrix(layout: MatrixLayout): KeptMatrix {
    if (this.#stored === null || layout === "in out") {
      return { matrix: this.tensor as tf.Tensor2D, transposed: false };
    }
    // tfjs' wasm kernel takes 12 to 16 times as long for a transposed factor, so there a transposed copy is kept.
    if (tf.getBackend() !== "wasm") {
      return { matrix: this.tensor as tf.Tensor2D, transposed: true };
    }
    this.#refuseDisposed();
    const [rows, columns] = this.shape as [number, number];
    this.#turned ??= tf.keep(
      tf.tensor(turn(this.#stored.read(), rows, columns), [columns, rows]),
    );
    return { matrix: this.#turned as tf.Tensor2D, transposed: false };
  }

  /**
   * A copy that shares no memory with the weight, a matrix as `[in, out]`. A weight that no pass has used yet is not
   * kept for it.
   */
  copy(layout: MatrixLayout): tf.Tensor {
    this.#refuseDisposed();
    return tf.tidy(() => {
      if (this.#tensor === null && this.#turned !== null && layout === "out in") {
        return copied(this.#turned);
      }
      const whole = this.#tensor ?? tf.tensor(this.#stored!.read(), [...this.shape]);
      const turned = layout === "out in" && this.#stored !== null;
      return turned ? tf.transpose(whole) : copied(whole);
    });
  }

  /** Frees the tensors; the weight cannot be used afterwards. */
  dispose(): void {
    tf.dispose([this.#tensor, this.#turned].filter((tensor) => tensor !== null));
    this.#tensor = this.#turned = null;
    this.#disposed = true;
  }

  #refuseDisposed(): void {
    if (!this.#disposed) return;
    throw new Error(
      "Cannot use weights as the model that they are shared with must not be disposed: it was",
    );
  }
}

/** A copy that shares no memory with the weights: a clone of tfjs shares it. */
export function copied(tensor: tf.Tensor): tf.Tensor {
  return tensor.mul(1);
}

/** Transposes a matrix in tiles, so that neither side is read with a stride for long. */
function turn(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length), tile = 32;
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left < columns; left += tile) {
      const bottom = Math.min(rows, top + tile), right = Math.min(columns, left + tile);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          turned[column * rows + row] = values[row * columns + column]!;
        }
      }
    }
  }
  return turned;
}
