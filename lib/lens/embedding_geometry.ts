/**
 * How the embedding and the unembedding of a token lie to each other.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, shownToken, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { inSlices, numbers, refuseOddSignal, tf } from "../tensor/mod.ts";
import { EmbeddingGeometry, type GeometryToken } from "./embedding_geometry_result.ts";
import { checkTop } from "./read_out.ts";

/** Options for {@linkcode embeddingGeometry}. */
export interface EmbeddingGeometryOptions {
  /** How many tokens are listed on either end. @default {8} */
  readonly top?: number;
  /** Where the chance of the baseline begins. @default {0} */
  readonly seed?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

const PURPOSE = "compare embeddings";

/** How many rows of both matrices are multiplied at once. */
const mostNumbers = 2 ** 21;

/**
 * Compares what each token brings to the stream with what reads it off: the cosine of W_E[t] and W_U[:, t], as they are and
 * with the means over the vocabulary taken off both (Press & Wolf 2017, "Using the Output Embedding"; Dar et al. 2023). Where
 * the two are tied it is 1 for every token.
 *
 * Uncentred cosines are mostly those of the means that all tokens share; hence both. The baseline takes for each token the
 * unembedding of another, drawn by a seed. Gains of norms are not folded in. Where a linear map stands between the embedding
 * and the stream, both are compared on the embedding's side of it.
 *
 * @param model The model.
 * @param options How many tokens are listed, and the seed.
 * @returns The cosines of all tokens; NaN where an embedding is zero. The promise draws itself.
 * @throws {RangeError} If `top` is outside the vocabulary.
 *
 * @example
 * ```ts
 * import { embeddingGeometry, load } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { facts, plain } = await embeddingGeometry(model);
 * if (facts.tied && Math.abs(plain.mean - 1) > 1e-5) throw new Error("tied embeddings are the same");
 * ```
 */
export function embeddingGeometry(
  model: Transformer,
  options: EmbeddingGeometryOptions = {},
): DrawnPromise<EmbeddingGeometry> {
  return drawn(() => compare(model, options));
}

async function compare(
  model: Transformer,
  options: EmbeddingGeometryOptions,
): Promise<EmbeddingGeometry> {
  checkModel(model, PURPOSE);
  refuseUnknownOptions(PURPOSE, options, ["top", "seed", "signal"]);
  const { top = 8, seed = 0, signal } = options;
  refuseOddSignal(signal);
  checkTop(model, top, PURPOSE);
  const { vocabulary, tied } = model.architecture, others = shifted(vocabulary, seed);
  const parts: CosineParts = { plain: [], centred: [], other: [], otherCentred: [] };
  const means = meansOf(model);
  const step = Math.max(1, Math.floor(mostNumbers / model.weights.embed.shape[1]));
  try {
    for (let from = 0; from < vocabulary; from += step) {
      const ids = Array.from({ length: Math.min(step, vocabulary - from) }, (_, i) => from + i);
      const own = ids.map((id) => others[id]!);
      const found = await numbers(() => cosinesOf(model, means, ids, own));
      await inSlices(
        (function* () {
          for (const [name, values] of Object.entries(found)) {
            for (const value of values) parts[name as keyof CosineParts].push(value);
            yield;
          }
        })(),
        signal,
      );
    }
  } finally {
    tf.dispose([...means]);
  }
  const token = (id: number): GeometryToken => ({
    id,
    token: shownToken(model, id),
    cosine: parts.centred[id]!,
  });
  const facts = { model: model.provenance.name, tied, vocabulary, seed };
  return withOrigin(new EmbeddingGeometry(facts, parts, token, top), model, {
    name: "embeddingGeometry",
    given: { options },
  });
}

/** The cosines of all tokens, by what was compared. */
type CosineParts = Record<"plain" | "centred" | "other" | "otherCentred", number[]>;

/** The means over the vocabulary of what tokens bring and of what reads them off, `[1, width]`. */
function meansOf({ weights: { embed, unembed } }: Transformer): readonly [tf.Tensor, tf.Tensor] {
  const made = tf.tidy(() => [
    embed.mean(0, true),
    unembed.matrix.mean(unembed.transposed ? 0 : 1, true).reshape([1, -1]),
  ]);
  return made as [tf.Tensor, tf.Tensor];
}

/** The cosines of some tokens' embeddings with their unembeddings, and with those of other tokens. */
function cosinesOf(
  { weights: { embed, unembed } }: Transformer,
  [meanBrought, meanRead]: readonly [tf.Tensor, tf.Tensor],
  ids: readonly number[],
  others: readonly number[],
): Record<keyof CosineParts, tf.Tensor> {
  const rows = (list: readonly number[]) => tf.tensor1d([...list], "int32");
  const read = (list: readonly number[]) =>
    unembed.transposed
      ? tf.gather(unembed.matrix, rows(list), 0)
      : tf.transpose(tf.gather(unembed.matrix, rows(list), 1));
  const brought = tf.gather(embed, rows(ids)), own = read(ids), other = read(others);
  const centred = brought.sub(meanBrought);
  return {
    plain: cosines(brought, own),
    centred: cosines(centred, own.sub(meanRead)),
    other: cosines(brought, other),
    otherCentred: cosines(centred, other.sub(meanRead)),
  };
}

/** Cosines of rows; 0 / 0, which is NaN, where one is zero. */
function cosines(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const length = (x: tf.Tensor) => x.square().sum(-1).sqrt();
  return a.mul(b).sum(-1).div(length(a)).div(length(b));
}

/** For each token another: all stand in a circle drawn by the seed, and each has the next. */
function shifted(count: number, seed: number): number[] {
  const random = new RandomStream(seed, "other tokens");
  const circle = Array.from({ length: count }, (_, id) => id);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [circle[i], circle[j]] = [circle[j]!, circle[i]!];
  }
  const others: number[] = Array(count);
  circle.forEach((id, i) => others[id] = circle[(i + 1) % count]!);
  return others;
}
