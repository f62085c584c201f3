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
import { matrix } from "./matrix.ts";
import { readPicture } from "./picture.ts";

/**
 * Puts a grid that can be read in the place of the picture.
 *
 * @param figure The figure.
 * @param payload Its data.
 * @returns What paints it on a ground.
 */
export async function heatMap(
  figure: HTMLElement,
  payload: HeatMapPayload,
): Promise<((ground: Ground) => void) | undefined> {
  const { by, cell, label, rowName, rows, columnName, columns, values } = payload;
  const grid = figure.querySelector(".grid");
  const picture = grid?.querySelector<HTMLImageElement>(".picture");
  if (!grid || !picture) return;
  const indices = await readPicture(picture.src, cell);
  const output = document.createElement("output");
  const hint =
    "Point at a cell, or focus the map and use the arrow keys; Enter pins, Escape lets go";
  const map = matrix({
    rows,
    columns,
    by,
    name: picture.alt,
    square: false,
    room: (figure.clientWidth || 680) - 28,
    texts: values,
    onPlace(place) {
      if (!place) {
        output.textContent = "";
        return;
      }
      const at = place.row * columns.length + place.column;
      const value = values?.[at] ?? `≈ ${formatNumber(toValue(indices[at]!, by), 2)}`;
      output.textContent = `${rowName} ${rows[place.row]}, ${columnName} ${
        columns[place.column]
      }: ${label} ${value}`;
    },
  });
  const note = document.createElement("p");
  note.className = "hint";
  note.textContent = hint;
  grid.replaceWith(map.element, output, note);
  figure.querySelector(".key")?.remove();
  return (ground) => map.draw(indices, ground);
}
