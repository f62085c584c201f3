/**
 * Small tables of words, numbers and tokens.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { drawnWithin, saidFirst } from "./show_within.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf } from "./document.ts";
import { fieldOf } from "./drawn_rows.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { givenValue, isShownToken } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import { type Align, textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";
import { tableWidth, wideOnPaper } from "./wide_on_paper.ts";

/** A column of a {@linkcode table}. */
export interface Column {
  /** Its heading. */
  readonly name: string;
  /** The unit of its numbers, in brackets after the heading. */
  readonly unit?: string;
  /** The side its cells line up on; right where its first cell is a number. */
  readonly align?: Align;
}

/** What a cell of a {@linkcode table} holds. */
export type Cell = string | number | ShownToken;

/** What {@linkcode table} draws. */
export interface TableOptions {
  /** What the table is about. */
  readonly title: string;
  /** Its columns, from left to right. */
  readonly columns: readonly Column[];
  /** Its rows, one cell a column. */
  readonly rows: readonly (readonly Cell[])[];
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a row, with `{row}`, its number from 0, in it, for who copies it. */
  readonly code?: Code;
}

const line = "border-bottom:1px solid rgb(226,229,233)";
const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";

/** A heading cell or an ordinary one. */
function cellHtml(tag: "th" | "td", inside: string, align: Align, least = 0): string {
  const scope = tag === "th" ? ' scope="col"' : "";
  const weight = (tag === "th" ? ";font-weight:bold" : "") +
    (least > 0 ? `;min-width:${least}px` : "");
  return `<${tag}${scope} class="${align}" style="${ink};${line};padding:3px 10px 3px 4px;text-align:${align};vertical-align:baseline${weight}">${inside}</${tag}>`;
}

/**
 * Writes a table as HTML; the cells are HTML already.
 *
 * @param columns Headings, already escaped, with their sides, and the least width in pixels of one that holds many words: on a
 * narrow page its table scrolls, where it would have half a word in a line.
 * @param rows The cells of each row.
 * @returns A table that reads without scripts.
 */
export function tableHtml(
  columns: readonly { readonly heading: string; readonly align: Align; readonly least?: number }[],
  rows: readonly (readonly string[])[],
): string {
  const head = columns.map(({ heading, align, least }) => cellHtml("th", heading, align, least))
    .join("");
  const body = rows.map((row) =>
    `<tr>${row.map((cell, i) => cellHtml("td", cell, columns[i]?.align ?? "left")).join("")}</tr>`
  ).join("");
  const style = `border-collapse:collapse;${ink};font-size:13px;margin:4px 0`;
  const width = tableWidth(columns.map(({ heading }) => heading), rows);
  return `<table${
    wideOnPaper("", style, width)
  }><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const cellText = (cell: Cell): string =>
  typeof cell === "number"
    ? formatNumber(cell)
    : typeof cell === "string"
    ? cell.replace(/\s+/g, " ")
    : tokenText(cell);

const cellBody = (cell: Cell): string =>
  typeof cell === "object" ? tokenHtml(cell) : escapeHtml(cellText(cell));

/** Refuses rows that do not fit the columns, and cells that no column can show. */
function checkRows(columns: readonly Column[], rows: readonly (readonly unknown[])[]): void {
  const what = "Cannot draw a table as";
  if (!Array.isArray(rows)) {
    throw new TypeError(`${what} rows must be a list: current value is ${givenValue(rows)}`);
  }
  rows.forEach((row: unknown, at) => {
    if (!Array.isArray(row)) {
      throw new TypeError(`${what} row ${at} must be a list of cells: it is ${givenValue(row)}`);
    }
    if (row.length !== columns.length) {
      throw new RangeError(
        `${what} each row must have one cell a column: row ${at} has ${row.length} for ${columns.length}`,
      );
    }
    // No callback: it would pass by the holes of a list.
    for (const [i, { name }] of columns.entries()) {
      const cell: unknown = row[i];
      if (typeof cell === "string" || typeof cell === "number" || isShownToken(cell)) continue;
      throw new TypeError(
        `${what} a cell must be text, a number or a token: in row ${at}, column ${
          JSON.stringify(name)
        }, it is ${givenValue(cell)}`,
      );
    }
  });
}

/**
 * Draws a small table.
 *
 * @param options Title, columns, rows and caption.
 * @returns A document.
 * @throws {RangeError} If a row has not as many cells as there are columns.
 * @throws {TypeError} If an option or the side of a column is not known, or a cell is no text, number or token.
 *
 * @example
 * ```ts
 * import { table } from "@innerworks/innerworks";
 * const sizes = table({
 *   title: "Sizes",
 *   columns: [{ name: "name" }, { name: "size", unit: "MB" }],
 *   rows: [["seedling", 7.5]],
 * });
 * if (!sizes["text/plain"].includes("7.50")) throw new Error("the number is missing");
 * ```
 */
export function table(options: TableOptions): DrawnDocument {
  refuseUnknownOptions("draw a table", options, ["title", "columns", "rows", "caption", "code"]);
  refuseMissingOptions("draw a table", options, ["title", "columns", "rows"]);
  const { columns, rows } = options;
  columns.forEach((column, i) => {
    const what = `draw column ${i} of a table`;
    refuseUnknownOptions(what, column, ["name", "unit", "align"]);
    refuseUnknownWord(what, "align", column.align, ["left", "right"]);
  });
  checkRows(columns, rows);
  return drawnWithin({
    count: rows.length,
    draw: (shown) => drawTable(options, shown),
  });
}

/** Draws the first rows. */
function drawTable(
  { title, columns, rows, caption, code }: TableOptions,
  shown: number,
): DrawnDocument {
  const some = rows.slice(0, shown);
  const sides = columns.map(({ align }, i): Align =>
    align ?? (typeof rows[0]?.[i] === "number" ? "right" : "left")
  );
  const names = columns.map(({ name, unit }) => unit ? `${name} (${unit})` : name);
  return documentOf({
    title,
    caption,
    less: saidFirst(shown, rows.length, "rows"),
    rows: { columns: names, fields: () => rows.map((row) => row.map(fieldOf)) },
    code,
    payload: { kind: "table" },
    body: tableHtml(
      names.map((name, i) => ({ heading: escapeHtml(name), align: sides[i]! })),
      some.map((row) => row.map(cellBody)),
    ),
    text: textTable([names, ...some.map((row) => row.map(cellText))], sides),
  });
}
