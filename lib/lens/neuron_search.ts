/**
 * A search for the neurons that promote given tokens.
 *
 * Geva et al., "LM-Debugger: An Interactive Tool for Inspection and Intervention in Transformer-Based Language Models",
 * 2022, https://arxiv.org/abs/2204.12130, search by keyword among the tokens that each value promotes most. Here every
 * neuron has a score for the tokens, so that none is missed by a cut, and the scores have a baseline.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, shownToken, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { inSlices, readNumbers, tf } from "../tensor/mod.ts";
import { type LogitTable, logitTable, tableScores } from "./logit_table.ts";
import { networksOf, neuronWeight } from "./neuron_place.ts";
import { type FoundNeuron, NeuronSearch, type NeuronSearchFacts } from "./neuron_search_result.ts";
import { tokenIds, type TokenName } from "./token_ids.ts";
import { checkGains, type Gains, unembedded, writtenToUnembedding } from "./vocabulary_basis.ts";
import { furthest, vocabularyEnds } from "./vocabulary_ends.ts";

/** Options for {@linkcode searchNeurons}. */
export interface SearchNeuronsOptions {
  /** How many neurons are listed. @default {20} */
  readonly count?: number;
  /** The blocks that are searched; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** Whether the neurons that promote the tokens are looked for, or those that suppress them. @default {"promotes"} */
  readonly effect?: "promotes" | "suppresses";
  /** Whether the gains of norms are counted in. @default {"folded"} */
  readonly gains?: Gains;
  /** How many sets of as many tokens, drawn by chance, the scores are compared with. @default {20} */
  readonly draws?: number;
  /** What they are drawn by. @default {0} */
  readonly seed?: number;
  /** Stops the search. */
  readonly signal?: AbortSignal;
  /** Called after every block, or expert of one. */
  readonly onProgress?: (progress: { readonly neurons: number }) => void;
}

/** What {@linkcode SearchNeuronsOptions} may hold. */
const OPTIONS = ["count", "layers", "effect", "gains", "draws", "seed", "signal", "onProgress"];

/**
 * Looks in all blocks for the neurons that promote some tokens most.
 *
 * For each token, the logits that all neurons give it where they are active by 1 have a mean and a deviation; a neuron's
 * score is how many deviations it lies above the mean, averaged over the tokens. Among many neurons some score high by
 * chance, so the best score of as many tokens that were drawn by chance stands beside.
 *
 * @param model The model.
 * @param tokens One token or several, as texts such as `" Paris"` or as ids.
 * @param options How many neurons, of which blocks.
 * @returns The neurons, the best first, each with the tokens that it promotes most. The promise draws itself.
 * @throws {RangeError} If a text is not one token, or an option is outside its range.
 *
 * @example
 * ```ts
 * import { load, searchNeurons } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { neurons } = await searchNeurons(model, [" Paris", " Rome"], { count: 5 });
 * if (neurons.length !== 5) throw new Error("five neurons");
 * ```
 */
export function searchNeurons(
  model: Transformer,
  tokens: TokenName | readonly TokenName[],
  options: SearchNeuronsOptions = {},
): DrawnPromise<NeuronSearch> {
  return drawn(() => search(model, tokens, options));
}

