/**
 * Rows as comma-separated values.
 *
 * @module
 */

import { refuseUnknownOptions } from "./known_options.ts";

/** How {@linkcode csvText} writes text. */
export interface CsvOptions {
  /**
   * What becomes of text that a spreadsheet would take for a formula, such as a token `=1+1`: with `"escape"` it gets an
   * apostrophe before it, which marks text there; with `"keep"` it stays, for readers that run no formulas.
   *
   * @default {"escape"}
   */
  readonly formulas?: "escape" | "keep";
}

/** What a field of a file may hold; null where a row has nothing. */
export type CsvField = string | number | boolean | null;

/**
 * Writes rows as comma-separated values (RFC 4180): a heading, lines that end in CR LF, fields in quotes where they must
 * be. Numbers are whole, in as many digits as give the same double again, and never escaped: a spreadsheet reads them as
 * numbers. In all files of the library undefined numbers are `NaN`, infinite ones `Infinity` and `-Infinity`, and what a row has
 * not is empty.
 *
 * Text that begins with `=`, `+`, `-` or `@`, also after white space, or with a tab or a line's end is escaped, whether it
 * looks like a number or not: a token `-1` is text.
 *
 * @param columns The names of the columns.
 * @param rows The fields of each row.
 * @param options Whether formulas are escaped.
 * @returns The text of the file.
 * @throws {TypeError} If an option has another name.
 *
 * @example
 * ```ts
 * import { csvText } from "@innerworks/innerworks";
 * const text = csvText(["token", "logit"], [["=1+1", -0.1]]);
 * if (text !== "token,logit\r\n'=1+1,-0.1\r\n") throw new Error("the number stays, the text is no formula");
 * ```
 */
export function csvText(
  columns: readonly string[],
  rows: Iterable<readonly CsvField[]>,
  options: CsvOptions = {},
): string {
  refuseUnknownOptions("write rows", options, ["formulas"]);
  const escaped = options.formulas !== "keep";
  const line = (fields: readonly CsvField[]) =>
    fields.map((field) => fieldText(field, escaped)).join(",") + "\r\n";
  // Joined piece by piece, for the weights of a model are millions of rows.
  let text = line(columns);
  for (const row of rows) text += line(row);
  return text;
}

function fieldText(field: CsvField, escaped: boolean): string {
  if (field === null) return "";
  if (typeof field !== "string") return String(field);
  // Spreadsheets pass over white space before a formula.
  const safe = escaped && /^\s*[=+\-@]|^[\t\r]/.test(field) ? `'${field}` : field;
  const text = safe.toWellFormed();
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
