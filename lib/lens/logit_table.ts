/**
 * The logits that every neuron gives some tokens.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { readNumbers, tf } from "../tensor/mod.ts";
import { networksOf, type NeuronPlace, neuronWeight } from "./neuron_place.ts";
import { type Gains, writtenToUnembedding } from "./vocabulary_basis.ts";

/** The logits of every neuron for the tokens of all sets, set by set. */
export interface LogitTable {
  /** The neurons. */
  readonly places: readonly NeuronPlace[];
  /** The logits, `[neuron, set and token]`. */
  readonly logits: Float64Array;
  /** How many there are for each neuron. */
  readonly columns: number;
}

/** Computes the logits of every neuron for some tokens, block by block. */
export function* logitTable(
  model: Transformer,
  { layers, gains, sets, onProgress }: {
    layers: readonly number[];
    gains: Gains;
    sets: readonly (readonly number[])[];
    onProgress?: ((progress: { readonly neurons: number }) => void) | undefined;
  },
): Generator<void, LogitTable> {
  const places: NeuronPlace[] = [], parts: Float64Array[] = [], flat = sets.flat();
  const columns = columnsOf(model, flat);
  try {
    for (const layer of layers) {
      for (const expert of networksOf(model)) {
        const block = expert === undefined ? { layer } : { layer, expert };
        const made = tf.tidy(() => {
          const written = neuronWeight(model, block, "W_out")!;
          return tf.matMul(writtenToUnembedding(model, written, { gains, layer }), columns);
        });
        const [neurons] = made.shape as [number, number];
        parts.push(readNumbers(made));
        made.dispose();
        for (let neuron = 0; neuron < neurons; neuron++) places.push({ ...block, neuron });
        onProgress?.({ neurons: places.length });
        yield;
      }
    }
  } finally {
    columns.dispose();
  }
  const logits = new Float64Array(places.length * flat.length);
  parts.reduce((at, part) => (logits.set(part, at), at + part.length), 0);
  return { places, logits, columns: flat.length };
}

/** The columns of W_U of some tokens, `[width, token]`. */
function columnsOf(model: Transformer, ids: readonly number[]): tf.Tensor {
  const { weights, architecture: { logitScale = 1 } } = model;
  return tf.tidy(() => {
    const { matrix, transposed } = weights.unembed, picked = tf.tensor1d([...ids], "int32");
    const columns = transposed
      ? tf.gather(matrix, picked).transpose()
      : tf.gather(matrix, picked, 1);
    return columns.mul(logitScale);
  });
}

/** The mean over the tokens of a set of each neuron's deviations from all. */
export function tableScores(
  { places, logits, columns }: LogitTable,
  set: number,
  size: number,
): Float64Array {
  const scores = new Float64Array(places.length);
  for (let column = set * size; column < (set + 1) * size; column++) {
    let sum = 0, squares = 0;
    for (let row = 0; row < places.length; row++) sum += logits[row * columns + column]!;
    const mean = sum / places.length;
    for (let row = 0; row < places.length; row++) {
      squares += (logits[row * columns + column]! - mean) ** 2;
    }
    const deviation = Math.sqrt(squares / places.length);
    for (let row = 0; row < places.length; row++) {
      scores[row]! += (logits[row * columns + column]! - mean) / deviation / size;
    }
  }
  return scores;
}
