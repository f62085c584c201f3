/**
 * The heat map in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import type { Ground } from "../lib/show/colour.ts";
import { formatNumber } from "../lib/show/format_number.ts";
import type { HeatMapPayload } from "../lib/show/payload.ts";
import { toValue } from "../lib/show/value_scale.ts";
import { isolate } from "./isolate.ts";
import { matrix } from "./matrix.ts";
import type { Page } from "./page.ts";
import { readPicture } from "./picture.ts";

/** A number as it stands in a cell; what its digits cannot say is not written as nothing. */
function written(value: number, digits: number): string {
  if (Math.abs(value) >= 1e5) return formatNumber(value, 2);
  const text = value.toFixed(digits).replace("-", "−");
  return /[1-9]/.test(text) || value === 0 ? text.replace(/^\u2212(?=0\.?0*$)/, "") : "≈0";
}

/**
 * Puts a grid that can be read in the place of the picture.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @param page What it may do besides.
 * @returns What paints it on a ground.
 */
export async function heatMap(
  figure: HTMLElement,
  payload: HeatMapPayload,
  page: Page,
): Promise<((ground: Ground) => void) | undefined> {
  const { by, label, rowName, rows, columnName, columns, values, notes = [] } = payload;
  const grid = figure.querySelector(".grid");
  const picture = grid?.querySelector<HTMLImageElement>(".picture");
  if (!grid || !picture) return;
  const indices = await readPicture(picture.dataset.src!, columns.length);
  const output = document.createElement("output");
  output.dataset.hint =
    "Point at a cell, or focus the map and use the arrow keys; Enter pins, Escape lets go";
  // One number of digits for all, so that the cells compare at a glance.
  const most = Math.max(Math.abs(by.low), Math.abs(by.high));
  const digits = Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(most))));
  const map = matrix({
    rows,
    columns,
    by,
    name: picture.alt,
    square: rows.length === columns.length,
    room: (figure.clientWidth || 680) - 28,
    texts: values?.map((value) => value === null ? "" : written(value, digits)),
    marked: payload.marked,
    onPin: (place) => page.pin(place?.column),
    onPlace(place) {
      page.at(
        place &&
          {
            row: place.row,
            column: place.column,
            [rowName]: place.row,
            [columnName]: place.column,
          },
      );
      if (!place) {
        output.textContent = "";
        return;
      }
      const at = place.row * columns.length + place.column;
      const [exact, level] = [values?.[at], toValue(indices[at]!, by)];
      const value = typeof exact === "number"
        ? formatNumber(exact)
        : (Number.isFinite(level) ? "≈ " : "") + formatNumber(level, 2);
      const said = notes.map(({ name, texts }) => `; ${name} ${isolate(texts[at]!)}`).join("");
      output.textContent = `${rowName} ${isolate(rows[place.row]!)}, ${columnName} ${
        isolate(columns[place.column]!)
      }: ${label} ${value}${said}`;
    },
  });
  // Labels that are tokens begin with their position.
  if (columns.every((label, i) => label.startsWith(`${i} `))) {
    page.tokens = columns.map((label, i) => label.slice(`${i} `.length));
    page.onPin = (column) => map.mark(column);
  }
  for (const data of figure.querySelectorAll(".data")) data.removeAttribute("open");
  grid.replaceWith(map.element, output);
  figure.querySelector(".key")?.remove();
  return (ground) => map.draw(indices, ground);
}
