/**
 * Attention in steps, where somebody looks at what stands between the projections and what the heads mix.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { KeysAndValues } from "../key_value_cache.ts";
import type { BlockContext } from "./attention.ts";
import { normedHeads } from "./query_key_norm.ts";
import { turned } from "./rotary.ts";
import { patternOf, scored } from "./scores.ts";

/** Queries, keys and values `[head, batch, position, head_width]`. */
export type HeadParts = Readonly<Record<"q" | "k" | "v", tf.Tensor>>;

/** What heads mix, `[head, batch, position, head_width]`, of queries, keys and values as they were projected. */
export function attendInSteps(projected: HeadParts, context: BlockContext): tf.Tensor {
  const { layer } = context, { q, k, v } = readByScores(projected, context);
  const { key, value } = context.past?.append(layer, k, v) ?? { key: k, value: v };
  return mixedBy(q, { key, value }, context);
}

/** Queries, keys and values as scores and mixes read them: cut off, normalised and turned, where the model does. */
export function readByScores(projected: HeadParts, context: BlockContext): HeadParts {
  const { q, k, v } = cutOff(projected, context);
  const normed = { q: normedPart(q, "q", context), k: normedPart(k, "k", context) };
  return { q: turn(normed.q, "rot_q", context), k: turn(normed.k, "rot_k", context), v };
}

/** What queries mix of the values of all keys that they see. */
export function mixedBy(
  query: tf.Tensor,
  { key, value }: KeysAndValues,
  context: BlockContext,
): tf.Tensor {
  const { layer, observer, mechanisms } = context, scores = scored(query, key, context);
  const pattern = seen(observer, `blocks.${layer}.attn.pattern`, patternOf(scores, context));
  return mechanisms.attentionMix(pattern, value);
}

/** Cuts queries, keys and values off, where the model does. */
function cutOff(
  parts: HeadParts,
  { weights, layer, observer, mechanisms }: BlockContext,
): HeadParts {
  const { clip } = weights.architecture;
  if (!clip) return parts;
  const cut = (name: "q" | "k" | "v") =>
    seen(
      observer,
      `blocks.${layer}.attn.${name}_clipped`,
      mechanisms.clip(parts[name], -clip, clip),
    );
  return { q: cut("q"), k: cut("k"), v: cut("v") };
}

/** Normalises queries or keys, where the model does. */
export function normedPart(x: tf.Tensor, name: "q" | "k", context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const { queryKeyNorm } = weights.architecture;
  if (!queryKeyNorm) return x;
  const own = weights.norm(`blocks.${layer}.attn.${name}_norm`);
  const normed = normedHeads(x, queryKeyNorm, own, mechanisms);
  return seen(observer, `blocks.${layer}.attn.${name}_normed`, normed);
}

/** Turns queries or keys by their positions, where the layer does. */
export function turn(x: tf.Tensor, name: "rot_q" | "rot_k", context: BlockContext): tf.Tensor {
  const { layer, observer, rotary } = context;
  return rotary ? seen(observer, `blocks.${layer}.attn.${name}`, turned(x, rotary)) : x;
}
