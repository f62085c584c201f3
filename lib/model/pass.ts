/**
 * What one pass of a model computes.
 *
 * @module
 */

import type { tf } from "../tensor/mod.ts";
import type { PastKeys } from "./key_value_cache.ts";
import type { Mechanisms } from "./mechanisms.ts";

/** Which tokens go in, where the pass begins and where it ends. */
export interface Pass {
  /** The token ids of the columns to compute, `[batch, column]`, as many in each row; padding may be any id. */
  readonly ids: readonly (readonly number[])[];
  /**
   * The column of each row's first token, where rows are padded on the left; no query sees a key before it. Padding on
   * the right needs nothing, as no query sees a later key.
   *
   * @default {zeros}
   */
  readonly starts?: readonly number[];
  /**
   * How many tokens each row has, its padding not counted and those before these columns counted. Only families whose
   * angles depend on the length of the text read it.
   *
   * @default {all columns from each row's start}
   */
  readonly lengths?: readonly number[];
  /** Keys and values of the columns before these; the pass adds its own to them, where they grow. */
  readonly past?: PastKeys;
  /** Begins at a block, with the stream `[batch, column, width]` that enters it, which stays the caller's. */
  readonly start?: { readonly layer: number; readonly stream: tf.Tensor };
  /** Stops before this block; the number of layers stops before the last norm. */
  readonly stop?: number;
  /**
   * The columns that are read off, the last of all rows or as many in each: `ln_final` and `logits` then have these
   * positions alone.
   *
   * @default {all}
   */
  readonly read?: "last" | readonly (readonly number[])[];
  /** The tokens whose logits are computed, in this order, `[..., vocabulary]` being as long; nobody may look at `logits`. @default {all} */
  readonly vocabulary?: readonly number[];
  /** What the blocks compute with; their gradients may be other than the exact ones. @default {the exact ones} */
  readonly mechanisms?: Mechanisms;
}
