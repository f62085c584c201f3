/**
 * Tensors that go with the object that holds them, when nobody can reach it any more.
 *
 * @module
 */

import * as tf from "./tf.ts";

let count = 0;

const holders = new FinalizationRegistry<readonly tf.Tensor[]>((tensors) => {
  const held = tf.memory().numTensors;
  tf.dispose([...tensors]);
  count += held - tf.memory().numTensors;
});

/**
 * Frees tensors when their holder is garbage-collected.
 *
 * @param holder The object that they go with; the list must not lead back to it.
 * @param tensors What is freed; a list that grows may be filled later.
 */
export function freeWhenCollected(holder: object, tensors: readonly tf.Tensor[]): void {
  holders.register(holder, tensors, holder);
}

/** Leaves the tensors of a holder alone from here on, as it freed them itself. */
export function keepWhenCollected(holder: object): void {
  holders.unregister(holder);
}

/** How many tensors were freed so since the process started: with it, what is held can be counted whenever collections fall. */
export function collectedTensors(): number {
  return count;
}
