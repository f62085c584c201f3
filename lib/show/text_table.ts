/**
 * Tables as aligned lines of text.
 *
 * @module
 */

/** The side on which a column's cells line up. */
export type Align = "left" | "right";

/**
 * Aligns rows of text.
 *
 * @param rows The rows, the header among them if there is one.
 * @param align The side of each column; left if left out.
 * @returns One line a row.
 */
export function textTable(
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, [...cell].length));
  }
  return rows.map((row) =>
    row.map((cell, i) => {
      const gap = " ".repeat(widths[i]! - [...cell].length);
      return align[i] === "right" ? gap + cell : cell + gap;
    }).join("  ").trimEnd()
  ).join("\n");
}
