/**
 * The weights of a model as a forward pass reads them: matrices in the layout of their file, made tensors at first use.
 *
 * Weights have slots, such as `embed`, `blocks.0.attn.fused.matrix`, `blocks.0.ln1.gain` or `unembed.bias`. A model that
 * differs from another in some slots shares all others with it.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { Architecture } from "./architecture.ts";
import type { Family } from "./family.ts";
import type { StoredTensor } from "./files/mod.ts";
import { evenArrangement } from "./fused_order.ts";
import { type KeptMatrix, KeptWeight, type MatrixLayout } from "./kept_weight.ts";
import { moduleNames } from "./slots.ts";

/** A linear map as a forward pass reads it. */
export interface LinearMap extends KeptMatrix {
  /** What is added to each output. */
  readonly bias: tf.Tensor1D | null;
}

/** Gain and bias of a norm. */
export interface NormWeights {
  /** The factor of each column. */
  readonly gain: tf.Tensor1D;
  /** What is added to each column. */
  readonly bias: tf.Tensor1D | null;
}

/** Where the heads of queries, keys or values lie among the outputs of a linear map. */
export interface HeadColumns {
  /** The linear map. */
  readonly slot: string;
  /** The number of heads. */
  readonly heads: number;
  /** The first column of head 0. */
  readonly offset: number;
  /** The columns from one head to the next. */
  readonly stride: number;
}

/** Holds the weights of a model. */
export class Weights {
  /** The shape of the model. */
  readonly architecture: Architecture;
  /** Says where the numbers come from, in one line; the model sets it. */
  source?: () => string;
  readonly #family: Family;
  readonly #kept: ReadonlyMap<string, KeptWeight>;
  readonly #own: readonly KeptWeight[];
  /** The gains of norms that have none. */
  #ones: tf.Tensor1D | null = null;
  #disposed = false;

