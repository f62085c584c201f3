/**
 * Attention in steps, where somebody looks at what stands between the projections and what the heads mix.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { BlockContext } from "./attention.ts";
import { normedHeads } from "./query_key_norm.ts";
import { turned } from "./rotary.ts";
import { patternOf, scored } from "./scores.ts";

/** Queries, keys and values `[head, batch, position, head_width]`. */
export type HeadParts = Readonly<Record<"q" | "k" | "v", tf.Tensor>>;

/** What heads mix, `[head, batch, position, head_width]`, of queries, keys and values as they were projected. */
export function attendInSteps(projected: HeadParts, context: BlockContext): tf.Tensor {
  const { layer, observer, mechanisms } = context, parts = cutOff(projected, context);
  const normed = { q: normedPart(parts.q, "q", context), k: normedPart(parts.k, "k", context) };
  const query = turn(normed.q, "rot_q", context);
  const own = { key: turn(normed.k, "rot_k", context), value: parts.v };
  const { key, value } = context.past?.append(layer, own.key, own.value) ?? own;
  const scores = scored(query, key, context);
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
