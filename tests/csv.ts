/**
 * A reader of comma-separated values, for tests of what is written.
 *
 * @module
 */

/** Reads RFC 4180 into rows by the names of the columns. */
export function parseCsv(text: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|$)/gy;
  for (
    let match = field.exec(text);
    match && field.lastIndex > match.index;
    match = field.exec(text)
  ) {
    const [, own, end] = match;
    lines.at(-1)!.push(own!.startsWith('"') ? own!.slice(1, -1).replaceAll('""', '"') : own!);
    if (end === "\r\n") lines.push([]);
  }
  const [names, ...rows] = lines.filter((line) => line.length > 0);
  return rows.map((row) => Object.fromEntries(names!.map((name, i) => [name, row[i]!])));
}
