/**
 * The way from any vector of the stream to logits: the last norm, the unembedding and what bends the logits, as the forward
 * pass has them.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { bent, unembedded } from "./blocks/embedding.ts";
import { exact, type Mechanisms } from "./mechanisms.ts";
import type { Weights } from "./weights.ts";

/** Options for {@linkcode readLogits}. */
export interface ReadLogitsOptions {
  /**
   * How the last norm is applied: measuring each vector itself (`own`), dividing by given scales instead (`frozen`), or not
   * at all (`none`: no gain and no bias of the norm either).
   *
   * @default {"own"}
   */
  readonly norm?: "own" | "frozen" | "none";
  /** What `frozen` divides by, `[..., 1]` or anything that is broadcast to it, such as the site `ln_final.scale`. */
  readonly scale?: tf.Tensor;
  /**
   * Whether only the linear part is read: without the norm's bias, b_U and the soft cap, so that with the norm frozen or left
   * out the logits of a sum are the sum of the logits.
   *
   * @default {false}
   */
  readonly linear?: boolean;
  /** What is computed with. @default {the exact building blocks} */
  readonly mechanisms?: Mechanisms;
}

/**
 * Reads logits off vectors of the residual stream, through the same building blocks as the forward pass: of the last stream
 * they are the model's own, bit for bit where as many vectors are read at once.
 *
 * @param weights The weights of a model.
 * @param vectors The vectors, `[..., width]`.
 * @param options How the last norm is applied, and whether biases and cap count.
 * @returns The logits `[..., vocabulary]`, the caller's to free.
 * @throws {TypeError} If the vectors have another width, or `scale` is missing or of no use.
 *
 * @example
 * ```ts
 * import { load, readLogits, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using result = await run(model, "The capital of France is", { capture: ["blocks.3.resid_post"] });
 * const logits = readLogits(model.weights, result.cache.get("blocks.3.resid_post"));
 * const gap = logits.sub(result.logits).abs().max().dataSync()[0];
 * if (gap !== 0) throw new Error("the last stream gives the logits of the model");
 * ```
 */
export function readLogits(
  weights: Weights,
  vectors: tf.Tensor,
  options: ReadLogitsOptions = {},
): tf.Tensor {
  const { linear = false, mechanisms = exact } = options;
  checkWidth(weights, vectors);
  checkScale(options);
  return tf.tidy(() => {
    const read = throughNorm(weights, vectors, options);
    const logits = unembedded(read, { weights, mechanisms }, { bias: !linear });
    return linear ? logits : bent(logits, { weights, mechanisms });
  });
}

/**
 * Measures what the last norm divides vectors by.
 *
 * @param weights The weights of a model.
 * @param vectors The vectors, `[..., width]`.
 * @returns The scales `[..., 1]`, the caller's to free; ones where the model has no last norm.
 * @throws {TypeError} If the vectors have another width.
 *
 * @example
 * ```ts
 * import { lastScale, load, tf } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const scale = lastScale(model.weights, tf.ones([2, model.architecture.width]));
 * if (scale.shape.join() !== "2,1") throw new Error("one number for each vector");
 * ```
 */
export function lastScale(weights: Weights, vectors: tf.Tensor): tf.Tensor {
  checkWidth(weights, vectors);
  const { finalNorm = true, norm } = weights.architecture;
  return tf.tidy(() =>
    finalNorm ? exact.normScale(vectors, norm) : tf.onesLike(tf.sum(vectors, -1, true))
  );
}

function throughNorm(
  weights: Weights,
  vectors: tf.Tensor,
  { norm = "own", scale, linear = false, mechanisms = exact }: ReadLogitsOptions,
): tf.Tensor {
  const { finalNorm = true, norm: kind } = weights.architecture;
  if (!finalNorm || norm === "none") return vectors;
  const own = weights.norm("ln_final"), bias = linear ? null : own.bias;
  if (norm === "own") return mechanisms.norm(vectors, kind, { ...own, bias });
  const divided = mechanisms.normalize(vectors, scale!, { centre: kind.kind === "layer" });
  return mechanisms.affine(divided, own.gain, bias);
}

function checkWidth({ architecture: { width } }: Weights, vectors: tf.Tensor): void {
  const found = vectors?.shape;
  if (found && found.length > 0 && found.at(-1) === width) return;
  throw new TypeError(
    `Cannot read logits as the last axis of the vectors must be the width of the stream, ${width}: their shape is ${
      found ? `[${found.join(", ")}]` : "none"
    }`,
  );
}

function checkScale({ norm = "own", scale }: ReadLogitsOptions): void {
  if (!["own", "frozen", "none"].includes(norm)) {
    throw new RangeError(
      `Cannot read logits as norm must be among own, frozen, none: current value is ${
        JSON.stringify(norm)
      }`,
    );
  }
  if ((norm === "frozen") === (scale !== undefined)) return;
  throw new TypeError(
    norm === "frozen"
      ? "Cannot read logits through a frozen norm as scale must say what it divides by: it is missing"
      : `Cannot read logits with a scale as only a frozen norm divides by it: norm is ${
        JSON.stringify(norm)
      }`,
  );
}
