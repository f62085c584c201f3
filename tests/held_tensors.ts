import { collectedTensors, tf } from "../lib/tensor/mod.ts";

/**
 * How many tensors the process holds, those counted too that went because what held them was garbage-collected: so what a
 * test made and freed comes out the same whenever the results of earlier tests are collected.
 */
export function heldTensors(): number {
  return tf.memory().numTensors + collectedTensors();
}
