/**
 * Attention scores and the pattern that a softmax makes of them.
 *
 * @module
 */

import { maskCausal, tf } from "../../tensor/mod.ts";
import { seen } from "../observer.ts";
import type { Site } from "../sites.ts";
import type { Law, LawValues } from "../law.ts";
import { rotaryOf } from "../sites.ts";
import { alibiBias } from "./alibi.ts";
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

/** For each query head the heads of keys or values that it shares. */
export function shared(x: tf.Tensor, heads: number): tf.Tensor {
  const groups = x.shape[0]!;
  const list = Array.from({ length: heads }, (_, head) => Math.floor(head * groups / heads));
  return tf.gather(x, tf.tensor1d(list, "int32"), 0);
}

/** Queries or keys as scores read them. */
function turnedPart({ at, architecture, layer }: LawValues, name: "q" | "k"): tf.Tensor {
  if (rotaryOf(architecture, layer)) return at(`attn.rot_${name}`);
  if (architecture.queryKeyNorm) return at(`attn.${name}_normed`);
  return at(architecture.clip ? `attn.${name}_clipped` : `attn.${name}`);
}

/** The laws of scores and patterns. */
export const scoresLaws: readonly Law[] = [
  {
    name: "scores = products of queries and keys, scaled, bounded, biased, masked",
    scope: "block",
    sides: (values) => {
      const { at, architecture, layer } = values;
      const { attentionScales, scoreCap, windows, position, heads } = architecture;
      const query = turnedPart(values, "q"), key = shared(turnedPart(values, "k"), heads);
      const plain = tf.matMul(query, key, false, true).mul(attentionScales[layer]!);
      const bounded = scoreCap ? plain.div(scoreCap).tanh().mul(scoreCap) : plain;
      const length = plain.shape[3]!, places = Array.from({ length }, (_, i) => i);
      // Rounded slopes are read off the bias itself: positions here are small enough to be exact.
      const biased = position.kind === "alibi" && !position.rounded
        ? bounded.add(tf.tensor4d(
          position.slopes.flatMap((slope) => places.map((key) => slope * key)),
          [heads, 1, 1, length],
        ))
        : position.kind === "alibi"
        ? bounded.add(alibiBias(position, [0], length))
        : bounded;
      const window = windows?.[layer] ?? Infinity;
      const hidden = places.flatMap((query) =>
        places.map((key) => key > query || query - key >= window ? -Infinity : 0)
      );
      return [at("attn.scores"), biased.add(tf.tensor4d(hidden, [1, 1, length, length]))];
    },
  },
  {
    name: "rows of the pattern sum to 1",
    scope: "block",
    applies: ({ sinks = false }) => !sinks,
    sides: ({ at }) => {
      const sums = at("attn.pattern").sum(3);
      return [sums, tf.onesLike(sums)];
    },
  },
  {
    name: "rows of the pattern and what goes to the sink sum to 1",
    scope: "block",
    applies: ({ sinks = false }) => sinks,
    sides: ({ at }) => {
      const sinks = at("attn.sinks"), all = tf.concat([at("attn.scores"), sinks.expandDims(3)], 3);
      const lost = sinks.sub(tf.logSumExp(all, 3)).exp(),
        sums = at("attn.pattern").sum(3).add(lost);
      return [sums, tf.onesLike(sums)];
    },
  },
  {
    name: "pattern = softmax of scores",
    scope: "block",
    sides: ({ at, architecture: { sinks = false } }) => {
      const scores = at("attn.scores");
      const all = sinks ? tf.concat([scores, at("attn.sinks").expandDims(3)], 3) : scores;
      return [at("attn.pattern"), scores.sub(tf.logSumExp(all, 3, true)).exp()];
    },
  },
];
