/**
 * What a model expects whatever it read: the biases of its prediction head, beside how frequent tokens are.
 *
 * Kobayashi et al., "Transformer Language Models Handle Word Frequency in Prediction Head", 2023: they follow the frequencies of
 * the corpus.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, type Examples, shownToken, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, tokenText } from "../show/mod.ts";
import { givingWay, rankCorrelation, seedStream } from "../stats/mod.ts";
import { tf } from "../tensor/mod.ts";
import { corpusRows } from "./corpus_rows.ts";
import { type PermutedCorrelation, PredictionBias } from "./prediction_bias_result.ts";
import { quantile } from "./quantile.ts";
import { readOnce } from "./read_once.ts";
import { unembedded } from "./token_products.ts";

/** Options for {@linkcode predictionBias}. */
export interface PredictionBiasOptions {
  /** The texts whose tokens are counted: texts or token ids, one after another. @default {seedling's held-out text} */
  readonly texts?: Examples;
  /** How often frequencies are dealt anew for the baseline. @default {1000} */
  readonly permutations?: number;
  /** The seed of these. @default {0} */
  readonly seed?: number;
  /** Stops the counting. */
  readonly signal?: AbortSignal;
}

const purpose = "compare biases with frequencies";

/**
 * Compares what the prediction head adds to each logit whatever the stream is, β·W_U + b_U with the bias β of the last norm, with
 * the logarithms of how often tokens occur.
 *
 * Tokens that do not occur have no logarithm and are left out, and counted. The correlation is Spearman's, and beside it stands
 * what it is where the frequencies are dealt to the tokens at random.
 *
 * @param model The model.
 * @param options The texts, and how the baseline is drawn.
 * @returns Biases, frequencies and their correlation; the promise draws itself.
 * @throws {TypeError} If the model has neither a bias of the last norm nor b_U, or there is no text that it can read.
 * @throws {RangeError} If fewer than three tokens occur, or `permutations` is not a whole number from 20 on.
 *
 * @example
 * ```ts
 * import { load, predictionBias } from "@innerworks/innerworks";
 * const found = await predictionBias(await load("seedling"), { permutations: 100 });
 * if (!(found.correlation > found.baseline.range[1])) throw new Error("it knows what is frequent");
 * ```
 */
export function predictionBias(
  model: Transformer,
  options: PredictionBiasOptions = {},
): DrawnPromise<PredictionBias> {
  return drawn(() => compare(model, options));
}

async function compare(
  model: Transformer,
  options: PredictionBiasOptions,
): Promise<PredictionBias> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["texts", "permutations", "seed", "signal"]);
  const { texts, permutations = 1000, seed = 0, signal } = options;
  if (!Number.isSafeInteger(permutations) || permutations < 20) {
    throw new RangeError(
      `Cannot ${purpose} as permutations must be a whole number from 20 on: current value is ${permutations}`,
    );
  }
  const bias = biasOf(model), { rows, source } = await corpusRows(model, texts, purpose, signal);
  const counts = new Float64Array(model.architecture.vocabulary);
  for (const row of rows) for (const id of row) counts[id]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const ids = [...counts.keys()].filter((id) => counts[id]! > 0);
  if (ids.length < 3) {
    throw new RangeError(
      `Cannot ${purpose} as at least three tokens must occur in the texts: there are ${ids.length}`,
    );
  }
  const own = ids.map((id) => bias[id]!), logs = ids.map((id) => Math.log(counts[id]! / total));
  const correlation = rankCorrelation(own, logs);
  const baseline = await dealtAtRandom(own, logs, { correlation, permutations, seed, signal });
  return withOrigin(
    new PredictionBias({
      model: model.provenance.name,
      source,
      tokens: total,
      ids: Uint32Array.from(ids),
      names: ids.map((id) => tokenText(shownToken(model, id))),
      biases: Float64Array.from(own),
      logFrequencies: Float64Array.from(logs),
      unseen: counts.length - ids.length,
      correlation,
      baseline,
    }),
    model,
    { name: "predictionBias", given: { options }, prompts: rows.map((ids) => ({ ids })), seed },
  );
}

/** What the correlation is where frequencies are dealt to tokens at random. */
async function dealtAtRandom(
  own: readonly number[],
  logs: readonly number[],
  { correlation, permutations, seed, signal }: {
    correlation: number;
    permutations: number;
    seed: number;
    signal: AbortSignal | undefined;
  },
): Promise<PermutedCorrelation> {
  const dealt = new Float64Array(permutations), random = seedStream(seed, purpose);
  const pause = givingWay(signal);
  for (let i = 0; i < permutations; i++, await pause()) {
    const order = random.permutation(own.length);
    dealt[i] = rankCorrelation(own, Array.from(order, (place) => logs[place]!));
  }
  const over = dealt.filter((value) => value >= correlation).length;
  return {
    mean: dealt.reduce((sum, value) => sum + value, 0) / permutations,
    range: [quantile(dealt, 0.025), quantile(dealt, 0.975)],
    share: (over + 1) / (permutations + 1),
    permutations,
    seed,
  };
}

/** β·W_U + b_U, `[vocabulary]`, with the factor of the logits. */
function biasOf(model: Transformer): Float64Array {
  const { weights, architecture: { finalNorm = true, logitScale = 1 } } = model;
  const norm = finalNorm ? weights.norm("ln_final").bias : null, own = weights.unembed.bias;
  if (!norm && !own) {
    throw new TypeError(
      `Cannot ${purpose} as the last norm or the unembedding must have a bias: ${model.provenance.name} has neither, so it adds nothing whatever it read`,
    );
  }
  return readOnce(() => {
    const last = norm
      ? unembedded(model, norm.expandDims(0)).squeeze<tf.Tensor1D>([0])
      : tf.zeros([model.architecture.vocabulary]);
    return own ? last.add(own.mul(logitScale)) : last;
  });
}
