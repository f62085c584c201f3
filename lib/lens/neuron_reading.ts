/**
 * What a neuron promotes and suppresses, what its keys read, and what drives it.
 *
 * Geva et al., "Transformer Feed-Forward Layers Build Predictions by Promoting Concepts in the Vocabulary Space", 2022,
 * https://arxiv.org/abs/2203.14680, for the value in the vocabulary; Dar et al., 2023, https://arxiv.org/abs/2209.02535, for
 * the key, which they read through the same matrix as the value; here keys are read through the embedding unless W_U is asked
 * for, and the gains of norms are counted in unless `gains: "raw"` is.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, type Examples, originFrom, withOrigin } from "../run/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices } from "../tensor/mod.ts";
import { heldOutTexts } from "../zoo/mod.ts";
import { type ExamplesProgress, neuronExamples } from "./neuron_examples.ts";
import { checkNeuron, type NeuronPlace } from "./neuron_place.ts";
import { NeuronReading, type NeuronReadingFacts } from "./neuron_reading_result.ts";
import { type KeyBasis, neuronWeights } from "./neuron_weights.ts";
import { checkGains, type Gains } from "./vocabulary_basis.ts";
import { checkCount } from "./vocabulary_ends.ts";

/** Options for {@linkcode readNeuron}. */
export interface ReadNeuronOptions {
  /** How many tokens are listed at each end. @default {10} */
  readonly count?: number;
  /**
   * Whether the gains of norms are counted in: for what is written those of the last norm and of a norm of what is written,
   * for what is read that of the norm in front.
   *
   * @default {"folded"}
   */
  readonly gains?: Gains;
  /** Through which matrix keys are read. @default {"W_E"} */
  readonly keys?: KeyBasis;
  /**
   * The data in which to look for what drives the neuron; null for none.
   *
   * @default {500 of seedling's held-out texts, drawn by the seed, or none where the model has no tokenizer}
   */
  readonly texts?: Examples | null;
  /** How many of its most active places are kept. @default {8} */
  readonly examples?: number;
  /** Chooses the neurons that it is compared with, and the texts where none are given. @default {0} */
  readonly seed?: number;
  /** How many other neurons of the same block it is compared with. @default {64, or all there are} */
  readonly baseline?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Called after every batch of the data. */
  readonly onProgress?: (progress: ExamplesProgress) => void;
}

/** What {@linkcode ReadNeuronOptions} may hold. */
const OPTIONS = [
  "count",
  "gains",
  "keys",
  "texts",
  "examples",
  "seed",
  "baseline",
  "signal",
  "onProgress",
];

/**
 * Reads a neuron: what it adds to the logits where it is active by 1, which tokens its keys answer to, and at which places
 * of a data set it is most active.
 *
 * Logits are those of the row of W_out alone, before any cap, as if the last norm divided by 1: times the activation, and
 * over what the last norm divides by, they are what the neuron adds to the logits. What is compared with it are other neurons
 * of the same block, drawn by the seed, and one of them over the data.
 *
 * @param model The model.
 * @param place The block and the neuron, and in mixtures the expert.
 * @param options How many tokens, in which bases, over which data.
 * @returns The reading; the promise draws itself.
 * @throws {RangeError} If there is no such neuron, or an option is outside its range.
 * @throws {TypeError} If an option is not known.
 *
 * @example
 * ```ts
 * import { load, readNeuron } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = ["One day, Emma went to the park.", "The capital of France is Paris."];
 * const reading = await readNeuron(model, { layer: 3, neuron: 17 }, { texts });
 * if (reading.writes.greatest.length !== 10) throw new Error("ten tokens");
 * ```
 */
export function readNeuron(
  model: Transformer,
  place: NeuronPlace,
  options: ReadNeuronOptions = {},
): DrawnPromise<NeuronReading> {
  return drawn(() => read(model, place, options));
}

async function read(
  model: Transformer,
  place: NeuronPlace,
  options: ReadNeuronOptions,
): Promise<NeuronReading> {
  checkModel(model, "read a neuron");
  refuseUnknownOptions("read a neuron", options, OPTIONS);
  const { count = 10, gains = "folded", keys = "W_E", seed = 0, signal } = options;
  const neuron = checkNeuron(model, place, "read a neuron");
  checkCount(model, count, "read a neuron");
  checkGains(gains, "read a neuron");
  checkKeys(keys);
  const others = othersOf(model, neuron, { seed, count: options.baseline });
  const weights = await inSlices(
    neuronWeights(model, neuron, { count, gains, keys, others }),
    signal,
  );
  const driven = await drives(model, [neuron, ...others.slice(0, 1)], options);
  const facts: NeuronReadingFacts = {
    model: model.provenance.name,
    neuron,
    gains,
    keysThrough: keys,
    seed,
    data: driven?.facts ?? null,
    activity: driven?.neurons[0] ?? null,
    otherActivity: driven?.neurons[1] ?? null,
    ...weights,
  };
  const reading = withOrigin(new NeuronReading(facts), model, {
    name: "readNeuron",
    given: { place, options },
    from: driven,
  });
  for (const name of ["activity", "otherActivity"] as const) {
    if (facts[name]) originFrom(facts[name], reading, `.${name}`);
  }
  return reading;
}

function checkKeys(keys: unknown): void {
  if (keys === "W_E" || keys === "W_U") return;
  throw new RangeError(
    `Cannot read a neuron as keys must be "W_E" or "W_U": current value is ${JSON.stringify(keys)}`,
  );
}

/** Other neurons of the same block, drawn by a seed. */
function othersOf(
  model: Transformer,
  { neuron, ...block }: NeuronPlace,
  { seed, count }: { seed: number; count: number | undefined },
): NeuronPlace[] {
  const { neurons } = model.architecture, most = neurons - 1, wanted = count ?? Math.min(64, most);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > most) {
    throw new RangeError(
      `Cannot read a neuron as baseline must be from 1 to ${most}, the block's other neurons: current value is ${count}`,
    );
  }
  const order = new RandomStream(seed, "other neurons").permutation(neurons);
  return [...order].filter((other) => other !== neuron).slice(0, wanted)
    .map((other) => ({ ...block, neuron: other }));
}

async function drives(
  model: Transformer,
  neurons: readonly NeuronPlace[],
  { texts, examples = 8, seed = 0, signal, onProgress }: ReadNeuronOptions,
) {
  if (texts === null || (texts === undefined && !model.tokenizer)) return null;
  const data = texts ?? await someTexts(seed);
  return await neuronExamples(model, data, neurons, {
    count: examples,
    ...signal ? { signal } : {},
    ...onProgress ? { onProgress } : {},
  });
}

/** Some of the held-out texts, as many as take seconds. */
async function someTexts(seed: number): Promise<string[]> {
  const all = await heldOutTexts();
  const order = new RandomStream(seed, "texts").permutation(all.length).subarray(0, 500);
  return Array.from(order, (index) => all[index]!.text);
}
