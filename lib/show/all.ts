/**
 * Several values drawn as one.
 *
 * @module
 */

import { quiet } from "./document.ts";
import { cutDrawings } from "./drawn_rows.ts";
import { shares } from "./shares.ts";
import { outputRoom, redrawn } from "./show_within.ts";
import {
  display,
  type Displayable,
  type Document,
  drawable,
  type Drawing,
  type DrawnDocument,
  isDisplayable,
} from "./display.ts";
import { plotlyOnce } from "./plotly_carrier.ts";
import { partsOf, wholeOf } from "./show_for.ts";
import { escapeHtml } from "./escape.ts";

/** A list that draws itself. */
export interface DrawnList extends Displayable {
  /** Draws the values one below the other. */
  [display](): Promise<Document>;
}

/**
 * Draws one value: by its own method, after awaiting it, or by inspecting it.
 *
 * @param value Anything, or a promise of it.
 * @returns Its drawing; only text where it has no method of its own.
 */
export async function drawingOf(
  value: unknown,
): Promise<Drawing | { readonly "text/plain": string }> {
  const settled = await value;
  if (isDisplayable(settled)) return wholeOf(await settled[display]());
  return {
    "text/plain": typeof settled === "string"
      ? settled
      : Deno.inspect(settled, { colors: false, depth: 4 }),
  };
}

/** How broad a chart's picture is shown: it has two dots a pixel, so that charts of one list have letters of one size. */
function widthOf(picture: string): string {
  const head = Uint8Array.fromBase64(picture.slice(0, 32));
  if (head.length < 20) return "";
  return ` width="${Math.round(new DataView(head.buffer).getUint32(16) / 2)}"`;
}

/** A dark page turns a chart's white paper round; hues stay. As a style, so that it follows the page's theme, and goes where styles go. */
const turned = ((): string => {
  const picture = ".chart-of-innerworks{filter:invert(.93) hue-rotate(180deg)}";
  return `<style>[data-jp-theme-light=false] ${picture}[data-vscode-theme-kind$=dark] ${picture}` +
    `@media(prefers-color-scheme:dark){body:not([data-jp-theme-light],[data-vscode-theme-kind]) ${picture}}` +
    "@media print{.chart-of-innerworks{filter:none!important}}</style>";
})();

/** A drawing as a part of a page. */
export function partHtml(drawing: Drawing | { readonly "text/plain": string }): string {
  if ("text/html" in drawing) return drawing["text/html"];
  const text = escapeHtml(drawing["text/plain"]);
  if ("image/png" in drawing) {
    const picture = drawing["image/png"];
    return `${turned}<img class="chart-of-innerworks" alt="${text}"${
      widthOf(picture)
    } style="max-width:100%;height:auto" src="data:image/png;base64,${picture}">`;
  }
  // Without colours of its own: text that is only text looks as the notebook's does.
  return `<pre>${text}</pre>`;
}

type Part = Drawing | { readonly "text/plain": string };

/** Drawings as one document, of which each remains one, within the bytes of an output. */
export function together(
  parts: readonly Part[],
  compose: (parts: readonly Part[]) => { readonly html: string; readonly texts: readonly string[] },
): DrawnDocument {
  const draw = (room: number): DrawnDocument => {
    const { parts: shown, less } = shares(parts, room), { html, texts } = compose(shown);
    const said = less ? `<p style="${quiet}">${escapeHtml(less)}</p>` : "";
    const whole = drawable({
      "text/html": said + plotlyOnce(html),
      "text/plain": [...less ? [less] : [], ...texts].join("\n\n"),
    });
    // What is saved is of all.
    partsOf.set(whole, parts);
    if (shown.some((part, i) => part !== parts[i])) cutDrawings.add(whole);
    return redrawn(whole, draw);
  };
  return draw(outputRoom());
}

/**
 * Draws several values one below the other, as the last value of a cell.
 *
 * @param values Values that draw themselves, promises of them, or anything else, which is inspected.
 * @returns A list that draws itself.
 *
 * @example
 * ```ts
 * import { all, display, table } from "@innerworks/innerworks";
 * const drawing = await all([table({ title: "One", columns: [], rows: [] }), 2])[display]();
 * if (!drawing["text/plain"].includes("2")) throw new Error("the second value is missing");
 * ```
 */
export function all(values: readonly unknown[]): DrawnList {
  return {
    async [display](): Promise<Document> {
      const parts = await Promise.all(values.map(drawingOf));
      return together(parts, (shown) => ({
        html: shown.map((part) => `<div>${partHtml(part)}</div>`).join(""),
        texts: shown.map((part) => part["text/plain"]),
      }))[display]();
    },
  };
}
