/**
 * The numbers of a result as rows, for spreadsheets, data frames and other languages.
 *
 * @module
 */

import { type CsvField, type CsvOptions, csvText } from "./csv_text.ts";
import { display, type DrawnDocument, inspect } from "./display.ts";
import { table } from "./table.ts";

/** The most rows that are drawn. */
const drawnRows = 20;

/** A row of a {@linkcode LongTable} by the names of its columns. */
export type LongRow = Readonly<Record<string, CsvField>>;

/**
 * Numbers in long form: a row each, with a column for every axis and the token that stands there, and nothing rounded.
 * Results that have numbers of several places give one by `table()`, which `save(result, "name.csv")` writes.
 *
 * @example
 * ```ts
 * import { load, nextTokens } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const table = (await nextTokens(model, "Mary had a")).table();
 * if (!table.csv().startsWith("position,rank,id,token,")) throw new Error("another heading");
 * ```
 */
export class LongTable implements Iterable<readonly CsvField[]> {
  /** What the numbers are. */
  readonly title: string;
  /** The names of the columns. */
  readonly columns: readonly string[];
  readonly #rows: () => Iterable<readonly CsvField[]>;

  /**
   * Holds rows.
   *
   * @param title What the numbers are.
   * @param columns The names of the columns.
   * @param rows Makes the rows, one field a column, whenever they are read: all at once they would be many.
   */
  constructor(
    title: string,
    columns: readonly string[],
    rows: () => Iterable<readonly CsvField[]>,
  ) {
    this.title = title;
    this.columns = columns;
    this.#rows = rows;
  }

  /** The rows, as lists of fields in the order of the columns. */
  [Symbol.iterator](): Iterator<readonly CsvField[]> {
    return this.#rows()[Symbol.iterator]();
  }

  /** The rows by the names of their columns. */
  get rows(): readonly LongRow[] {
    return Array.from(
      this,
      (row) => Object.fromEntries(this.columns.map((name, i) => [name, row[i]!])),
    );
  }

  /**
   * Writes the rows as comma-separated values, as {@linkcode csvText} does.
   *
   * @param options Whether text that looks like a formula is escaped; it is, unless told otherwise.
   * @returns The text of the file.
   * @throws {TypeError} If an option has another name.
   */
  csv(options: CsvOptions = {}): string {
    return csvText(this.columns, this, options);
  }

  /** Draws the first rows. */
  [display](): DrawnDocument {
    const first: (string | number)[][] = [];
    let count = 0;
    for (const row of this) {
      if (count++ < drawnRows) {
        first.push(row.map((field) => typeof field === "number" ? field : String(field ?? "")));
      }
    }
    return table({
      title: `${count} rows: ${this.title}`,
      columns: this.columns.map((name) => ({ name })),
      rows: first,
      ...(count > drawnRows && { caption: `the first ${drawnRows} are shown` }),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The rows; JSON has null for what is undefined. */
  toJSON(): readonly LongRow[] {
    return this.rows;
  }
}
