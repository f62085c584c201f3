/**
 * The weights of a neuron in the vocabulary, beside those of others.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { readNumbers, tf } from "../tensor/mod.ts";
import { productRows } from "./product_rows.ts";
import { type NeuronPlace, neuronWeight } from "./neuron_place.ts";
import {
  alongEmbeddings,
  type Gains,
  readFromStream,
  unembedded,
  writtenToUnembedding,
} from "./vocabulary_basis.ts";
import { type TokenScore, type VocabularyEnds, vocabularyEnds } from "./vocabulary_ends.ts";

/** The matrix through which keys are read. */
export type KeyBasis = "W_E" | "W_U";

/** How a number of the neuron compares with that of others. */
export interface Compared {
  /** The neuron's. */
  readonly value: number;
  /** The mean of the others'. */
  readonly mean: number;
  /** Below it lie 95 in 100 of the others'. */
  readonly high: number;
}

/** What a neuron writes. */
export interface NeuronValue extends VocabularyEnds {
  /** The logits of an activation of 1, `[vocabulary]`, as if the last norm divided by 1. */
  readonly logits: Float64Array;
  /** The length of its row of W_out, gains left out. */
  readonly norm: number;
  /** The greatest of the logits beside that of others. */
  readonly top: Compared;
}

/** What one of a neuron's keys reads. */
export interface NeuronKey {
  /** The weight: `W_gate` goes through the non-linearity where there is a gate, `W_in` where there is none. */
  readonly weight: "W_in" | "W_gate";
  /** The tokens that the key answers to most. */
  readonly greatest: readonly TokenScore[];
  /** The tokens that it answers to most the other way. */
  readonly least: readonly TokenScore[];
  /** The key's own bias; what the norm's bias adds to it is not in it. */
  readonly bias: number;
  /** The length of its column, gains left out. */
  readonly norm: number;
  /** The cosine with what the neuron writes, beside the absolute ones of others. */
  readonly cosine: Compared;
  /** The greatest of the products beside that of others. */
  readonly top: Compared;
}

/** The weights of a neuron in the vocabulary. */
export interface ReadWeights {
  /** What it writes. */
  readonly writes: NeuronValue;
  /** What its keys read: W_in, or W_gate and W_in where there is a gate. */
  readonly reads: readonly NeuronKey[];
  /** How many other neurons it is compared with. */
  readonly others: number;
}

/** What is read, and how. */
interface Choices {
  readonly count: number;
  readonly gains: Gains;
  readonly keys: KeyBasis;
  readonly others: readonly NeuronPlace[];
}

/** Reads the weights of a neuron and of others. */
export function* neuronWeights(
  model: Transformer,
  neuron: NeuronPlace,
  choices: Choices,
): Generator<void, ReadWeights> {
  const places = [neuron, ...choices.others];
  const written = rowsOf(model, places, "W_out")!;
  try {
    const writes = yield* valueOf(model, neuron, written, choices);
    const reads: NeuronKey[] = [];
    for (const name of ["W_gate", "W_in"] as const) {
      const own = rowsOf(model, places, name);
      if (!own) continue;
      try {
        reads.push(yield* keyOf(model, neuron, { name, own, written }, choices));
      } finally {
        own.dispose();
      }
    }
    return { writes, reads, others: choices.others.length };
  } finally {
    written.dispose();
  }
}

/** The weights of some neurons of one block, a row each. */
function rowsOf(
  model: Transformer,
  places: readonly NeuronPlace[],
  name: "W_out" | "W_in" | "W_gate",
): tf.Tensor | null {
  const whole = neuronWeight(model, places[0]!, name);
  if (!whole) return null;
  const rows = tf.tidy(() => {
    const indices = tf.tensor1d(places.map(({ neuron }) => neuron), "int32");
    const picked = tf.gather(whole, indices, name === "W_out" ? 0 : 1);
    return name === "W_out" ? picked : picked.transpose();
  });
  whole.dispose();
  return rows;
}

function* valueOf(
  model: Transformer,
  { layer }: NeuronPlace,
  written: tf.Tensor,
  { count, gains }: Choices,
): Generator<void, NeuronValue> {
  const rows = writtenToUnembedding(model, written, { gains, layer });
  const project = (rows: tf.Tensor) => unembedded(model, rows);
  const { own, tops } = yield* ownAndTops(model, rows, project);
  return {
    ...vocabularyEnds(model, own, count),
    logits: own,
    norm: lengths(written)[0]!,
    top: compared(tops),
  };
}

function* keyOf(
  model: Transformer,
  { layer, neuron, expert }: NeuronPlace,
  { name, own: columns, written }: {
    name: "W_in" | "W_gate";
    own: tf.Tensor;
    written: tf.Tensor;
  },
  { count, gains, keys }: Choices,
): Generator<void, NeuronKey> {
  const read = readFromStream(model, columns, { gains, layer });
  const cosines = cosinesOf(read, written);
  const rows = keys === "W_E" ? read : writtenToUnembedding(model, read, { gains: "raw" });
  if (rows !== read) read.dispose();
  const project = (rows: tf.Tensor) =>
    keys === "W_E" ? alongEmbeddings(model, rows, { gains }) : unembedded(model, rows);
  const { own, tops } = yield* ownAndTops(model, rows, project);
  const place = expert === undefined ? { layer } : { layer, expert };
  const biases = neuronWeight(model, place, name === "W_in" ? "b_in" : "b_gate");
  const bias = biases ? readNumbers(biases)[neuron]! : 0;
  biases?.dispose();
  const [cosine = NaN, ...others] = cosines;
  return {
    weight: name,
    ...vocabularyEnds(model, own, count),
    bias,
    norm: lengths(columns)[0]!,
    cosine: compared([cosine, ...others.map(Math.abs)]),
    top: compared(tops),
  };
}

/** The products of the first row with all of the vocabulary, and the greatest product of each row; frees the rows. */
function* ownAndTops(
  model: Transformer,
  rows: tf.Tensor,
  project: (rows: tf.Tensor) => tf.Tensor,
): Generator<void, { own: Float64Array; tops: number[] }> {
  const tops: number[] = [];
  let own = new Float64Array();
  try {
    yield* productRows(rows, model.architecture.vocabulary, {
      project,
      look: (values, row) => {
        if (row === 0) own = Float64Array.from(values);
        tops.push(values.reduce((most, value) => Math.max(most, value), -Infinity));
      },
    });
  } finally {
    rows.dispose();
  }
  return { own, tops };
}

/** The first number beside the rest. */
function compared([value = NaN, ...others]: readonly number[]): Compared {
  const sorted = [...others].sort((a, b) => a - b);
  return {
    value,
    mean: others.reduce((sum, other) => sum + other, 0) / others.length,
    high: sorted[Math.min(sorted.length - 1, Math.ceil(0.95 * sorted.length) - 1)] ?? NaN,
  };
}

function lengths(rows: tf.Tensor): Float64Array {
  const found = tf.tidy(() => rows.square().sum(-1).sqrt());
  const numbers = readNumbers(found);
  found.dispose();
  return numbers;
}

function cosinesOf(a: tf.Tensor, b: tf.Tensor): Float64Array {
  const found = tf.tidy(() =>
    a.mul(b).sum(-1).div(a.square().sum(-1).mul(b.square().sum(-1)).sqrt())
  );
  const numbers = readNumbers(found);
  found.dispose();
  return numbers;
}
