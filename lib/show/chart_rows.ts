/**
 * The rows of data that a chart was drawn from.
 *
 * @module
 */

type Row = Readonly<Record<string, unknown>>;

/**
 * Finds the rows in a Vega-Lite specification: those of the whole chart, or of its layers one after another.
 *
 * @param specification The specification, data included.
 * @returns The rows; none where the chart has no data of its own.
 */
export function chartRows(specification: object): readonly Row[] {
  const { data, ...parts } = specification as { data?: { values?: readonly Row[] } };
  if (Array.isArray(data?.values)) return data.values;
  return ["layer", "hconcat", "vconcat", "concat", "spec"].flatMap((name) => {
    const inner = (parts as Record<string, unknown>)[name];
    return inner === undefined ? [] : [inner].flat().flatMap((part) => chartRows(part as object));
  });
}

/**
 * Writes rows as comma-separated values: a line of names, then a line a row, as RFC 4180 has it. What a spreadsheet would take for
 * a formula gets an apostrophe before it, for names of tokens are anybody's.
 *
 * @param rows The rows.
 */
export function rowsCsv(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (fields: readonly unknown[]) => fields.map(field).join(",") + "\r\n";
  return line(names) + rows.map((row) => line(names.map((name) => row[name]))).join("");
}

function field(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
