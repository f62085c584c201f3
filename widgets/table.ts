/**
 * The table in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Code } from "../lib/show/code_at.ts";
import { make } from "./elements.ts";
import type { Page } from "./page.ts";
import { sortable } from "./sortable.ts";

/** The fewest rows that are searched rather than read. */
const many = 12;

/**
 * Lets a table be sorted by its headings, and a long one be searched.
 *
 * @param figure The figure.
 * @param payload The expression of its rows, where there is one: then they can be chosen.
 * @param page What it may do besides.
 */
export function table(figure: HTMLElement, { code }: { readonly code?: Code }, page: Page): void {
  const table = figure.querySelector("table");
  const rows = [...table?.tBodies[0]?.rows ?? []];
  if (!table) return;
  if (code) choosable(table, rows, page);
  if (rows.length < 2) return;
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

/** Lets rows be chosen by pointer and by keyboard; their numbers are those of the table before it was sorted. */
function choosable(
  table: HTMLTableElement,
  rows: readonly HTMLTableRowElement[],
  page: Page,
): void {
  let chosen: HTMLTableRowElement | undefined;
  const choose = (row: HTMLTableRowElement | undefined): void => {
    chosen?.classList.remove("at");
    chosen = row;
    chosen?.classList.add("at");
    page.at(row && { row: rows.indexOf(row) });
  };
  rows.forEach((row) => row.addEventListener("click", () => choose(row)));
  const output = make("output", "");
  output.dataset.hint = "Choose a row to copy what computes it";
  table.after(output);
  table.tabIndex = 0;
  table.ariaLabel = "Rows; the arrow keys choose one";
  table.addEventListener("keydown", (event) => {
    const seen = [...table.tBodies[0]!.rows].filter((row) => !row.hidden);
    const at = chosen ? seen.indexOf(chosen) : -1;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: seen.length - 1 }[event.key];
    if (event.key === "Escape") choose(undefined);
    else if (next !== undefined) choose(seen[Math.max(0, Math.min(seen.length - 1, next))]);
    else return;
    chosen?.scrollIntoView({ block: "nearest" });
    event.preventDefault();
    event.stopPropagation();
  });
}
