/**
 * Attention in one call, where nobody looks at what stands between the projections and what the heads write.
 *
 * @module
 */

import { attend, type AttendPart, type tf } from "../../tensor/mod.ts";
import { exact } from "../mechanisms.ts";
import type { BlockSite } from "../sites.ts";
import type { BlockContext } from "./attention.ts";

/** The sites that one call does not come by. */
const WITHIN = [
  ...["q", "k", "v", "q_normed", "k_normed", "rot_q", "rot_k"],
  ...["scores", "pattern", "z", "result"],
].map((name): BlockSite => `attn.${name}` as BlockSite);

/**
 * Whether attention may run in one: no site on the way is watched, rules of gradients leave attention as it is, and scores are
 * nothing but scaled products under the causal mask.
 */
export function mayRunInOne({ weights, layer, observer, mechanisms, mask, alibi }: BlockContext) {
  const { scoreCap, sinks, clip } = weights.architecture;
  const bare = !mask && !alibi && !scoreCap && !sinks && !clip;
  const rules = ["attentionScores", "softmax", "attentionMix"] as const;
  return bare && rules.every((name) => mechanisms[name] === exact[name]) &&
    !WITHIN.some((name) => observer.watches(`blocks.${layer}.${name}`));
}

/** The parts of attention, cut into heads or where they stand among columns. */
export type Parts = Readonly<Record<"query" | "key" | "value", AttendPart>>;

/** Attends to keys and values, those of the past among them, and returns `[batch, position, head · head_width]`. */
export function attendInOne(
  parts: Parts,
  cut: (part: "key" | "value") => tf.Tensor,
  { weights, layer, past }: BlockContext,
): tf.Tensor {
  const { heads, keyValueHeads: groups, headWidth, attentionScales } = weights.architecture;
  const options = { heads, groups, headWidth, scale: attentionScales[layer]! };
  if (!past) return attend(parts, options);
  if (past.before) return attend({ ...parts, past: past.before(layer) }, options);
  const { key, value } = past.append(layer, cut("key"), cut("value"));
  return attend({ query: parts.query, key: { of: key }, value: { of: value } }, options);
}
