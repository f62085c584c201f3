/**
 * What is wider than a sheet of paper shrinks on it.
 *
 * @module
 */

import { leftWidth } from "./axis.ts";
import { textWidth } from "./text_width.ts";

/** Pixels between the margins of a sheet of A4, inside the frame of a figure. */
export const sheetWidth = 660;

/** How much wider bold letters are. */
const bold = 1.15;

/** The most rows that are looked at. */
const looked = 1000;

/**
 * Writes the attributes of an element that shrinks on paper until it is as wide as a sheet.
 *
 * @param names Its classes.
 * @param style Its style.
 * @param width How wide it is on a screen, in pixels.
 * @returns `class` and `style`, with a space before.
 */
export function wideOnPaper(names: string, style: string, width: number): string {
  const wide = width > sheetWidth;
  const fit = wide ? `--wide:${Math.floor(100 * sheetWidth / width) / 100};` : "";
  const classes = `${names}${wide ? " wide" : ""}`.trim();
  return `${classes && ` class="${classes}"`} style="${fit}${style}"`;
}

/** The same of a grid with labels to its left. */
export function gridOnPaper(names: string, labels: readonly string[], width: number): string {
  const style = "background-color:rgb(255,255,255);color:rgb(26,28,31);display:flex";
  return wideOnPaper(names, style, leftWidth(labels) + width);
}

/**
 * Estimates how narrow a table can be: lines break between words alone.
 *
 * @param headings The headings, as HTML.
 * @param rows The cells of each row, as HTML.
 * @returns Pixels.
 */
export function tableWidth(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): number {
  const some = rows.slice(0, looked);
  return headings.reduce((sum, heading, column) => {
    const widest = some.reduce(
      (most, row) => Math.max(most, widthOf(row[column] ?? "")),
      bold * widthOf(heading),
    );
    return sum + 14 + widest;
  }, 0);
}

/** How wide the longest word of some HTML is. */
function widthOf(html: string): number {
  const text = html.replace(/<[^>]*>/g, "").replace(/&\w+;/g, "x");
  return text.split(/\s+/).reduce((most, word) => Math.max(most, textWidth(word, 13)), 0);
}
