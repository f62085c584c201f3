/**
 * Attention scores and the pattern that a softmax makes of them.
 *
 * @module
 */

import { maskCausal, tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { Site } from "../sites.ts";
import type { BlockContext } from "./attention.ts";

/** The scores `[head, batch, query, key]` as the softmax reads them: scaled, bounded, biased and masked. */
export function scored(query: tf.Tensor, key: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms, mask, alibi } = context;
  const { attentionScales, scoreCap } = weights.architecture;
  const site: Site = `blocks.${layer}.attn.scores`;
  const hidden = (scores: tf.Tensor) => mask ? scores.add(mask) : scores;
  let scores = mechanisms.attentionScores(query, key, { scale: attentionScales[layer]! });
  // The bound makes numbers of what was masked.
  if (scoreCap) scores = maskCausal(mechanisms.softCap(scores, scoreCap));
  if (alibi) scores = scores.add(alibi);
  scores = hidden(scores);
  if (!observer.watches(site)) return scores;
  // The mask belongs to the model: an edit of scores never lets a query see a later key, or one out of its window, or padding.
  const changed = observer.change(site, scores);
  const after = changed === scores ? scores : hidden(maskCausal(changed));
  observer.keep(site, after);
  return after;
}

/**
 * The pattern `[head, batch, query, key]`. Where heads have sinks, a score for attending to nothing stands beside those of
 * the keys, so that rows sum to less than 1.
 *
 * Xiao et al., "Efficient Streaming Language Models with Attention Sinks", 2023, https://arxiv.org/abs/2309.17453.
 */
export function patternOf(scores: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  if (!weights.architecture.sinks) return mechanisms.softmax(scores);
  const [heads, batch, queries, keys] = scores.shape as [number, number, number, number];
  const own = weights.tensor(`blocks.${layer}.attn.sinks`).reshape([heads, 1, 1]);
  const sinks = seen(observer, `blocks.${layer}.attn.sinks`, tf.tile(own, [1, batch, queries]));
  const whole = mechanisms.softmax(tf.concat([scores, sinks.expandDims(3)], 3));
  return tf.slice(whole, [0, 0, 0, 0], [heads, batch, queries, keys]);
}
