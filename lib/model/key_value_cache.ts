/**
 * Keys and values of columns that were computed before, so that later columns need not compute them again.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";

/** Keys and values of one layer, each `[head, batch, column, head_width]`. */
export interface KeysAndValues {
  /** The keys, after rotation. */
  readonly key: tf.Tensor;
  /** The values. */
  readonly value: tf.Tensor;
}

/** Keys and values of the columns before those of a pass. */
export interface PastKeys {
  /** How many columns they are. */
  readonly columns: number;
  /** Takes the keys and values of a pass's own columns and gives those of all columns, which stay the past's. */
  append(layer: number, key: tf.Tensor, value: tf.Tensor): KeysAndValues;
  /**
   * The keys and values before those of a pass, where the pass's own are not to be kept. Of fewer rows than the pass has, row r of
   * the pass reads row `r % rows`.
   */
  before?(layer: number): KeysAndValues;
}

/**
 * The keys (after rotation) and values of every layer, as the pass that computed them went on with them: edits of the
 * prompt live on in what is generated.
 *
 * @example
 * ```ts
 * import { KeyValueCache } from "@innerworks/innerworks";
 * using past = new KeyValueCache();
 * if (past.columns !== 0) throw new Error("nothing was computed yet");
 * ```
 */
export class KeyValueCache implements PastKeys {
  readonly #layers: KeysAndValues[] = [];

  /** How many columns it holds. */
  get columns(): number {
    return this.#layers[0]?.key.shape[2] ?? 0;
  }

  /** How many layers it has keys of. */
  get layers(): number {
    return this.#layers.length;
  }

  /** The bytes that it holds. */
  get bytes(): number {
    return this.#layers.reduce((sum, { key, value }) => sum + 4 * (key.size + value.size), 0);
  }

  /**
   * Adds the keys and values of new columns to those of a layer.
   *
   * @param layer The layer; the first pass comes to all of them in order.
   * @param key The new keys `[head, batch, column, head_width]`.
   * @param value The new values, of the same shape.
   * @returns All keys and values of the layer, owned by this cache.
   */
  append(layer: number, key: tf.Tensor, value: tf.Tensor): KeysAndValues {
    const before = this.#layers[layer];
    if (!before && layer !== this.#layers.length) {
      throw new RangeError(
        `Cannot keep keys of layer ${layer} as those of layer ${this.#layers.length} must come first: ${
          this.#layers.length || "none"
        } are kept`,
      );
    }
    const join = (old: tf.Tensor | undefined, own: tf.Tensor) =>
      tf.keep(old ? tf.concat([old, own], 2) : own.clone());
    const joined = { key: join(before?.key, key), value: join(before?.value, value) };
    if (before) tf.dispose([before.key, before.value]);
    this.#layers[layer] = joined;
    return joined;
  }

  /**
   * The keys and values of a layer, which stay this cache's.
   *
   * @throws {RangeError} If nothing was kept of the layer.
   */
  layer(layer: number): KeysAndValues {
    const found = this.#layers[layer];
    if (found) return found;
    throw new RangeError(
      `Cannot read keys of layer ${layer} as a pass must have come by it: ${this.#layers.length} layers are kept`,
    );
  }

  /**
   * Makes a cache of some rows of the batch, in any order and as often as wanted: for samples and beams.
   *
   * @param rows The rows.
   * @returns A cache of its own; this one stays as it is.
   * @throws {RangeError} If there is no such row.
   */
  select(rows: readonly number[]): KeyValueCache {
    this.#checkRows(rows);
    const picked = new KeyValueCache();
    const indices = tf.tensor1d(Int32Array.from(rows), "int32");
    for (const { key, value } of this.#layers) {
      picked.#layers.push({
        key: tf.keep(tf.gather(key, indices, 1)),
        value: tf.keep(tf.gather(value, indices, 1)),
      });
    }
    indices.dispose();
    return picked;
  }

  /** Frees keys and values. */
  dispose(): void {
    for (const { key, value } of this.#layers.splice(0)) tf.dispose([key, value]);
  }

  /** Frees keys and values at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Refuses rows that a gather would read beyond the batch. */
  #checkRows(rows: readonly number[]): void {
    const batch = this.#layers[0]?.key.shape[1] ?? 0;
    if (rows.length === 0) {
      throw new RangeError("Cannot pick rows of a cache as there must be one row or more: it is 0");
    }
    const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= batch);
    if (wrong === undefined) return;
    throw new RangeError(
      `Cannot pick rows of a cache as a row must be a whole number from 0 to ${
        batch - 1
      }: current value is ${wrong}`,
    );
  }
}
