/**
 * Text in a drawing of fixed size: how broad it is, how it is broken into lines, and how it is written.
 *
 * @module
 */

import { escapeHtml } from "./escape.ts";
import type { EdgeLine, TextRun } from "./static_layer.ts";
import { textWidth } from "./text_width.ts";

/** Pixels from one line to the next. */
export const lineHeight = 19;
/** Pixels of the letters. */
export const letterSize = 12;

/** What a chip takes besides its text. */
const chipEdge = 6;

/** How broad a text is: the drawing holds it to that. */
export function measure(text: string): number {
  return textWidth(text, letterSize);
}

/** How broad a run is, with its chip and the swatch before it. */
export function runWidth({ text, background, line }: TextRun): number {
  return measure(text) + (background ? chipEdge : 0) + swatchWidth(line);
}

/** What a line on the left takes: it is a swatch, apart from what stands before and behind it. */
const swatchWidth = (line: EdgeLine | undefined): number =>
  line?.edge === "left" ? swatchGap + line.width + 5 : 0;
const swatchGap = 8;

/** Text in pieces that fit, letter by letter; for what has no place to be broken at. */
function chunks(text: string, room: number): string[] {
  if (measure(text) <= room) return [text];
  const made = [""];
  for (const letter of text) {
    if (made.at(-1) !== "" && measure(made.at(-1)! + letter) > room) made.push("");
    made[made.length - 1] += letter;
  }
  return made;
}

/** What stays together: words, and those that a space holds together which does not break. */
const words = /[^\S\u00a0]*[\S\u00a0]+[^\S\u00a0]*|[^\S\u00a0]+/g;

/** A run in pieces that stay whole: a chip, or the words of text. */
function piecesOf(run: TextRun, room: number): TextRun[] {
  const { line, ...rest } = run, space = room - runWidth({ ...run, text: "" });
  const pieces = run.background ? [run.text] : run.text.match(words) ?? [];
  return pieces.flatMap((word) => chunks(word, space))
    // A swatch stands before the first.
    .map((text, i) => ({
      ...rest,
      text,
      ...line && (i === 0 || line.edge !== "left") && { line },
    }));
}

/**
 * Breaks runs into lines; nothing is left out.
 *
 * @param runs The runs of one line.
 * @param room How broad a line may be, in pixels.
 * @returns The lines, at least one.
 */
export function linesOf(runs: readonly TextRun[], room: number): TextRun[][] {
  const lines: TextRun[][] = [[]];
  let used = 0;
  for (const piece of runs.flatMap((run) => piecesOf(run, room))) {
    const broad = runWidth(piece);
    if (used > 0 && used + broad > room) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(piece);
    used += broad;
  }
  return lines;
}

const legible = (text: string): string =>
  text.toWellFormed().replace(/\p{Cc}|[\ufffe\uffff]/gu, "\ufffd");

/**
 * Writes text at a place, as broad as it was measured.
 *
 * @param run The text, and the whole of it where that is more; what XML cannot hold is replaced.
 * @param x Where it begins.
 * @param y Its base line.
 * @returns An element.
 */
export function word(
  run: TextRun & { readonly whole?: string },
  x: number,
  y: number,
): string {
  const text = legible(run.text);
  const broad = measure(text);
  const box = run.background
    ? `<rect x="${x - 2}" y="${y - 13}" width="${
      broad + 4
    }" height="17" fill="${run.background}" stroke="#d0d4da"/>`
    : "";
  const { whole = run.text } = run;
  const more = whole === run.text ? "" : `<title>${escapeHtml(legible(whole))}</title>`;
  // Letters that are joined would be drawn apart.
  const held = /\p{Script=Arabic}/u.test(text) ? "" : ` textLength="${broad.toFixed(1)}"`;
  const ink = run.colour ?? "#1a1c1f", bold = run.bold ? ` stroke="${ink}" stroke-width="0.5"` : "";
  return `${box}<text xml:space="preserve" x="${x}" y="${y}"${held} fill="${ink}"${bold}>${
    escapeHtml(text)
  }${more}</text>`;
}

/**
 * Writes the runs of a line one after another, with their chips, swatches and lines.
 *
 * @param runs The runs.
 * @param left Where they begin.
 * @param y Their base line.
 * @returns Elements.
 */
export function lineOfText(runs: readonly TextRun[], left: number, y: number): string {
  let made = "", at = left;
  for (const run of runs) {
    const broad = runWidth(run), { line } = run;
    const x = at + (line?.edge === "left" ? swatchGap : 0);
    if (line) made += edge(line, { x, y: y - 13, broad, high: 17 + line.width });
    made += word(run, at + swatchWidth(line) + (run.background ? chipEdge / 2 : 0), y);
    at += broad;
  }
  return made;
}

/**
 * Draws a thick line at an edge of a box.
 *
 * @param line The line.
 * @param box The box.
 * @returns An element.
 */
export function edge(
  { edge, width, colour, dashed }: EdgeLine,
  { x, y, broad, high }: { x: number; y: number; broad: number; high: number },
): string {
  const from = edge === "left"
    ? `${x + width / 2} ${y}v${Math.min(high, 17)}`
    : `${x} ${edge === "top" ? y + width / 2 : y + high - width / 2}h${broad.toFixed(1)}`;
  return `<path d="M${from}" stroke="${colour}" stroke-width="${width}"${
    dashed ? ' stroke-dasharray="4 2"' : ""
  }/>`;
}

/** A label of at most so many pixels; `word` says the whole of it when it is pointed at. */
export function fit(text: string, room: number): { text: string; whole: string } {
  let shown = text;
  while (measure(shown) > room && shown !== "…") shown = [...shown].slice(0, -2).join("") + "…";
  return { text: shown, whole: text };
}
