/**
 * What must hold between the sites of a run, and between sites and weights, whatever the weights are. Each mechanism says so
 * beside its code.
 *
 * @module
 */

import type { tf } from "../tensor/mod.ts";
import type { Architecture } from "./architecture.ts";
import type { BlockSite, Site } from "./sites.ts";

/** The values of one run, for a law. */
export interface LawValues {
  /** What the model computes. */
  readonly architecture: Architecture;
  /** The block that the law is about; 0 for laws of the whole model. */
  readonly layer: number;
  /** The token ids of each row. */
  readonly ids: readonly (readonly number[])[];
  /** The value of a site of this block. */
  at(site: BlockSite): tf.Tensor;
  /** The value of any site. */
  of(site: Site): tf.Tensor;
  /** A weight of this block, such as `attn.W_Q`, zeros for a bias that the model lacks. */
  own(name: string): tf.Tensor;
  /** Any weight, such as `W_U`. */
  weight(name: string): tf.Tensor;
}

/** An identity between sites. */
export interface Law {
  /** What is equal, such as `resid_mid = resid_pre + attn_out`. */
  readonly name: string;
  /** Whether it is about each block, or about the whole model once. */
  readonly scope: "block" | "model";
  /** Whether it is a law of this architecture, at this layer. @default {always} */
  readonly applies?: (architecture: Architecture, layer: number) => boolean;
  /** The two sides, of one shape. */
  readonly sides: (values: LawValues) => readonly [left: tf.Tensor, right: tf.Tensor];
}
