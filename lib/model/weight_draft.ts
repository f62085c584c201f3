/**
 * Weights in the making: those of a model, some of them replaced.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import type { Architecture } from "./architecture.ts";
import type { Weights } from "./weights.ts";

/** Replaces what stands in slots, one at a time, and makes weights of it that share everything else. */
export class WeightDraft {
  /** The weights to begin with. */
  readonly weights: Weights;
  readonly #tensors = new Map<string, tf.Tensor>();

  /** Begins with the weights as they are; they are never changed. */
  constructor(weights: Weights) {
    this.weights = weights;
  }

  /** The shape of the model as it stands in the draft. */
  get architecture(): Architecture {
    const { architecture } = this.weights,
      added = (pattern: RegExp) => [...this.#tensors.keys()].some((slot) => pattern.test(slot));
    const { biases } = architecture;
    return {
      ...architecture,
      tied: architecture.tied && !added(/^(un)?embed$/),
      biases: {
        attention: biases.attention || added(/\.attn\.(fused|query|key|value)\.bias$/),
        attentionOutput: biases.attentionOutput || added(/\.attn\.output\.bias$/),
        feedForward: biases.feedForward || added(/\.(mlp|experts\.\d+)\.\w+\.bias$/),
        norm: biases.norm || added(/(^ln_final|^embed_ln|\.ln[12](_post)?)\.bias$/),
        unembed: biases.unembed || added(/^unembed\.bias$/),
      },
    };
  }

  /** Whether something stands in the slot. */
  has(slot: string): boolean {
    return this.#tensors.has(slot) || this.weights.has(slot);
  }

  /**
   * Replaces what stands in a slot.
   *
   * @param slot The slot.
   * @param change Makes the new tensor of the old one, a matrix as `[in, out]`; null where there was none. What it makes
   * may share memory with the old one, but with nothing else.
   */
  change(slot: string, change: (before: tf.Tensor | null) => tf.Tensor): void {
    const own = this.#tensors.get(slot);
    const after = tf.keep(tf.tidy(() => {
      if (own) return change(own.clone());
      return change(this.weights.has(slot) ? this.weights.copy(slot) : null);
    }));
    own?.dispose();
    this.#tensors.set(slot, after);
  }

  /**
   * Copies what stands in a slot into the draft, where it is changed in less time, and gives way: of a great matrix a copy
   * takes as long as a change.
   */
  *take(slot: string): Generator<void, void> {
    if (this.#tensors.has(slot) || !this.weights.has(slot)) return;
    this.change(slot, (before) => before!);
    yield;
  }

  /** Reads what stands in a slot, a matrix as `[in, out]`; the caller frees it and must not write into it. */
  read(slot: string): tf.Tensor {
    return this.#tensors.get(slot)?.clone() ?? this.weights.copy(slot);
  }

  /** Makes the weights, which take over the tensors of the draft. */
  finish(): Weights {
    const weights = this.weights.replaced(this.architecture, this.#tensors);
    this.#tensors.clear();
    return weights;
  }

  /** Frees what a draft that was not finished holds. */
  dispose(): void {
    tf.dispose([...this.#tensors.values()]);
    this.#tensors.clear();
  }
}
