/**
 * A text whose tokens are tinted by what one of them attends to.
 *
 * @module
 */
/// <reference lib="dom" />

import { css, entry, firstLevel, inkOn } from "../lib/show/colour.ts";
import { make } from "./elements.ts";

/** What a text has to say and be told. */
export interface AttendedTextOptions {
  /** The tokens. */
  readonly tokens: readonly string[];
  /** Called when a token is pointed at. */
  readonly onToken: (position: number) => void;
  /** What is said of a token in its tooltip. */
  readonly title: (position: number) => string;
}

/** A text. */
export interface AttendedText {
  /** The element to put into the page. */
  readonly element: HTMLElement;
  /** The tokens, in order. */
  readonly chips: readonly HTMLElement[];
  /** Tints the tokens by their palette entries and outlines those that are the query; undefined takes the tints off. */
  tint(
    entries: ((position: number) => number) | undefined,
    isQuery?: (position: number) => boolean,
  ): void;
  /** Forgets which tints there are, as the colours are others. */
  fresh(colours: Uint8Array): void;
}

/** An entry in steps of six, which on a chip no eye tells apart; zero of either scale and the last one stay what they are. */
const coarse = (index: number): number =>
  index < firstLevel ? index : firstLevel + 6 * Math.round((index - firstLevel) / 6);

/**
 * Puts a text together.
 *
 * @param options Tokens, and what is to be done when one is pointed at.
 * @returns The text, without tints.
 */
export function attendedText({ tokens, onToken, title }: AttendedTextOptions): AttendedText {
  const element = make("div", "flow");
  const chips = tokens.map((token, position) => {
    const chip = make("span", "token", token);
    chip.dir = "auto";
    chip.addEventListener("pointerenter", () => {
      onToken(position);
      // Not for all tokens at every move: only one tooltip is ever read.
      chip.title = title(position);
    });
    element.append(chip, token.endsWith("↵") ? make("br", "") : "");
    return chip;
  });
  // What each token was tinted by: touching a thousand of them takes longer than a frame.
  const [before, queries]: [Int16Array, boolean[]] = [new Int16Array(chips.length).fill(-1), []];
  let colours: Uint8Array;
  return {
    element,
    chips,
    fresh(fresh) {
      colours = fresh;
      before.fill(-2);
    },
    tint(entries, isQuery) {
      chips.forEach((chip, i) => {
        const now = entries ? coarse(entries(i)) : -1;
        if (now !== before[i]) {
          const colour = now < 0 ? undefined : entry(colours, now);
          chip.style.backgroundColor = colour ? css(colour) : "";
          chip.style.color = colour ? css(inkOn(colour)) : "";
          before[i] = now;
        }
        const query = isQuery?.(i) ?? false;
        if (query !== (queries[i] ?? false)) chip.classList.toggle("at", queries[i] = query);
      });
    },
  };
}