  /**
   * Wraps what stands in each slot: a tensor of a file, a tensor that is taken over, or a weight that stays another
   * model's.
   */
  constructor(
    architecture: Architecture,
    family: Family,
    slots: ReadonlyMap<string, StoredTensor | tf.Tensor | KeptWeight>,
  ) {
    this.architecture = architecture;
    this.#family = family;
    const own: KeptWeight[] = [];
    this.#kept = new Map(
      [...slots].map(([slot, source]) => {
        if (source instanceof KeptWeight) return [slot, source];
        const made = new KeptWeight(source);
        own.push(made);
        return [slot, made];
      }),
    );
    this.#own = own;
  }

  /**
   * Makes weights of which some slots hold other tensors, which are taken over; all other slots are shared, also those
   * that are not tensors yet. Matrices are given as `[in, out]`.
   *
   * @param architecture The shape of the new model.
   * @param tensors What stands in the slots that differ.
   */
  replaced(architecture: Architecture, tensors: ReadonlyMap<string, tf.Tensor>): Weights {
    this.#refuseDisposed();
    const slots = new Map<string, tf.Tensor | KeptWeight>(this.#kept);
    // Where one matrix was both, each now goes its own way from there.
    if (this.architecture.tied && !architecture.tied) slots.set("unembed", slots.get("embed")!);
    for (const [slot, tensor] of tensors) slots.set(slot, tensor);
    return new Weights(architecture, this.#family, slots);
  }

  /** The embedding, `[vocabulary, width]`. */
  get embed(): tf.Tensor2D {
    return this.tensor("embed") as tf.Tensor2D;
  }

  /** The learned positions, `[position, width]`. */
  get positions(): tf.Tensor2D {
    return this.tensor("positions") as tf.Tensor2D;
  }

  /** The map from the last stream to logits; where the model ties them, its matrix is the embedding itself. */
  get unembed(): LinearMap {
    return { ...this.matrix("unembed"), bias: this.#vector("unembed.bias") };
  }

  /** A linear map by its slot, without `.matrix`. */
  linear(slot: string): LinearMap {
    return { ...this.matrix(`${slot}.matrix`), bias: this.#vector(`${slot}.bias`) };
  }

  /** A norm by its slot. */
  norm(slot: string): NormWeights {
    const stored = this.#vector(`${slot}.gain`);
    const gain = stored ?? (this.#ones ??= tf.keep(tf.ones([this.architecture.width])));
    return { gain, bias: this.#vector(`${slot}.bias`) };
  }

  /** Whether something stands in the slot. */
  has(slot: string): boolean {
    return this.#kept.has(this.#place(slot));
  }

  /** The tensor of a slot that is no matrix of a linear map, as forward passes read it; it stays the weights'. */
  tensor(slot: string): tf.Tensor {
    return this.#at(slot).tensor;
  }

  /** The matrix of a slot such as `unembed` or `blocks.0.mlp.in.matrix`, as forward passes read it; it stays the weights'. */
  matrix(slot: string): KeptMatrix {
    return this.#at(slot).matrix(this.#layout(slot));
  }

  /** A copy of what stands in a slot, a linear map's matrix as `[in, out]`; it is the caller's to free. */
  copy(slot: string): tf.Tensor {
    return this.#at(slot).copy(this.#layout(slot));
  }

  /** Where the heads of a layer's queries, keys or values lie. */
  headColumns(layer: number, part: "query" | "key" | "value"): HeadColumns {
    const { heads, keyValueHeads, headWidth } = this.architecture;
    const count = part === "query" ? heads : keyValueHeads;
    const { attention } = moduleNames(this.#family, this.architecture);
    const block = `blocks.${layer}.attn`;
    if (!("fused" in attention)) {
      return { slot: `${block}.${part}`, heads: count, offset: 0, stride: headWidth };
    }
    const place = ["query", "key", "value"].indexOf(part);
    const slot = `${block}.fused`;
    return evenArrangement(attention.arrangement, this.architecture) === "heads"
      ? { slot, heads: count, offset: place * headWidth, stride: 3 * headWidth }
      : {
        slot,
        heads: count,
        offset: [0, heads, heads + keyValueHeads][place]! * headWidth,
        stride: headWidth,
      };
  }

  /** The bytes that the weights take in their files, and as tensors where they were computed. */
  get bytes(): number {
    return [...new Set(this.#kept.values())].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The number of weights, tied ones counted once. */
  get count(): number {
    return [...this.#kept].filter(([slot]) => slot !== "unembed" || !this.architecture.tied)
      .reduce((sum, [, { shape }]) => sum + shape.reduce((product, size) => product * size, 1), 0);
  }

  /** How the weights are stored, such as "BF16"; those that were computed count as "F32". */
  get storedTypes(): readonly string[] {
    return [...new Set([...this.#kept.values()].map(({ dtype }) => dtype))].sort();
  }

  /** Frees the tensors but for those shared with the model that this one was made from; these weights cannot be used afterwards. */
  dispose(): void {
    for (const weight of this.#own) weight.dispose();
    this.#ones?.dispose();
    this.#ones = null;
    this.#disposed = true;
  }

  #vector(slot: string): tf.Tensor1D | null {
    return this.#kept.has(slot) ? this.tensor(slot) as tf.Tensor1D : null;
  }

  #place(slot: string): string {
    return slot === "unembed" && this.architecture.tied ? "embed" : slot;
  }

  #layout(slot: string): MatrixLayout {
    if (slot === "unembed") return "out in";
    return slot.endsWith(".matrix") ? this.#family.layout : "in out";
  }

  #at(slot: string): KeptWeight {
    this.#refuseDisposed();
    const kept = this.#kept.get(this.#place(slot));
    if (!kept) throw new RangeError(`Cannot find ${JSON.stringify(slot)} among the weights`);
    return kept;
  }

  #refuseDisposed(): void {
    if (!this.#disposed) return;
    throw new Error("Cannot use weights as they must not be disposed: they were");
  }
}
