/**
 * What one pass of a model computes.
 *
 * @module
 */

import type { tf } from "../tensor/mod.ts";
import type { KeysAndValues, PastKeys } from "./key_value_cache.ts";
import type { Mechanisms } from "./mechanisms.ts";

/** The sites of a block from which it can go on. */
export type GivenSite = "attn.z" | "attn_out" | "mlp.pre" | "mlp.post" | "mlp_out";

/** What sites of a block hold, each with the axes of its site. */
export type GivenSites = Readonly<Partial<Record<GivenSite, tf.Tensor>>>;

/** Rows of one length among packed ones. */
export interface PackedSegment {
  /** How many rows there are. */
  readonly rows: number;
  /** How many columns each has. */
  readonly columns: number;
  /** The column of the first, so that as many stand before it. */
  readonly first: number;
  /** The keys and values before it in a layer, row r reading row `r % rows` of these; none where there is no column before. */
  readonly past?: (layer: number) => KeysAndValues;
  /** The first column that goes on; those before give keys and values alone. @default {0} */
  readonly leave?: number;
}

/** Rows of several lengths, their tokens one after another: first those of the first row of the first segment. */
export interface PackedRows {
  /** The rows, those of one length together. */
  readonly segments: readonly PackedSegment[];
}

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
  readonly start?: {
    readonly layer: number;
    readonly stream: tf.Tensor;
    /**
     * What some sites of that block hold: it computes nothing that stands before them, and nobody may look there. `mlp.pre`
     * may be given where there is no gate.
     */
    readonly given?: GivenSites | undefined;
  };
  /**
   * Rows of several lengths whose tokens stand one after another in the one row of `ids`, so that the stream is
   * `[1, token, width]`. Nobody may look at the blocks; `lengths` must say how many tokens the prompts have.
   */
  readonly packed?: PackedRows;
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
