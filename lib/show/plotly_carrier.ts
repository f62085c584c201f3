/**
 * Which output of a page carries plotly.js: one of them, for all.
 *
 * A view that plotly.js draws has a place for it. The place holds the library, or nothing where another output of the page
 * carries it, or a dash where it was left out on purpose.
 *
 * @module
 */

import { drawable, type Drawing } from "./display.ts";
import { packedPlotly } from "./plotly.ts";

const begin = '<script type="application/gzip">', end = "</script>";
/** Every place and what is in it; what is packed is base64, and nothing else in a page has this type. */
const places = /<script type="application\/gzip">([\w+/=-]*)<\/script>/g;
/** What says that it was left out. */
const leftOut = "-";

/**
 * Makes the place of a view.
 *
 * @param packed The library, packed, or nothing.
 * @returns HTML for the inside of a document.
 */
export function plotlyPlace(packed: string): string {
  return `${begin}${packed}${end}`;
}

/** The title of the view that carries it for this process. */
let carrier: string | undefined;

/**
 * Says whether a view that is being shown carries the library: the first one does, and every later one of the same title,
 * which is the same cell run again as far as can be told from here.
 *
 * @param title The title of the view.
 * @returns Whether it does; the others find it in the page.
 */
export function carriesPlotly(title: string): boolean {
  carrier ??= title;
  return carrier === title;
}

/**
 * Draws what goes into a page of its own, which leaves open who carries the library for the pages of others.
 *
 * @param draw What draws it.
 * @returns What that gave.
 */
export async function apartFromOutputs<T>(draw: () => Promise<T>): Promise<T> {
  const before = carrier;
  carrier = undefined;
  try {
    return await draw();
  } finally {
    carrier = before;
  }
}

/**
 * Leaves the library in the first place that holds it.
 *
 * @param html A page, or a part of one.
 * @returns The page, with one copy at most.
 */
export function plotlyOnce(html: string): string {
  let found = false;
  return html.replace(places, (whole, packed: string) => {
    if (packed.length <= 1) return whole;
    if (found) return plotlyPlace("");
    found = true;
    return whole;
  });
}

/**
 * Puts the library into a page that stands alone, if one of its views asks for it.
 *
 * @param html The page.
 * @returns The page, with one copy, or none where nothing asks.
 */
export async function carryPlotly(html: string): Promise<string> {
  const all = [...html.matchAll(places)].map(([, packed]) => packed!);
  if (all.some((packed) => packed.length > 1)) return plotlyOnce(html);
  if (!all.includes("")) return html;
  // A function, as a replacement that is text may hold signs of its own.
  const packed = await packedPlotly();
  return html.replace(plotlyPlace(""), () => plotlyPlace(packed));
}

/**
 * Leaves the library out of a drawing.
 *
 * @param drawing Any drawing.
 * @returns The same drawing, or one whose views draw themselves without it.
 */
export function withoutPlotly(drawing: Drawing): Drawing {
  if (!("text/html" in drawing)) return drawing;
  const html = drawing["text/html"].replace(places, plotlyPlace(leftOut));
  if (html === drawing["text/html"]) return drawing;
  return drawable({ "text/html": html, "text/plain": drawing["text/plain"] });
}
