/**
 * A table in a drawing of fixed size.
 *
 * @module
 */

import type { TableBlock, TextRun } from "./static_layer.ts";
import { edge, lineHeight, lineOfText, linesOf, measure } from "./svg_text.ts";

/** Pixels: the broadest column, what parts two, the broadest table, and the broadest part of one that is broader still. */
const [widestColumn, gap, widestTable, widestPart] = [560, 18, 2400, 1760];

/** A drawn table. */
export interface SvgTable {
  /** Its elements. */
  readonly parts: readonly string[];
  /** How far it reaches to the right. */
  readonly right: number;
  /** Where it ends. */
  readonly bottom: number;
}

type Rows = TableBlock["rows"];

const broadOf = (cell: readonly TextRun[]): number =>
  cell.reduce((sum, { text }) => sum + measure(text), 0);

/** Which columns stand side by side: all, or about as many in each part, and the first before each. */
function partsOf(widths: readonly number[]): number[][] {
  const [first = 0, ...others] = widths.map((broad) => broad + gap);
  const whole = others.reduce((sum, broad) => sum + broad, 0);
  if (first + whole <= widestTable) return [[...widths.keys()]];
  const count = Math.ceil(whole / Math.max(1, widestPart - first));
  const parts = Array.from({ length: count }, () => [0]);
  let used = 0;
  others.forEach((broad, i) => {
    parts[Math.min(count - 1, Math.floor((used + broad / 2) / whole * count))]!.push(i + 1);
    used += broad;
  });
  return parts.filter((columns) => columns.length > 1);
}

/** What is drawn, and how far down it has come. */
class Sheet {
  readonly parts: string[] = [];
  readonly #left: number;
  #y: number;
  #reach = 0;

  constructor(left: number, top: number) {
    [this.#left, this.#y] = [left, top];
  }

  get end(): SvgTable {
    return { parts: this.parts, right: this.#reach, bottom: this.#y + 6 };
  }

  /** Words above a part of the table. */
  say(text: string): void {
    this.#y += lineHeight + 6;
    this.parts.push(lineOfText([{ text, bold: false }], this.#left, this.#y));
  }

  /** Words over all columns. */
  heading(cell: readonly TextRun[]): void {
    for (const line of linesOf(bare(cell, false), widestTable)) {
      this.#y += lineHeight;
      this.parts.push(lineOfText(line, this.#left, this.#y));
    }
  }

  row(
    cells: readonly {
      lines: readonly TextRun[][];
      width: number;
      right: boolean;
      of: readonly TextRun[];
    }[],
  ): void {
    const high = Math.max(1, ...cells.map(({ lines }) => lines.length)) * lineHeight;
    let left = this.#left;
    for (const { lines, width, right, of } of cells) {
      const [first] = of;
      const box = { x: left - 3, y: this.#y + 5, broad: width + 8, high };
      if (first?.background) {
        this.parts.push(
          `<rect x="${box.x}" y="${box.y}" width="${box.broad}" height="${high}" fill="${first.background}"/>`,
        );
      }
      if (first?.line) this.parts.push(edge(first.line, box));
      lines.forEach((line, at) => {
        const x = right ? left + width - Math.min(width, broadOf(line)) : left;
        this.parts.push(lineOfText(line, x, this.#y + (at + 1) * lineHeight));
      });
      left += width + gap;
    }
    this.#reach = Math.max(this.#reach, left);
    this.#y += high;
    this.parts.push(
      `<line x1="${this.#left}" x2="${left - 10}" y1="${this.#y + 5}" y2="${
        this.#y + 5
      }" stroke="#e2e5e9"/>`,
    );
  }
}

/** The runs of a cell without what the whole cell has. */
const bare = (cell: readonly TextRun[], bold: boolean): TextRun[] =>
  cell.map(({ background: _, line: __, ...run }) => ({ ...run, bold: bold || run.bold }));

/** How broad each column is, but for headings over all of them. */
function widthsOf(rows: Rows, isHeading: (row: Rows[number]) => boolean): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      const broad = isHeading(row) ? 0 : Math.min(widestColumn, broadOf(cell));
      widths[i] = Math.max(widths[i] ?? 0, broad);
    });
  }
  return widths;
}

/**
 * Draws a table. What a cell has no room for goes on in its next line, and columns that the drawing has no room for go on below
 * the others, each time behind the first column.
 *
 * @param table Its rows, the headings first.
 * @param left Where it begins from the left.
 * @param top Where it begins from the top.
 * @returns Its elements and where it ends.
 */
export function svgTable({ rows, right }: TableBlock, left: number, top: number): SvgTable {
  const count = Math.max(...rows.map((row) => row.length));
  const isHeading = (row: Rows[number]) => row.length === 1 && count > 1;
  const sheet = new Sheet(left, top), widths = widthsOf(rows, isHeading);
  const parts = partsOf(widths);
  parts.forEach((columns, part) => {
    if (part > 0) sheet.say(`The same table, part ${part + 1} of ${parts.length}`);
    rows.forEach((row, at) => {
      if (isHeading(row)) return sheet.heading(row[0]!);
      sheet.row(columns.map((i) => ({
        lines: linesOf(bare(row[i] ?? [], at === 0), widths[i]! + 0.5),
        width: widths[i]!,
        right: right[i] ?? false,
        of: row[i] ?? [],
      })));
    });
  });
  return sheet.end;
}
