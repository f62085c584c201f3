/**
 * The two ways in which a direction of the stream meets the vocabulary: what is written there goes out through W_U, what
 * is read there comes in from W_E.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; Dar et al., "Analyzing Transformers in
 * Embedding Space", 2023, https://arxiv.org/abs/2209.02535, who leave the norms out, which is `gains: "raw"` here.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { linear, tf } from "../tensor/mod.ts";

/**
 * Whether what a norm does to every vector alike is counted in, its gain and, of a LayerNorm, the removal of the mean. What
 * it divides by differs from token to token and is never counted.
 */
export type Gains = "folded" | "raw";

/** Where directions come from or go to. */
export interface BasisOptions {
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** The block that writes or reads; none for directions of the last stream. */
  readonly layer?: number;
  /** The half of the block. @default {"mlp"} */
  readonly part?: "attn" | "mlp";
}

/** Refuses other words for the gains. */
export function checkGains(gains: unknown, purpose: string): asserts gains is Gains {
  if (gains === "folded" || gains === "raw") return;
  throw new RangeError(
    `Cannot ${purpose} as gains must be "folded" or "raw": current value is ${
      JSON.stringify(gains) ?? String(gains)
    }`,
  );
}

/**
 * What a block writes, as it comes out of the last norm if that divides by 1: with `gains: "folded"` it goes through the
 * norm of what is written, where there is one, the factor of what is written, and the last norm's gain; biases are left out.
 *
 * @param rows What is written, `[..., width]`.
 * @returns The rows that W_U reads, `[..., width]`, or `[..., embedding]` where W_U has another width.
 */
export function writtenToUnembedding(
  model: Transformer,
  rows: tf.Tensor,
  { gains, layer, part = "mlp" }: BasisOptions,
): tf.Tensor {
  const { architecture, weights } = model, { norms = "before", writingScale = 1 } = architecture;
  return tf.tidy(() => {
    let own = rows;
    if (gains === "folded") {
      if (layer !== undefined) {
        own = own.mul(writingScale);
        const after = norms === "after" || norms === "around";
        const norm = `blocks.${layer}.${part === "attn" ? "ln1" : "ln2"}_post`;
        if (after) own = throughNorm(model, own, norm);
      }
      if (architecture.finalNorm ?? true) own = throughNorm(model, own, "ln_final");
    }
    if (architecture.embeddingWidth == null) return own.clone();
    const map = weights.linear("unembed.in");
    return linear(own, map.matrix, null, map);
  });
}

/** A stretch of the vocabulary. */
export type VocabularyRange = readonly [from: number, size: number];

/**
 * Rows as the unembedding reads them, in logits before any cap.
 *
 * @param rows What {@linkcode writtenToUnembedding} gives, `[row, width]`.
 * @param range The tokens; all unless given.
 * @returns `[row, vocabulary]`, without b_U.
 */
export function unembedded(
  model: Transformer,
  rows: tf.Tensor,
  range?: VocabularyRange,
): tf.Tensor {
  const { weights, architecture: { logitScale = 1 } } = model, map = weights.unembed;
  return tf.tidy(() => {
    const logits = linear(rows, stretchOf(map, range), null, map);
    return logitScale === 1 ? logits : logits.mul(logitScale);
  });
}

/**
 * What a block reads, as directions of the stream before the norm that stands in front of it.
 *
 * @param rows The columns of a reading matrix, as rows `[..., width]`.
 * @returns The same with the norm's gain counted in, `[..., width]`.
 */
export function readFromStream(
  model: Transformer,
  rows: tf.Tensor,
  { gains, layer, part = "mlp" }: BasisOptions,
): tf.Tensor {
  const { norms = "before", sharedNorm = false } = model.architecture;
  const before = norms === "before" || norms === "around";
  if (gains === "raw" || !before || layer === undefined) return rows.clone();
  const norm = `blocks.${layer}.${part === "attn" || sharedNorm ? "ln1" : "ln2"}`;
  // Centring is symmetric, but it comes first: what is read has no mean before the gain.
  return tf.tidy(() => centred(model, gained(model, rows, norm)));
}

/**
 * How much of each token's embedding lies along rows.
 *
 * @param rows What {@linkcode readFromStream} gives, `[row, width]`.
 * @param options Whether embeddings are taken as they enter the stream, after their factor and norm, or as they stand in
 * W_E; and of which tokens, all unless given.
 * @returns `[row, vocabulary]`.
 */
