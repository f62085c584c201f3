/**
 * Named stretches of the prompts of a run.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { type SpanPlace, spanPositions } from "./pair_spans.ts";
import type { Window } from "./window.ts";

/**
 * Stretches of prompts by name, which edits may name instead of positions: text that each prompt holds once, positions of
 * every prompt, or a list of positions for each example. Positions keep their order, which is that of a value's rows.
 */
export type Spans = Readonly<Record<string, SpanPlace | readonly (readonly number[])[]>>;

/**
 * Finds where named spans lie in each example.
 *
 * @throws {RangeError} If a prompt does not hold a span, or there are not as many lists as examples.
 */
export function spansIn(
  prompts: readonly PromptTokens[],
  spans: Spans,
): NonNullable<Window["spans"]> {
  return Object.fromEntries(
    Object.entries(spans).map(([name, place]) => {
      const lists = isEach(place) ? place : prompts.map(() => place);
      if (lists.length !== prompts.length) {
        throw new RangeError(
          `Cannot find span ${
            JSON.stringify(name)
          } as there must be a list of positions for each of the ${prompts.length} examples: there are ${lists.length}`,
        );
      }
      const found = prompts.map((prompt, i) =>
        spanPositions(prompt, { [name]: lists[i] as SpanPlace })[name]!
      );
      return [name, found];
    }),
  );
}

/** Whether positions are given for each example. */
export function isEach(place: Spans[string]): place is readonly (readonly number[])[] {
  return Array.isArray(place) && place.length > 0 && place.every((list) => Array.isArray(list));
}
