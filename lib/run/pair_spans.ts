/**
 * Named parts of a prompt as positions.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";

/** A stretch of a text, in UTF-16 units as `String.prototype.slice` counts. */
export interface CharacterRange {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/**
 * Where a span lies: positions (negative ones from the prompt's end), a text that the prompt holds once, or
 * stretches of the prompt's text; in a pair, of the clean one.
 */
export type SpanPlace = string | readonly number[] | CharacterRange | readonly CharacterRange[];

/**
 * Finds the positions of named spans.
 *
 * @param prompt The prompt; of a pair the clean one.
 * @param spans Where each span lies.
 * @returns For each name its positions, counted from 0: those of text as one reads it, others in the order given.
 * @throws {RangeError} If a span is not in the prompt, a text stands in it more than once, or a position is given twice.
 * @throws {TypeError} If a place is none.
 */
export function spanPositions(
  prompt: PromptTokens,
  spans: Readonly<Record<string, SpanPlace>>,
): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    Object.entries(spans).map(([name, place]) => {
      const positions = positionsOf(prompt, name, place);
      if (positions.length > 0) return [name, positions];
      throw new RangeError(
        `Cannot find span ${JSON.stringify(name)} as it must hold a token: current value is ${
          JSON.stringify(place)
        }`,
      );
    }),
  );
}

function positionsOf(prompt: PromptTokens, name: string, place: SpanPlace): number[] {
  const { text, ids } = prompt;
  const refuse = (rule: string, value: unknown = JSON.stringify(place)): never => {
    throw new RangeError(
      `Cannot find span ${JSON.stringify(name)} as ${rule}: current value is ${value}`,
    );
  };
  if (typeof place === "string") {
    const start = place === "" ? -1 : text.indexOf(place);
    if (start < 0) refuse("the prompt must hold it");
    if (text.indexOf(place, start + 1) >= 0) {
      refuse("the prompt must hold it once; give its positions");
    }
    return touched(prompt, { start, end: start + place.length });
  }
  const list: readonly unknown[] | null = Array.isArray(place)
    ? place
    : typeof place === "object" && place !== null
    ? [place]
    : null;
  if (!list) {
    throw new TypeError(
      `Cannot find span ${
        JSON.stringify(name)
      } as it must be text, positions or stretches of text: current value is ${
        JSON.stringify(place)
      }`,
    );
  }
  const found = list.flatMap((one): number[] => {
    if (typeof one === "number") {
      const at = one < 0 ? ids.length + one : one;
      if (Number.isInteger(at) && at >= 0 && at < ids.length) return [at];
      return refuse(`positions must be from ${-ids.length} to ${ids.length - 1}`, one);
    }
    const { start, end } = (one ?? {}) as Partial<CharacterRange>;
    if (Number.isInteger(start) && Number.isInteger(end)) {
      if (start! >= 0 && start! < end! && end! <= text.length) {
        return touched(prompt, { start: start!, end: end! });
      }
    }
    return refuse(
      `a stretch must lie in the prompt's ${text.length} characters`,
      JSON.stringify(one),
    );
  });
  // A token may lie in two stretches; positions are rows of a value, whose order and number count.
  if (list.every((one) => typeof one === "object")) return inOrder(found);
  const twice = found.find((at, i) => found.indexOf(at) !== i);
  if (twice === undefined) return found;
  return refuse(`its positions must differ: ${twice} stands there twice`);
}

/** Each position once, as one reads them. */
function inOrder(positions: readonly number[]): number[] {
  return [...new Set(positions)].sort((a, b) => a - b);
}

/** The positions of the tokens that share a character with a stretch. */
function touched({ tokens }: PromptTokens, { start, end }: CharacterRange): number[] {
  return tokens.flatMap((token, position) =>
    token.start < end && token.end > start && token.start < token.end ? [position] : []
  );
}
