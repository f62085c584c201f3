/**
 * Heat maps: a grid of values as a picture that is also the data.
 *
 * @module
 */

import { type Axis, columnKey, labelHtml, labelTexts, leftLabels, topLabels } from "./axis.ts";
import { leastMarked, type MarkedCells } from "./cell_marks.ts";
import { pictureHtml } from "./cell_picture.ts";
import type { Code } from "./code_at.ts";
import type { Scale } from "./colour.ts";
import type { DrawnDocument } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { gridRows } from "./drawn_rows.ts";
import { escapeHtml } from "./escape.ts";
import { farValue } from "./far_value.ts";
import { greatestCells, saidListed } from "./greatest_cells.ts";
import { formatNumber } from "./format_number.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import { givenValue, refuseUnlessLabels, refuseUnlessNumbers } from "./given_value.ts";
import { legendHtml, type NamedValue, ticksHtml } from "./legend.ts";
import { type Blocks, fewerCells, poolCells, saidBlocks, type Shrunk } from "./pool_cells.ts";
import { shrunkWithin } from "./show_within.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { toIndices, type Transform, valueScale } from "./value_scale.ts";
import { gridOnPaper } from "./wide_on_paper.ts";

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
  /** Values with a name, whose colours the legend shows too, such as what a run without edits gives. */
  readonly ticks?: readonly NamedValue[];
  /** What else is said of each cell where it is pointed at and listed, such as an interval. */
  readonly notes?: readonly CellNotes[];
  /** Cells with a dot, and what it means. */
  readonly marked?: MarkedCells;
  /** The heading; rows by columns if left out. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a cell, with `{row}` and `{column}`, their numbers from 0, in it, for who copies it. */
  readonly code?: Code;
}

/** Something said of each cell of a {@linkcode heatMap}. */
export interface CellNotes {
  /** What is said, such as "95% interval". */
  readonly name: string;
  /** It, one text a cell, row by row. */
  readonly texts: readonly string[];
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
  "ticks",
  "notes",
  "marked",
  "title",
  "caption",
  "code",
];

/** How many of the greatest cells are listed. */
const listed = 20;
/** The most cells of which all values are listed as well. */
const fewCells = 400;
/** The most cells of which the notes are there to be pointed at, and then the values too. */
const notedCells = 4000;
/** The most cells of which all values are open to see without scripts. */
const openCells = 64;

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
  const { values, rows, columns } = options;
  const [height, width] = [rows.labels.length, columns.labels.length];
  if (values.length !== height * width) {
    throw new RangeError(
      `Cannot draw a heat map as it must have rows × columns values: current value is ${values.length} values for ${height} × ${width}`,
    );
  }
  return shrunkWithin({
    first: { blocks: [1, 1], most: Infinity } as Shrunk,
    next: (shrunk, over) => fewerCells(options, shrunk, over),
    draw: ({ blocks, most }) => drawGrid(options, blocks, most),
  });
}

