/**
 * The unembedding's singular directions as bands of a spectrum, and what lies in each.
 *
 * Cancedda, "Spectral Filters, Dark Signals, and Attention Sinks", 2024, https://arxiv.org/abs/2402.09221. The singular
 * vectors that live in the stream are ordered by their singular values and cut into bands of as many each; the last are
 * dark: hardly any of what lies in them reaches the logits.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { qr, readNumbers, svd, tf } from "../tensor/mod.ts";
import { type SpectralBasis, Spectrum } from "./spectrum.ts";
import { checkGains, embeddingRows, type Gains, unembeddingRows } from "./vocabulary_basis.ts";

/** Options for {@linkcode spectroscopy}. */
export interface SpectroscopyOptions {
  /** Into how many bands the directions are cut. @default {20, or one a direction where there are fewer} */
  readonly bands?: number;
  /** Whose spectrum: what W_U reads of the stream, or what W_E brings to it. @default {"W_U"} */
  readonly of?: SpectralBasis;
  /** Whether W_U has the last norm's gain on its inputs, so that the bands are those of the stream before it. @default {"folded"} */
  readonly gains?: Gains;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/**
 * Takes the spectrum of the unembedding, or of the embedding.
 *
 * W_U is read as `[vocabulary, width]`, a few thousand rows at a time, so that only its triangle is ever decomposed; its right
 * singular vectors live in the stream. With `gains: "folded"` they belong to the stream before the last norm (centred where
 * the norm subtracts the mean: one direction is dark for certain then), with `"raw"` to what comes out of it. Bands of W_E are
 * of its rows as they stand.
 *
 * @param model The model.
 * @param options How many bands, of which matrix.
 * @returns The spectrum, which filters streams and makes edits; the promise draws itself.
 * @throws {RangeError} If the number of bands is outside its range.
 *
 * @example
 * ```ts
 * import { load, run, spectroscopy } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const spectrum = await spectroscopy(model);
 * // All but the first token, a sink, without the darkest twentieth.
 * const edit = spectrum.suppress([-1], "blocks.2.resid_post", { positions: { from: 1 } });
 * await run(model, "The capital of France is", { edits: [edit] });
 * ```
 */
export function spectroscopy(
  model: Transformer,
  options: SpectroscopyOptions = {},
): DrawnPromise<Spectrum> {
  return drawn(() => take(model, options));
}

async function take(model: Transformer, options: SpectroscopyOptions): Promise<Spectrum> {
  const purpose = "take a spectrum";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["bands", "of", "gains", "signal"]);
  const { of = "W_U", gains = "folded", signal } = options, { width } = model.architecture;
  const bands = options.bands ?? Math.min(20, width);
  checkGains(gains, purpose);
  if (of !== "W_U" && of !== "W_E") {
    throw new RangeError(
      `Cannot ${purpose} as of must be "W_U" or "W_E": current value is ${JSON.stringify(of)}`,
    );
  }
  if (!Number.isInteger(bands) || bands < 1 || bands > width) {
    throw new RangeError(
      `Cannot ${purpose} as bands must be from 1 to ${width}, the width: current value is ${bands}`,
    );
  }
  const triangle = await triangleOf(model, { of, gains, signal });
  try {
    const parts = await svd(triangle, signal ? { signal } : {});
    const vectors = tf.tidy(() => parts.V.transpose());
    try {
      return withOrigin(
        new Spectrum({
          model: model.provenance.name,
          of,
          gains: of === "W_E" ? "raw" : gains,
          width,
          bands,
          values: readNumbers(parts.S),
          vectors: readNumbers(vectors),
        }),
        model,
        { name: "spectroscopy", given: { options } },
      );
    } finally {
      vectors.dispose();
      parts.dispose();
    }
  } finally {
    triangle.dispose();
  }
}

/** A square matrix of the same singular values and right vectors, put together from a few rows at a time. */
async function triangleOf(
  model: Transformer,
  { of, gains, signal }: { of: SpectralBasis; gains: Gains; signal: AbortSignal | undefined },
): Promise<tf.Tensor> {
  const { vocabulary, width } = model.architecture, step = 2 * width;
  let triangle = tf.zeros([width, width]);
  for (let from = 0; from < vocabulary; from += step) {
    const range = [from, Math.min(step, vocabulary - from)] as const;
    const stacked = tf.tidy(() =>
      tf.concat([
        triangle,
        of === "W_U" ? unembeddingRows(model, gains, range) : embeddingRows(model, range),
      ])
    );
    triangle.dispose();
    try {
      const { Q, R } = await qr(stacked, signal ? { signal } : {});
      Q.dispose();
      triangle = R;
    } finally {
      stacked.dispose();
    }
  }
  return triangle;
}
