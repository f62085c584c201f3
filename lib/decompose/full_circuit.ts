/**
 * A head's circuits token by token: what attending to a token does to the logit of each, and which keys a query prefers.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021: W_E · W_V · W_O · W_U and W_E · W_Q · W_Kᵀ · W_Eᵀ.
 *
 * @module
 */

import { ovCircuit, qkCircuit, type Transformer } from "../model/mod.ts";
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { einsum, FactoredMatrix, inSlices, tf } from "../tensor/mod.ts";
import { FullCircuit, type TokenPairs } from "./full_circuit_result.ts";
import { type HeadPlace, headPlace } from "./head_place.ts";
import { readOnce } from "./read_once.ts";
import { embedded, unembedded } from "./token_products.ts";

/** Options for {@linkcode fullCircuit}. */
export interface FullCircuitOptions {
  /** Which circuit: what is moved (OV), or what is looked at (QK). @default {"OV"} */
  readonly circuit?: "OV" | "QK";
  /** How many positions the key stands before the query; needed for QK where positions turn. */
  readonly offset?: number;
  /** How many of the greatest and of the least pairs of tokens are looked for among all. @default {10} */
  readonly pairs?: number;
  /** Stops the search for pairs. */
  readonly signal?: AbortSignal;
}

const purpose = "read a full circuit";

/** The numbers of a slice of the circuit: few enough to be made and searched within the time of a slice. */
const sliceSize = 2 ** 22;

/**
 * Gives a head's circuit by tokens: for OV, row s and column t hold what attending to the token s with all weight adds to the
 * logit of t; for QK, row q and column k the score of the key token k for the query token q, times `attentionScales[layer]`
 * of the architecture.
 *
 * The vocabulary × vocabulary numbers are never held: the search for the greatest and the least pairs makes some rows at a time.
 * Embeddings are read as W_E has them, without positions and before any norm, the unembedding without the last norm, b_U and soft
 * cap: both norms are left out, their gains unless the model was made by `foldNorms`. A family's factors of embeddings, of what
 * heads write and of logits are counted in.
 *
 * @param model The model.
 * @param head The query head, by layer and head; negative numbers count from the last.
 * @param options Which circuit, and how many pairs are looked for.
 * @returns The circuit, whose rows, columns and entries can be read, with its greatest and least pairs and, as their baseline, the
 * mean and deviation of all entries. The promise draws itself.
 * @throws {RangeError} If there is no such head, or QK is asked for without an offset where positions turn.
 * @throws {TypeError} If QK is asked for where queries and keys have a norm.
 *
 * @example
 * ```ts
 * import { fullCircuit, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const circuit = await fullCircuit(model, { layer: 3, head: 5 }, { pairs: 3 });
 * const row = await circuit.row(" Mary"); // how much a look at Mary raises each token
 * if (row.length !== model.architecture.vocabulary) throw new Error("one number for each token");
 * ```
 */
export function fullCircuit(
  model: Transformer,
  head: HeadPlace,
  options: FullCircuitOptions = {},
): DrawnPromise<FullCircuit> {
  return drawn(() => read(model, head, options));
}

async function read(
  model: Transformer,
  head: HeadPlace,
  options: FullCircuitOptions,
): Promise<FullCircuit> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["circuit", "offset", "pairs", "signal"]);
  const { circuit = "OV", offset, pairs = 10, signal } = options;
  refuseUnknownWord(purpose, "circuit", circuit, ["OV", "QK"]);
  const { vocabulary } = model.architecture;
  if (!Number.isInteger(pairs) || pairs < 0 || pairs > vocabulary) {
    throw new RangeError(
      `Cannot ${purpose} as pairs must be a whole number from 0 to ${vocabulary}: current value is ${pairs}`,
    );
  }
  const place = headPlace(model, head, purpose);
  const factors = byTokens(model, place, circuit, offset);
  try {
    const found = await inSlices(extremes(factors, pairs), signal);
    const facts = { circuit, ...place, offset: offset ?? null, ...moments(factors) };
    return withOrigin(new FullCircuit(model, factors, facts, found), model, {
      name: "fullCircuit",
      given: { head, options },
    });
  } catch (error) {
    factors.dispose();
    throw error;
  }
}

/** The circuit `[vocabulary, vocabulary]` in factors. */
function byTokens(
  model: Transformer,
  { layer, head }: HeadPlace,
  circuit: "OV" | "QK",
  offset: number | undefined,
): FactoredMatrix {
  const [left, right] = tf.tidy(() => {
    const own = circuit === "OV"
      ? ovCircuit(model, layer, head)
      : qkCircuit(model, layer, head, offset === undefined ? {} : { offset });
    const after = circuit === "OV"
      ? unembedded(model, own.B)
      : embedded(model, tf.transpose(own.B)).transpose();
    const both = [embedded(model, own.A), after];
    own.dispose();
    return both;
  });
  return new FactoredMatrix(left!, right!);
}

/** Mean and standard deviation of all entries, and the mean of the diagonal, by sums over the small axis. */
function moments({ A, B }: FactoredMatrix): { mean: number; deviation: number; diagonal: number } {
  const count = A.shape[0]! * B.shape[1]!;
  const [sum, square, trace] = readOnce(() =>
    tf.stack([
      A.sum(0).mul(B.sum(1)).sum(),
      einsum("vi,vj->ij", A, A).mul(einsum("iv,jv->ij", B, B)).sum(),
      einsum("vi,iv->", A, B),
    ])
  );
  const mean = sum! / count;
  const deviation = Math.sqrt(Math.max(0, square! / count - mean ** 2));
  return { mean, deviation, diagonal: trace! / A.shape[0]! };
}

/** The places of the greatest and least entries among all, a few rows at a time. */
function* extremes({ A, B }: FactoredMatrix, count: number): Generator<void, TokenPairs> {
  const [rows, inner] = A.shape as [number, number], columns = B.shape[1]!;
  const size = Math.max(1, Math.floor(sliceSize / columns));
  const greatest = new Extremes(count), least = new Extremes(count);
  for (let from = 0; count > 0 && from < rows; from += size, yield) {
    const values = readSlice(A, B, [from, Math.min(size, rows - from), inner]);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value > greatest.bound) greatest.add(value, from * columns + i);
      if (-value > least.bound) least.add(-value, from * columns + i);
    }
  }
  const pairs = ({ kept }: Extremes, sign: number) =>
    kept.map(({ value, at }) => ({
      row: Math.floor(at / columns),
      column: at % columns,
      value: sign * value,
    }));
  return { greatest: pairs(greatest, 1), least: pairs(least, -1) };
}

function readSlice(
  A: tf.Tensor,
  B: tf.Tensor,
  [from, count, inner]: readonly [number, number, number],
): Float32Array {
  const product = tf.tidy(() =>
    tf.matMul(tf.slice(A, [from, 0], [count, inner]) as tf.Tensor2D, B as tf.Tensor2D)
  );
  const values = product.dataSync<"float32">();
  product.dispose();
  return values;
}

/** Keeps the greatest of many values. */
class Extremes {
  /** What a value must be over to be kept. */
  bound = -Infinity;
  /** The values with their places, the greatest first and of equals the first. */
  readonly kept: { value: number; at: number }[] = [];
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  add(value: number, at: number): void {
    let place = this.kept.length;
    while (place > 0 && this.kept[place - 1]!.value < value) place--;
    this.kept.splice(place, 0, { value, at });
    if (this.kept.length > this.#count) this.kept.pop();
    if (this.kept.length === this.#count) this.bound = this.kept.at(-1)!.value;
  }
}