/** Draws a grid of which so many cells are one, and lists the greatest of all its cells. */
function drawGrid(options: HeatMapOptions, blocks: Blocks, most: number): DrawnDocument {
  const view = blocks.some((by) => by > 1) ? poolCells(options, blocks) : options;
  const less = saidBlocks(options, blocks, most);
  const { values, rows, columns, label, unit, caption } = options;
  const [height, width] = [rows.labels.length, columns.labels.length];
  const title = options.title ?? `${label} by ${rows.name} and ${columns.name}`;
  const by = valueScale(values, options);
  const indices = toIndices(view.values, by);
  const [rowTexts, columnTexts] = [labelTexts(rows.labels), labelTexts(columns.labels)];
  const [shownRows, shownColumns] = [labelTexts(view.rows.labels), labelTexts(view.columns.labels)];
  const cell = Math.max(
    1,
    Math.min(28, Math.floor(640 / shownColumns.length), Math.floor(560 / shownRows.length)),
  );
  const best = values.length === 0 ? [] : greatestCells(values, Math.min(listed, values.length));
  const { notes = [], ticks = [], marked } = options,
    dots = marked !== undefined && cell >= leastMarked;
  const measured = unit ? `${label} (${unit})` : label;
  const names = [rows.name, columns.name, measured, ...notes.map(({ name }) => name)];
  const list = best.map((i) => [
    rowTexts[Math.floor(i / width)]!,
    columnTexts[i % width]!,
    formatNumber(values[i]!) + (marked?.cells[i] ? " ▪" : ""),
    ...notes.map(({ texts }) => texts[i]!),
  ]);
  const shape = `${height} × ${width} cells (${rows.name} × ${columns.name})`;
  const headings = names.map((name, i) => ({
    heading: escapeHtml(name),
    align: i === 2 ? "right" as const : "left" as const,
  }));
  const alone = options.domain ? "" : farValue(values);
  const meaning = marked ? `▪ ${marked.label.replace(/\s+/g, " ")}` : "";
  const top = list[0];
  const alternative = `${title}: ${shape}` +
    (top ? `; greatest ${top[2]} at ${rows.name} ${top[0]}, ${columns.name} ${top[1]}` : "");
  const key = columnKey(view.columns, shownColumns, cell);
  const paper = "background-color:rgb(255,255,255);color:rgb(26,28,31)";
  const picture = values.length === 0
    ? `<p style="${quiet}">No values</p>`
    : `<p class="axes" style="${quiet};margin:0 0 4px 0">rows: ${escapeHtml(rows.name)}; columns: ${
      escapeHtml(columns.name)
    }</p><div${gridOnPaper("grid", shownRows, cell * shownColumns.length)}>` +
      `<div style="${paper};padding:17px 0 0 0">${leftLabels(shownRows, cell)}</div>` +
      `<div style="${paper}">${topLabels(shownColumns, cell)}${
        pictureHtml({
          indices,
          columns: shownColumns.length,
          cell,
          by,
          alternative,
          most,
          marked: view.marked?.cells,
        })
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
    code: view.code,
    less,
    rows: gridRows(values, [rows, columns], measured),
    payload: {
      kind: "heatMap",
      by,
      label: measured,
      rowName: rows.name,
      rows: shownRows,
      columnName: columns.name,
      columns: shownColumns,
      ...(view.values.length <= (notes.length > 0 ? notedCells : fewCells)
        ? {
          values: Array.from(view.values, (value) => Number(value.toPrecision(7))),
          notes: view.notes ?? [],
        }
        : {}),
      ...(view.marked && { marked: view.marked.cells.flatMap((on, i) => on ? [i] : []) }),
    },
    body: picture +
      legendHtml({ ...by, infinite: options.domain === undefined }, label, unit, indices) +
      ticksHtml(by, ticks) +
      (alone ? `<p class="note" style="${quiet};margin:4px 0">${alone}</p>` : "") +
      (dots ? `<p class="dots" style="${quiet};margin:4px 0">${escapeHtml(meaning)}</p>` : "") +
      details(
        "Greatest values",
        values.length > openCells,
        tableHtml(headings, list.map((row) => row.map(labelHtml))),
      ) +
      all,
    text: `${shape}, ${measured}, greatest first${saidListed(values.length, listed)}\n` +
      textTable([names, ...list], ["left", "left", "right"]) +
      [...ticks.map(({ label, value }) => `${label} ${formatNumber(value)}`), meaning, alone]
        .map((line) => line && `\n${line}`).join(""),
  });
}

/** Refuses what a compiler would. */
function checkOptions(options: HeatMapOptions): void {
  const what = "draw a heat map";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["values", "rows", "columns", "label"]);
  refuseUnknownWord(what, "scale", options.scale, ["sequential", "diverging"]);
  refuseUnknownWord(what, "transform", options.transform, ["linear", "sqrt"]);
  for (const side of ["rows", "columns"] as const) {
    const { [side]: axis } = options;
    refuseUnknownOptions(`draw the ${side} of a heat map`, axis, ["name", "labels"]);
    refuseUnlessLabels(`draw the ${side} of a heat map`, axis.labels, { tokens: true });
  }
  refuseUnlessNumbers(what, "values", options.values);
  const { domain, notes = [], marked, values } = options;
  for (const { name, texts } of notes) {
    refuseOddCount(`notes ${JSON.stringify(name)}`, texts, values);
  }
  if (marked) refuseOddCount("marked cells", marked.cells, values);
  if (domain === undefined) return;
  refuseUnlessNumbers(what, "domain", domain);
  if (domain.length === 2 && !(domain[0] > domain[1])) return;
  throw new RangeError(
    `Cannot draw a heat map as domain must be two numbers, the lower first: current value is [${
      Array.from<number>(domain).join(", ")
    }]`,
  );
}

/** Refuses what is not said of each cell once. */
function refuseOddCount(name: string, list: readonly unknown[], values: ArrayLike<number>): void {
  if (Array.isArray(list) && list.length === values.length) return;
  throw new RangeError(
    `Cannot draw a heat map as ${name} must be as many as the values, ${values.length}: current value is ${
      Array.isArray(list) ? list.length : givenValue(list)
    }`,
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
