/**
 * The one forward pass: all runs, watched, edited or plain, go through here.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { block } from "./blocks/block.ts";
import { embed, unembed } from "./blocks/embedding.ts";
import { rotaryTables } from "./blocks/rotary.ts";
import type { Observer } from "./observer.ts";
import type { Weights } from "./weights.ts";

/**
 * Runs a model step by step: the embedding, each block and the unembedding are one step each, and between them nothing
 * but the stream is held, so that a caller may wait there.
 *
 * @param weights The weights of the model.
 * @param ids The token ids of prompts of one length, `[batch, position]`.
 * @param observer Who reads and changes values.
 * @returns The logits, `[batch, position, vocabulary]`, which are the caller's to free.
 */
export function* forwardSteps(
  weights: Weights,
  ids: readonly (readonly number[])[],
  observer: Observer,
): Generator<void, tf.Tensor3D> {
  const { layers, position } = weights.architecture;
  const rotary = position.kind === "rotary" ? rotaryTables(position, ids[0]!.length) : null;
  let stream: tf.Tensor | null = null;
  /** Replaces the stream, freeing everything else that the step made. */
  const step = (work: (stream: tf.Tensor | null) => tf.Tensor) => {
    const before: tf.Tensor | null = stream;
    stream = tf.tidy(() => work(before));
    if (before !== null && before !== stream) (before as tf.Tensor).dispose();
  };
  try {
    step(() => embed(ids, weights, observer));
    yield;
    for (let layer = 0; layer < layers; layer++) {
      step((stream) => block(stream!, { weights, layer, observer, rotary }));
      yield;
    }
    step((stream) => unembed(stream!, weights, observer));
    const logits = stream!;
    stream = null;
    return logits as tf.Tensor3D;
  } finally {
    tf.dispose([stream, rotary?.cosines, rotary?.sines].filter((tensor) => tensor != null));
  }
}
