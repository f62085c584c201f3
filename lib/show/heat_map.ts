/**
 * Heat maps: a grid of values as a picture that is also the data.
 *
 * @module
 */

import { type Axis, columnKey, labelHtml, labelTexts, leftLabels, topLabels } from "./axis.ts";
import { palette, type Scale } from "./colour.ts";
import type { DrawnDocument } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import { refuseUnlessLabels, refuseUnlessNumbers } from "./given_value.ts";
import { legendHtml } from "./legend.ts";
import { enlarge, indexedPng } from "./png.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { toIndices, type Transform, type ValueScale, valueScale } from "./value_scale.ts";

/** What {@linkcode heatMap} draws. */
export interface HeatMapOptions {
  /** The values, row by row. */
  readonly values: ArrayLike<number>;
  /** What stands from top to bottom. */
  readonly rows: Axis;
  /** What stands from left to right. */
  readonly columns: Axis;
  /** What the values are. */
  readonly label: string;
  /** Their unit. */
  readonly unit?: string;
  /** Sequential or diverging; diverging if left out and a value is negative. */
  readonly scale?: Scale;
  /** How colour grows with a value; linear if left out. */
  readonly transform?: Transform;
  /** The values at both ends of the scale; if left out, the values say. What lies outside has a colour of its own. */
  readonly domain?: readonly [low: number, high: number];
  /** The heading; rows by columns if left out. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode HeatMapOptions} may hold. */
const known = [
  "values",
  "rows",
  "columns",
  "label",
  "unit",
  "scale",
  "transform",
  "domain",
  "title",
  "caption",
];

/** How many of the greatest cells are listed. */
const listed = 10;
/** The most cells of which all values are listed as well. */
const fewCells = 400;
/** The most cells of which all values are open to see without scripts. */
const openCells = 64;

/**
 * Finds the cells of greatest size.
 *
 * @param values The values.
 * @param count How many to find.
 * @returns Their places, the greatest first; undefined ones last.
 */
export function greatestCells(values: ArrayLike<number>, count: number): number[] {
  const size = (i: number): number => Number.isNaN(values[i]!) ? -1 : Math.abs(values[i]!);
  const best: number[] = [];
  let least = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && size(i) <= least) continue;
    best.push(i);
    best.sort((a, b) => size(b) - size(a) || a - b);
    if (best.length > count) best.pop();
    if (best.length === count) least = size(best.at(-1)!);
  }
  return best;
}

/**
 * Draws the picture of a grid as an element: an indexed PNG with cells of whole pixels.
 *
 * @param indices The palette entries, row by row.
 * @param columns How many columns there are.
 * @param cell The side of a cell in pixels.
 * @param by The scale.
 * @param alternative What the picture shows, for who does not see it.
 * @param stored The side of a cell in the file; less than `cell` saves space, and a sanitised page blurs it.
 * @returns HTML.
 */
export function pictureHtml(
  indices: Uint8Array,
  columns: number,
  cell: number,
  by: ValueScale,
  alternative: string,
  stored: number = cell,
): string {
  const rows = indices.length / columns;
  const [width, height] = [columns * cell, rows * cell];
  const png = indexedPng({
    width: columns * stored,
    height: rows * stored,
    indices: enlarge(indices, columns, stored, stored),
    palette: palette(by.scale),
  });
  return `<img class="picture" alt="${
    escapeHtml(alternative)
  }" width="${width}" height="${height}" style="width:${width}px;height:${height}px;max-width:none;image-rendering:pixelated;margin:0;border:1px solid rgb(208,212,218)" src="data:image/png;base64,${png.toBase64()}">`;
}

/**
 * Draws a grid of values as colours. Zero is the colour of the page, NaN and what lies outside the domain have colours
 * of their own, and the legend says which colour is which value.
 *
 * @param options Values, axes, label and scale.
 * @returns A document; its text lists the cells of greatest size.
 * @throws {RangeError} If there are not as many values as rows × columns, or the ends of the domain are the wrong way
 * round.
 * @throws {TypeError} If an option or a word among them is not known, or the values are no flat list of numbers.
 *
 * @example
 * ```ts
 * import { heatMap } from "@innerworks/innerworks";
 * const map = heatMap({
 *   values: [0.1, -0.4, 0, 0.9],
 *   rows: { name: "layer", labels: ["0", "1"] },
 *   columns: { name: "head", labels: ["0", "1"] },
 *   label: "effect",
 *   unit: "logit",
 * });
 * if (!map["text/plain"].includes("0.900")) throw new Error("the greatest cell is missing");
 * ```
 */
