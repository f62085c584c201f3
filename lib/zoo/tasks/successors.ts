/**
 * What comes next.
 *
 * Gould et al., "Successor Heads", ICLR 2024, https://arxiv.org/abs/2312.09230.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { asLong, draw, shuffled } from "./draw.ts";
import { sequences } from "./words.ts";

/** "Monday, Tuesday," and the answer is Wednesday; days, months, numbers, letters and Roman numerals. */
export const successorsTask: TaskDefinition = {
  asks: "go on with days, months, numbers, letters or Roman numerals",
  corruption: "another part of the same sequence",
  *candidates(model, random) {
    for (;;) {
      const sequence = draw(random, Object.values(sequences));
      const begin = (at: number) =>
        fillTemplate("{before}, {last},", { before: sequence[at]!, last: sequence[at + 1]! });
      const starts = shuffled(random, [...sequence.keys()].slice(0, -2));
      const [at, ...others] = starts as [number, ...number[]];
      const { text, spans } = begin(at);
      const other = asLong(model, text, others, (start) => begin(start).text);
      yield {
        clean: text,
        corrupt: begin(other).text,
        answer: ` ${sequence[at + 2]}`,
        wrong: ` ${sequence[other + 2]}`,
        spans: { ...spans, end: [-1] },
      };
    }
  },
};
