/**
 * Several drawings within the bytes of one output.
 *
 * @module
 */

import type { Drawing } from "./display.ts";
import { bytesOf, counted, drawnSmaller, saidLess } from "./show_within.ts";

type Part = Drawing | { readonly "text/plain": string };

/** The fewest bytes that a part is given: its scripts are some 25,000 of them. */
const least = 60_000;

/** Text of at most so many bytes, with what is said of the rest. */
function shorter(text: string, bytes: number): string {
  const kept = text.slice(0, Math.max(1000, bytes >> 2)).toWellFormed();
  return `${kept}\n… ${
    saidLess(`the first ${counted(kept.length)} of ${counted(text.length)} characters are shown`)
  }`;
}

/** A part in fewer bytes: drawn again, or cut where it is but text. A picture of a chart and a page of points stay. */
function smaller(part: Part, bytes: number): Part {
  const drawn = drawnSmaller(part, bytes);
  if (drawn) return drawn;
  const whole = "text/html" in part || "image/png" in part;
  return whole ? part : { "text/plain": shorter(part["text/plain"], bytes) };
}

/**
 * Shares the bytes of an output: small parts keep all that they have, and the others are drawn again in equal shares of what is
 * left.
 *
 * @param parts The drawings.
 * @param room The bytes.
 * @returns As many drawings, and the sentence that says why they are more bytes nevertheless, if they are.
 */
export function shares(
  parts: readonly Part[],
  room: number,
): { readonly parts: readonly Part[]; readonly less?: string } {
  const sizes = parts.map(bytesOf), all = sizes.reduce((a, b) => a + b, 0);
  if (all <= room) return { parts };
  const shown = [...parts];
  let left = room;
  const order = [...sizes.keys()].sort((a, b) => sizes[a]! - sizes[b]!);
  order.forEach((at, i) => {
    const share = Math.max(least, left / (parts.length - i));
    if (sizes[at]! > share) shown[at] = smaller(parts[at]!, share);
    left -= bytesOf(shown[at]!);
  });
  const size = room - left;
  if (size <= room) return { parts: shown };
  return {
    parts: shown,
    less: `This output has ${
      (size / 1e6).toFixed(1)
    } MB: its ${parts.length} parts cannot be drawn in less`,
  };
}
