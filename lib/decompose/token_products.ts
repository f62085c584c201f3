/**
 * Products with the embedding and the unembedding that copy neither.
 *
 * @module
 */

import { exactMechanisms, readLogits, type Transformer } from "../model/mod.ts";
import { logSoftmax, matMul, tf } from "../tensor/mod.ts";
import { readOnce } from "./read_once.ts";

/**
 * W_E · right, `[vocabulary, k]`, with the factor of embeddings and the map from their own width to the stream's, where a family
 * has them; a norm of embeddings and positions are left out.
 *
 * @param model The model.
 * @param right What is read of the stream, `[width, k]`.
 */
export function embedded({ weights }: Transformer, right: tf.Tensor): tf.Tensor2D {
  const { embeddingScale = 1, embeddingWidth } = weights.architecture;
  return tf.tidy(() => {
    const map = embeddingWidth == null ? null : weights.linear("embed.in");
    const own = map ? matMul(map.matrix, right, map.transposed) : right;
    return matMul(weights.embed, own.mul(embeddingScale)) as tf.Tensor2D;
  });
}

/**
 * left · W_U, `[k, vocabulary]`, with the factor of the logits and the map from the stream's width to that of embeddings, where a
 * family has them; the last norm, b_U and a soft cap are left out.
 *
 * @param model The model.
 * @param left Vectors of the stream, `[k, width]`.
 */
export function unembedded({ weights }: Transformer, left: tf.Tensor): tf.Tensor2D {
  const { logitScale = 1, embeddingWidth } = weights.architecture;
  return tf.tidy(() => {
    const map = embeddingWidth == null ? null : weights.linear("unembed.in");
    const own = map ? matMul(left, map.matrix, false, map.transposed) : left;
    const { matrix, transposed } = weights.unembed;
    return matMul(own.mul(logitScale), matrix, false, transposed) as tf.Tensor2D;
  });
}

/** Numbers that are multiplied in one step, so that others have their turn after it. */
const slice = 2 ** 29;

/**
 * W_U · W_E or W_Eᵀ · W_E, `[width, width]`, summed over the vocabulary part by part.
 *
 * @param model The model.
 * @param left Whether rows are those of the unembedding or, transposed, of the embedding.
 * @returns The product, kept until the caller frees it.
 */
export function* vocabularyProduct(
  model: Transformer,
  left: "unembedding" | "embedding",
): Generator<void, tf.Tensor2D> {
  const { weights } = model, { vocabulary, embeddingWidth, width } = weights.architecture;
  const inner = embeddingWidth ?? width, { matrix, transposed } = weights.unembed;
  const size = Math.max(16, Math.floor(slice / inner ** 2));
  let sum: tf.Tensor | null = null;
  try {
    for (let from = 0; from < vocabulary; from += size, yield) {
      const count = Math.min(size, vocabulary - from);
      const before = sum as tf.Tensor | null;
      sum = tf.tidy(() => {
        const rows = tf.slice(weights.embed, [from, 0], [count, inner]);
        const part = left === "embedding"
          ? matMul(rows, rows, true)
          : transposed
          ? matMul(tf.slice(matrix, [from, 0], [count, inner]), rows, true)
          : matMul(tf.slice(matrix, [0, from], [inner, count]), rows);
        return tf.keep(before ? before.add(part) : part);
      });
      before?.dispose();
    }
    return tf.tidy(() => tf.keep(outer(model, sum!, left)));
  } finally {
    sum?.dispose();
  }
}

/** Brings a product in the width of embeddings to that of the stream, by the maps and factors of a family. */
function outer(
  { weights }: Transformer,
  inner: tf.Tensor,
  left: "unembedding" | "embedding",
): tf.Tensor2D {
  const { embeddingScale = 1, logitScale = 1, embeddingWidth } = weights.architecture;
  const factor = embeddingScale * (left === "embedding" ? embeddingScale : logitScale);
  const scaled = inner.mul(factor);
  if (embeddingWidth == null) return scaled as tf.Tensor2D;
  const into = weights.linear("embed.in"), out = weights.linear("unembed.in");
  const right = matMul(scaled, into.matrix, false, into.transposed);
  return (left === "embedding"
    ? matMul(into.matrix, right, !into.transposed)
    : matMul(out.matrix, right, out.transposed)) as tf.Tensor2D;
}

/** The directions of some tokens in the unembedding, `[width, token]`, as {@linkcode unembedded} multiplies by them. */
export function unembeddingOf({ weights }: Transformer, ids: readonly number[]): tf.Tensor2D {
  const { logitScale = 1, embeddingWidth } = weights.architecture;
  return tf.tidy(() => {
    const { matrix, transposed } = weights.unembed, at = tf.tensor1d([...ids], "int32");
    const columns = transposed ? tf.transpose(tf.gather(matrix, at, 0)) : tf.gather(matrix, at, 1);
    const map = embeddingWidth == null ? null : weights.linear("unembed.in");
    const own = map ? matMul(map.matrix, columns, map.transposed) : columns;
    return own.mul(logitScale) as tf.Tensor2D;
  });
}

/**
 * What is added to the logits of some tokens whatever the stream is, `[token]`: the last norm's bias through the unembedding,
 * and b_U, with the factor of the logits.
 */
export function logitBiasOf(model: Transformer, ids: readonly number[]): tf.Tensor1D {
  const { weights } = model, { logitScale = 1, finalNorm = true } = weights.architecture;
  return tf.tidy(() => {
    const own = weights.unembed.bias, norm = finalNorm ? weights.norm("ln_final").bias : null;
    const at = tf.tensor1d([...ids], "int32");
    const bias = own ? tf.gather(own, at).mul(logitScale) : tf.zeros([ids.length]);
    if (!norm) return bias as tf.Tensor1D;
    return matMul(norm.expandDims(0), unembeddingOf(model, ids)).squeeze([0]).add(
      bias,
    ) as tf.Tensor1D;
  });
}

/** Log-probabilities after some tokens, `[token, vocabulary]`. */
export function directRows(
  model: Transformer,
  ids: readonly number[],
  norm: "own" | "none",
): Float64Array {
  const { weights, architecture } = model;
  const { embeddingScale = 1, embeddingWidth, embeddingNorm = false } = architecture;
  return readOnce(() => {
    const rows = tf.gather(weights.embed, tf.tensor1d([...ids], "int32"));
    const map = embeddingWidth == null ? null : weights.linear("embed.in");
    const wide = (map ? matMul(rows, map.matrix, false, map.transposed) : rows).mul(embeddingScale);
    const stream = embeddingNorm
      ? exactMechanisms.norm(wide, architecture.norm, weights.norm("embed_ln"))
      : wide;
    return logSoftmax(readLogits(weights, stream, { norm }));
  });
}
