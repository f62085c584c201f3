/**
 * Random tokens, repeated.
 *
 * Olsson et al., "In-context Learning and Induction Heads", 2022, https://arxiv.org/abs/2209.11895.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { draw } from "./draw.ts";

/** How many tokens are repeated. */
const length = 20;

/**
 * Random tokens and the first half of them again, and the answer is the token that followed the last one before. The
 * tokens are words, or any ids where the model has no tokenizer.
 */
export const repeatedTokensTask: TaskDefinition = {
  asks: "go on with a sequence of random tokens that stands before",
  corruption: "another token in the place that is to be copied",
  *candidates(model, random) {
    const words = ordinaryTokens(model), half = length / 2;
    // Ids are taken as they are, so what begins a text of this model is put before them.
    const first = model.tokenizer?.encode("", { end: false }).ids ?? [];
    for (;;) {
      const chosen = new Set<number>();
      while (chosen.size < length + 1) chosen.add(draw(random, words));
      const [other, ...sequence] = [...chosen] as [number, ...number[]];
      const changed = sequence.with(half, other);
      const again = sequence.slice(0, half), start = first.length;
      yield {
        clean: [...first, ...sequence, ...again],
        corrupt: [...first, ...changed, ...again],
        answer: sequence[half]!,
        wrong: other,
        spans: {
          "first copy": sequence.map((_, i) => start + i),
          "second copy": again.map((_, i) => start + length + i),
          "earlier occurrence": [start + half - 1],
          "to be copied": [start + half],
          end: [-1],
        },
      };
    }
  },
};

/** The tokens that are words. */
function ordinaryTokens({ tokenizer, architecture }: Transformer): number[] {
  const all = Array.from({ length: architecture.vocabulary }, (_, id) => id);
  if (!tokenizer) return all;
  const words = all.filter((id) =>
    id < tokenizer.vocabularySize && /^ \p{L}+$/u.test(tokenizer.token(id).text)
  );
  return words.length > length ? words : all;
}
