/**
 * The lens table in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import type { PlainPayload } from "../lib/show/payload.ts";
import { make } from "./elements.ts";
import type { Page } from "./page.ts";

/**
 * Lets the cells of a lens table be read by pointer and by keyboard, and one of them be kept.
 *
 * @param figure The figure; what is said of a cell stands in its tooltip.
 * @param payload Its tokens.
 * @param page What it may do besides.
 */
export function lensTable(
  figure: HTMLElement,
  { tokens, stages = 1 }: PlainPayload,
  page: Page,
): void {
  const lens = figure.querySelector<HTMLElement>(".lens");
  const rows = [...figure.querySelectorAll("tr")]
    .map((row) => [...row.querySelectorAll<HTMLElement>(".read")])
    .filter((row) => row.length > 0);
  if (!lens || rows.length === 0) return;
  const output = make("output", "lines");
  // What comes after the whole prompt: the cell that most come for, and the one that a narrow page hides.
  const rest = rows[stages - 1]?.at(-1)?.title ?? "";
  let [y, x, pinned] = [-1, -1, false];
  const point = (row: number, column: number): void => {
    rows[y]?.[x]?.classList.remove("at");
    [y, x] = [row, column];
    const cell = rows[y]?.[x];
    cell?.classList.add("at");
    output.textContent = cell ? cell.title + (pinned ? "\n(pinned)" : "") : rest;
    page.at(cell && { stage: y % stages, place: x });
  };
  if (tokens) page.tokens = tokens;
  page.onPin = (position) =>
    rows.forEach((row) =>
      row.forEach((cell, i) => cell.classList.toggle("pinned", i === position))
    );
  const pin = (keep: boolean): void => {
    pinned = keep;
    point(y, x);
    page.pin(keep ? x : undefined);
  };
  rows.forEach((row, i) =>
    row.forEach((cell, j) => {
      cell.addEventListener("pointerenter", () => pinned || point(i, j));
      cell.addEventListener("click", () => {
        const again = pinned && y === i && x === j;
        point(i, j);
        pin(!again);
      });
    })
  );
  lens.addEventListener("keydown", (event) => {
    const [bottom, right] = [rows.length - 1, rows[0]!.length - 1];
    const to = {
      ArrowRight: [y, x + 1],
      ArrowLeft: [y, x - 1],
      ArrowDown: [y + 1, x],
      ArrowUp: [y - 1, x],
      Home: [y, 0],
      End: [y, right],
    }[event.key];
    const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));
    if (event.key === "Enter") pin(!pinned);
    else if (event.key === "Escape") {
      pinned = false;
      point(-1, -1);
    } else if (to) point(clamp(to[0]!, bottom), clamp(to[1]!, right));
    else return;
    rows[y]?.[x]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    event.preventDefault();
    event.stopPropagation();
  });
  // As many lines as any cell needs, so that nothing below moves.
  const lines = Math.max(...rows.flat().map((cell) => cell.title.split("\n").length));
  output.style.minHeight = `${1.5 * (lines + 1)}em`;
  output.textContent = rest;
  const wide = lens.scrollWidth > lens.clientWidth;
  const fade = (): void => {
    const end = lens.scrollLeft + lens.clientWidth > lens.scrollWidth - 2;
    lens.classList.toggle("more", wide && !end);
  };
  lens.addEventListener("scroll", fade);
  fade();
  const hint =
    "Point at a cell, or focus the table and use the arrow keys; Enter or a click pins, Escape lets go";
  lens.after(output, make("p", "hint", wide ? `More columns to the right: scroll. ${hint}` : hint));
}