export function alongEmbeddings(
  model: Transformer,
  rows: tf.Tensor,
  { gains, range }: { readonly gains: Gains; readonly range?: VocabularyRange | undefined },
): tf.Tensor {
  const { architecture, weights } = model;
  const { embeddingScale = 1, embeddingNorm = false, embeddingWidth } = architecture;
  return tf.tidy(() => {
    const folded = gains === "folded";
    let own = rows;
    if (folded && embeddingNorm) own = centred(model, gained(model, own, "embed_ln"));
    if (embeddingWidth != null) {
      const map = weights.linear("embed.in");
      own = linear(own, map.matrix, null, { transposed: !map.transposed });
    }
    if (folded) own = own.mul(embeddingScale);
    const embed = stretchOf({ matrix: weights.embed, transposed: true }, range);
    const along = linear(own, embed, null, { transposed: true });
    if (!folded || !embeddingNorm) return along;
    const { bias } = weights.norm("embed_ln");
    const divided = along.div(embeddingScales(model, embed));
    return bias ? divided.add(tf.matMul(rows, bias.expandDims<tf.Tensor2D>(1))) : divided;
  });
}

/**
 * Rows of the unembedding as directions of the stream: the product of a stream with them is what W_U reads of it, up to the
 * last norm's division.
 *
 * @param from The first row of the vocabulary.
 * @param size How many.
 * @returns `[vocabulary, width]`.
 */
export function unembeddingRows(
  model: Transformer,
  gains: Gains,
  range: VocabularyRange,
): tf.Tensor {
  const { architecture, weights } = model, { finalNorm = true, embeddingWidth } = architecture;
  return tf.tidy(() => {
    const stretch = stretchOf(weights.unembed, range);
    const picked = weights.unembed.transposed ? stretch : stretch.transpose();
    const map = embeddingWidth == null ? null : weights.linear("unembed.in");
    const wide = map ? linear(picked, map.matrix, null, { transposed: !map.transposed }) : picked;
    return gains === "folded" && finalNorm
      ? centred(model, gained(model, wide, "ln_final"))
      : wide.clone();
  });
}

/**
 * Rows of the embedding as they enter the stream, factor and norm left out.
 *
 * @returns `[vocabulary, width]`.
 */
export function embeddingRows(
  { architecture: { embeddingWidth }, weights }: Transformer,
  range: VocabularyRange,
): tf.Tensor {
  return tf.tidy(() => {
    const picked = stretchOf({ matrix: weights.embed, transposed: true }, range);
    if (embeddingWidth == null) return picked;
    const map = weights.linear("embed.in");
    return linear(picked, map.matrix, null, map);
  });
}

/** The weights of a stretch of the vocabulary, of a matrix that has a row or a column a token. */
function stretchOf(
  { matrix, transposed }: { readonly matrix: tf.Tensor2D; readonly transposed: boolean },
  range?: VocabularyRange,
): tf.Tensor2D {
  if (!range) return matrix;
  const [rows, columns] = matrix.shape, [from, size] = range;
  return transposed
    ? tf.slice(matrix, [from, 0], [size, columns])
    : tf.slice(matrix, [0, from], [rows, size]);
}

/** What the norm of embeddings divides each of them by, `[vocabulary]`. */
function embeddingScales({ architecture, weights }: Transformer, embed: tf.Tensor2D): tf.Tensor {
  const { norm: { kind, epsilon }, embeddingScale = 1, embeddingWidth } = architecture;
  return tf.tidy(() => {
    const rows = embed.mul(embeddingScale);
    const map = embeddingWidth == null ? null : weights.linear("embed.in");
    const wide = map ? linear(rows, map.matrix, null, map) : rows;
    const even = kind === "layer" ? wide.sub(wide.mean(-1, true)) : wide;
    return even.square().mean(-1).add(epsilon).sqrt();
  });
}

/** A vector through all of a norm but its division and its bias. */
function throughNorm(model: Transformer, rows: tf.Tensor, norm: string): tf.Tensor {
  return gained(model, centred(model, rows), norm);
}

function centred({ architecture: { norm } }: Transformer, rows: tf.Tensor): tf.Tensor {
  return norm.kind === "layer" ? rows.sub(rows.mean(-1, true)) : rows;
}

function gained(
  { architecture: { norm: { gains = true } }, weights }: Transformer,
  rows: tf.Tensor,
  norm: string,
): tf.Tensor {
  return gains ? rows.mul(weights.norm(norm).gain) : rows;
}
