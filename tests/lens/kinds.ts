/**
 * The kinds of family that every lens is tested on, and plain loops over their logits.
 *
 * @module
 */

/** LayerNorm; RMSNorm with grouped keys and rotary angles; parallel; post-norms with a soft cap; mixtures. */
export const KINDS = [
  "gpt2",
  "llama",
  "mistral",
  "gpt_neox",
  "cohere",
  "gemma2",
  "mixtral",
  "gpt_oss",
] as const;

/** The probabilities of a row of logits. */
export function probabilities(logits: ArrayLike<number>): number[] {
  const all = Array.from(logits), most = Math.max(...all);
  const powers = all.map((x) => Math.exp(x - most)), total = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / total);
}

/** The ids of a row of logits, the likeliest first. */
export function ordered(logits: ArrayLike<number>): number[] {
  return Array.from(logits, (_, id) => id).sort((a, b) => logits[b]! - logits[a]! || a - b);
}