async function search(
  model: Transformer,
  tokens: TokenName | readonly TokenName[],
  options: SearchNeuronsOptions,
): Promise<NeuronSearch> {
  const purpose = "search neurons";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, OPTIONS);
  const { count = 20, effect = "promotes", gains = "folded", draws = 20, seed = 0 } = options;
  checkGains(gains, purpose);
  checkEffect(effect);
  const ids = [...new Set(tokenIds(model, tokens, purpose))];
  if (ids.length === 0) {
    throw new RangeError(`Cannot ${purpose} as at least one token must be given: there is none`);
  }
  const layers = layersOf(model, options.layers);
  const wanted = { count, draws };
  checkNumbers(model, layers, wanted);
  const sets = tokenSets(model, ids, { draws, seed });
  const table = await inSlices(
    logitTable(model, { layers, gains, sets, onProgress: options.onProgress }),
    options.signal,
  );
  const sign = effect === "promotes" ? 1 : -1;
  const scores = sets.map((_, set) =>
    tableScores(table, set, ids.length).map((score) => score * sign)
  );
  const [own, ...others] = scores as [Float64Array, ...Float64Array[]];
  const best = furthest(own, count, 1);
  const neurons = await inSlices(
    described(model, { best, own, table, ids, gains }),
    options.signal,
  );
  const facts: NeuronSearchFacts = {
    model: model.provenance.name,
    tokens: ids.map((id) => ({ id, token: shownToken(model, id) })),
    layers,
    effect,
    gains,
    searched: table.places.length,
    baseline: {
      draws,
      seed,
      best: others.map((scores) => scores.reduce((a, b) => Math.max(a, b))),
    },
    neurons,
  };
  return withOrigin(new NeuronSearch(facts), model, {
    name: "searchNeurons",
    given: { tokens, options },
  });
}

/** The best neurons with what else they promote. */
function* described(
  model: Transformer,
  { best, own, table, ids, gains }: {
    best: readonly number[];
    own: Float64Array;
    table: LogitTable;
    ids: readonly number[];
    gains: Gains;
  },
): Generator<void, FoundNeuron[]> {
  const found: FoundNeuron[] = [];
  for (const index of best) {
    const place = table.places[index]!;
    const row = tf.tidy(() => {
      const written = neuronWeight(model, place, "W_out")!;
      const one = tf.slice(written, [place.neuron, 0], [1, written.shape[1]!]);
      return unembedded(model, writtenToUnembedding(model, one, { gains, layer: place.layer }));
    });
    const values = readNumbers(row);
    row.dispose();
    const from = index * table.columns;
    found.push({
      place,
      score: own[index]!,
      logits: [...table.logits.subarray(from, from + ids.length)],
      ranks: ids.map((id) => values.reduce((rank, x) => x > values[id]! ? rank + 1 : rank, 1)),
      ...vocabularyEnds(model, values, Math.min(8, values.length)),
    });
    yield;
  }
  return found;
}

function checkEffect(effect: unknown): void {
  if (effect === "promotes" || effect === "suppresses") return;
  throw new RangeError(
    `Cannot search neurons as effect must be "promotes" or "suppresses": current value is ${
      JSON.stringify(effect)
    }`,
  );
}

/** The searched tokens, and sets of as many drawn by chance. */
function tokenSets(
  { architecture: { vocabulary } }: Transformer,
  ids: readonly number[],
  { draws, seed }: { draws: number; seed: number },
): (readonly number[])[] {
  const random = new RandomStream(seed, "tokens of a search");
  return [ids, ...Array.from({ length: draws }, () => ids.map(() => random.integer(vocabulary)))];
}

function layersOf({ architecture }: Transformer, given: readonly number[] | undefined): number[] {
  const { layers } = architecture;
  if (given === undefined) return Array.from({ length: layers }, (_, layer) => layer);
  const wrong = given.find((layer) =>
    !(Number.isInteger(layer) && layer >= -layers && layer < layers)
  );
  if (wrong !== undefined || given.length === 0) {
    throw new RangeError(
      `Cannot search neurons as layers must be from ${-layers} to ${layers - 1}: current value is ${
        wrong ?? "an empty list"
      }`,
    );
  }
  return [...new Set(given.map((layer) => layer < 0 ? layers + layer : layer))];
}

function checkNumbers(
  model: Transformer,
  layers: readonly number[],
  { count, draws }: { count: number; draws: number },
): void {
  const most = layers.length * networksOf(model).length * model.architecture.neurons;
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw new RangeError(
      `Cannot search neurons as count must be from 1 to ${most}, those searched: current value is ${count}`,
    );
  }
  if (!Number.isInteger(draws) || draws < 1) {
    throw new RangeError(
      `Cannot search neurons as draws must be a whole number from 1 on: current value is ${draws}`,
    );
  }
}
