/**
 * The labels of the axes of a picture.
 *
 * @module
 */

import type { ShownToken } from "./display.ts";
import { escapeHtml } from "./escape.ts";
import { roundStep } from "./round_step.ts";
import { tokenText } from "./token_text.ts";

/** One axis of a picture: what it counts, and what each place on it is called. */
export interface Axis {
  /** What it counts, such as "layer" or "key". */
  readonly name: string;
  /** What each place is called: words, or the tokens that stand there. */
  readonly labels: readonly string[] | readonly ShownToken[];
}

/**
 * Writes the labels of an axis as text.
 *
 * @param labels Words or tokens.
 * @returns One text each, without line breaks; tokens have their position before them.
 */
export function labelTexts(labels: readonly (string | ShownToken)[]): string[] {
  return labels.map((label, i) =>
    typeof label === "string" ? label.replace(/\s+/g, " ") : `${i} ${tokenText(label)}`
  );
}

const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
const lineHeight = 13;

/**
 * Draws a label so that its direction changes nothing around it.
 *
 * @param text The label.
 * @returns HTML.
 */
export function labelHtml(text: string): string {
  // A position stays on one line with its token.
  const kept = escapeHtml(text).replace(/^(\d+) /, "$1\u00a0");
  return `<span dir="ltr" style="white-space:pre-wrap">${kept}</span>`;
}

/** A label of at most so many characters. */
const short = (text: string, most: number): string => {
  const characters = [...text];
  return characters.length > most ? characters.slice(0, most - 1).join("") + "…" : text;
};

/**
 * Draws the labels to the left of a picture, as many as there is room for.
 *
 * @param texts The labels from top to bottom.
 * @param cell The height of a row in pixels.
 * @returns HTML as high as the picture.
 */
export function leftLabels(texts: readonly string[], cell: number): string {
  const every = roundStep(lineHeight / cell);
  const lines: string[] = [];
  for (let i = 0; i < texts.length; i += every) {
    const height = Math.min(every, texts.length - i) * cell;
    lines.push(
      `<div dir="ltr" style="${ink};height:${height}px;line-height:${
        every === 1 ? height : lineHeight
      }px;overflow:hidden;white-space:pre;text-align:right;font-family:monospace;font-size:11px;padding:0 6px 0 0">${
        height >= lineHeight ? escapeHtml(short(texts[i]!, 22)) : ""
      }</div>`,
    );
  }
  return lines.join("");
}

/** About how wide the labels to the left of a picture are, in pixels. */
export const leftWidth = (texts: readonly string[]): number =>
  8 + texts.reduce((most, text) => Math.max(most, Math.min(22, text.length)), 0) * 6.7;

/**
 * Draws the labels over a picture: the labels themselves where they all fit, else numbers, which
 * {@linkcode columnKey} explains.
 *
 * @param texts The labels from left to right.
 * @param cell The width of a column in pixels.
 * @returns HTML as wide as the picture.
 */
export function topLabels(texts: readonly string[], cell: number): string {
  const shown = fits(texts, cell) ? texts : texts.map((_, i) => String(i));
  const widest = Math.max(1, ...shown.map((text) => text.length)) * 7 + 4;
  const every = roundStep(widest / cell);
  const cells: string[] = [];
  for (let i = 0; i < shown.length; i += every) {
    const width = Math.min(every, shown.length - i) * cell;
    cells.push(
      `<div style="${ink};width:${width}px;flex:0 0 ${width}px;overflow:hidden;white-space:pre;text-align:${
        every === 1 ? "center" : "left"
      };font-family:monospace;font-size:11px">${
        width >= widest ? escapeHtml(shown[i]!) : ""
      }</div>`,
    );
  }
  return `<div style="${ink};display:flex">${cells.join("")}</div>`;
}

/** Whether every label fits over its column. */
const fits = (texts: readonly string[], cell: number): boolean =>
  texts.every((text) => [...text].length * 7 + 4 <= Math.max(cell, 18));

/**
 * Says what the numbers over the columns stand for, where the labels did not fit.
 *
 * @param axis The columns.
 * @param texts Their labels.
 * @param cell The width of a column in pixels.
 * @returns HTML, empty where the labels are there.
 */
export function columnKey(axis: Axis, texts: readonly string[], cell: number): string {
  // Where labels are their own numbers, the numbers over the columns are the labels.
  if (fits(texts, cell) || texts.every((text, i) => text === String(i))) return "";
  // Positions may stand before the labels already.
  const tokens = typeof axis.labels[0] === "object" ||
    texts.every((text, i) => text.startsWith(`${i} `));
  const words = texts.map((text, i) => short(tokens ? text : `${i} ${text}`, 30));
  return words.slice(0, 200).map(labelHtml).join("&emsp;") + (words.length > 200 ? " …" : "");
}
