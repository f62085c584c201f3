/**
 * The table in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { sortable } from "./sortable.ts";

/** The fewest rows that are searched rather than read. */
const many = 12;

/**
 * Lets a table be sorted by its headings, and a long one be searched.
 *
 * @param figure The figure.
 */
export function table(figure: HTMLElement): void {
  const table = figure.querySelector("table");
  const rows = [...table?.tBodies[0]?.rows ?? []];
  if (!table || rows.length < 2) return;
  sortable(table);
  if (rows.length < many) return;
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  field.type = "search";
  label.className = "search";
  label.append("Rows with ", field);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase();
    const shown = rows.filter((row) => {
      row.hidden = !row.textContent!.toLowerCase().includes(words);
      return !row.hidden;
    });
    count.textContent = words ? `${shown.length} of ${rows.length}` : "";
  });
  // The notebook has other plans for letters.
  field.addEventListener("keydown", (event) => event.stopPropagation());
  table.before(label, count);
}