export function heatMap(options: HeatMapOptions): DrawnDocument {
  checkOptions(options);
  const { values, rows, columns, label, unit, caption } = options;
  const [height, width] = [rows.labels.length, columns.labels.length];
  if (values.length !== height * width) {
    throw new RangeError(
      `Cannot draw a heat map as it must have rows × columns values: current value is ${values.length} values for ${height} × ${width}`,
    );
  }
  const title = options.title ?? `${label} by ${rows.name} and ${columns.name}`;
  const by = valueScale(values, options);
  const indices = toIndices(values, by);
  const [rowTexts, columnTexts] = [labelTexts(rows.labels), labelTexts(columns.labels)];
  const cell = Math.max(1, Math.min(28, Math.floor(640 / width), Math.floor(560 / height)));
  const best = values.length === 0 ? [] : greatestCells(values, Math.min(listed, values.length));
  const names = [rows.name, columns.name, unit ? `${label} (${unit})` : label];
  const list = best.map((i) => [
    rowTexts[Math.floor(i / width)]!,
    columnTexts[i % width]!,
    formatNumber(values[i]!),
  ]);
  const shape = `${height} × ${width} cells (${rows.name} × ${columns.name})`;
  const headings = names.map((name, i) => ({
    heading: escapeHtml(name),
    align: i === 2 ? "right" as const : "left" as const,
  }));
  const top = list[0];
  const alternative = `${title}: ${shape}` +
    (top ? `; greatest ${top[2]} at ${rows.name} ${top[0]}, ${columns.name} ${top[1]}` : "");
  const key = columnKey(columns, columnTexts, cell);
  const paper = "background-color:rgb(255,255,255);color:rgb(26,28,31)";
  const picture = values.length === 0
    ? `<p style="${quiet}">No values</p>`
    : `<p class="axes" style="${quiet};margin:0 0 4px 0">rows: ${escapeHtml(rows.name)}; columns: ${
      escapeHtml(columns.name)
    }</p><div class="grid" style="${paper};display:flex">` +
      `<div style="${paper};padding:17px 0 0 0">${leftLabels(rowTexts, cell)}</div>` +
      `<div style="${paper}">${topLabels(columnTexts, cell)}${
        pictureHtml(indices, width, cell, by, alternative)
      }</div></div>` +
      (key
        ? `<p class="key" style="${quiet};margin:4px 0">${escapeHtml(columns.name)}: ${key}</p>`
        : "");
  const all = values.length > listed && values.length <= fewCells
    ? details("All values", values.length <= openCells, allValues(options, rowTexts, columnTexts))
    : "";
  return documentOf({
    title,
    caption,
    payload: {
      kind: "heatMap",
      by,
      label: names[2]!,
      rowName: rows.name,
      rows: rowTexts,
      columnName: columns.name,
      columns: columnTexts,
      ...(values.length <= fewCells
        ? { values: Array.from(values, (value) => Number(value.toPrecision(7))) }
        : {}),
    },
    body: picture + legendHtml(by, label, unit, indices) +
      details(
        "Greatest values",
        values.length > openCells,
        tableHtml(headings, list.map((row) => row.map(labelHtml))),
      ) +
      all,
    text: `${shape}, ${label}${unit ? ` (${unit})` : ""}, greatest first\n` +
      textTable([names, ...list], ["left", "left", "right"]),
  });
}

/** Refuses what a compiler would. */
function checkOptions(options: HeatMapOptions): void {
  const what = "draw a heat map";
  refuseUnknownOptions(what, options, known);
  refuseUnknownWord(what, "scale", options.scale, ["sequential", "diverging"]);
  refuseUnknownWord(what, "transform", options.transform, ["linear", "sqrt"]);
  for (const side of ["rows", "columns"] as const) {
    const { [side]: axis } = options;
    refuseUnknownOptions(`draw the ${side} of a heat map`, axis, ["name", "labels"]);
    refuseUnlessLabels(`draw the ${side} of a heat map`, axis.labels, { tokens: true });
  }
  refuseUnlessNumbers(what, "values", options.values);
  const { domain } = options;
  if (domain === undefined) return;
  refuseUnlessNumbers(what, "domain", domain);
  if (domain.length === 2 && !(domain[0] > domain[1])) return;
  throw new RangeError(
    `Cannot draw a heat map as domain must be two numbers, the lower first: current value is [${
      Array.from<number>(domain).join(", ")
    }]`,
  );
}

const details = (summary: string, open: boolean, inside: string): string =>
  `<details class="data"${
    open ? " open" : ""
  } style="color:rgb(26,28,31);background-color:rgb(255,255,255)"><summary style="${quiet};line-height:24px">${summary}</summary>${inside}</details>`;

/** Every value as a table. */
function allValues(
  { values, columns }: HeatMapOptions,
  rowTexts: readonly string[],
  columnTexts: readonly string[],
): string {
  const width = columns.labels.length;
  return tableHtml(
    ["", ...columnTexts].map((text, i) => ({
      heading: escapeHtml(text),
      align: i === 0 ? "left" as const : "right" as const,
    })),
    rowTexts.map((text, row) => [
      escapeHtml(text),
      ...columnTexts.map((_, column) => formatNumber(values[row * width + column]!)),
    ]),
  );
}
