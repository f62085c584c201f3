/**
 * What is outlined over a grid on a canvas: the cell that is pointed at, with its row, its column and their labels.
 *
 * @module
 */
/// <reference lib="dom" />

import { make } from "./elements.ts";

/** Where the cells of a grid lie. */
export interface OutlinesOptions {
  /** The labels from top to bottom. */
  readonly rows: readonly string[];
  /** The labels from left to right. */
  readonly columns: readonly string[];
  /** Pixels to the left of the first cell. */
  readonly left: number;
  /** Pixels above it. */
  readonly top: number;
  /** Pixels from left to right of a cell. */
  readonly cellWidth: number;
  /** Pixels from top to bottom of a cell. */
  readonly cellHeight: number;
  /** Whether the labels of columns stand upright. */
  readonly upright: boolean;
}

/** Outlines over a grid. */
export interface Outlines {
  /** The element, to be laid over the canvas. */
  readonly element: HTMLElement;
  /** Outlines a cell; undefined for none. */
  point(place: { readonly row: number; readonly column: number } | undefined): void;
  /** Outlines a column that was pinned elsewhere; undefined for none. */
  mark(column: number | undefined): void;
}

/**
 * Makes outlines: elements over the canvas, as drawing a large one anew takes longer than a frame.
 *
 * @param options Where the cells lie.
 * @returns The outlines, of nothing yet.
 */
export function outlines(options: OutlinesOptions): Outlines {
  const { rows, columns, left, top, cellWidth, cellHeight, upright } = options;
  const element = make("div", "over"), pointed = make("div", ""), pinned = make("div", "pin");
  const [across, down, cell] = [make("div", "band"), make("div", "band"), make("div", "spot")];
  const [rowName, columnName] = [make("div", "row"), make("div", upright ? "upright" : "flat")];
  const [width, height] = [columns.length * cellWidth, rows.length * cellHeight];
  element.ariaHidden = "true";
  pointed.append(across, down, cell, rowName, columnName);
  element.append(pinned, pointed);
  pointed.hidden = pinned.hidden = true;
  const put = ({ style }: HTMLElement, x: number, y: number, wide: number, high: number): void => {
    style.cssText = `left:${x}px;top:${y}px;width:${wide}px;height:${high}px`;
  };
  return {
    element,
    mark(column) {
      pinned.hidden = column === undefined;
      if (column !== undefined) put(pinned, left + column * cellWidth, top, cellWidth, height);
    },
    point(place) {
      pointed.hidden = !place;
      if (!place) return;
      const { row, column } = place, [x, y] = [left + column * cellWidth, top + row * cellHeight];
      put(across, left, y, width, cellHeight);
      put(down, x, top, cellWidth, height);
      put(cell, x, y, cellWidth, cellHeight);
      // A label covers those of its neighbours where there is room for some only.
      put(rowName, 0, y + cellHeight / 2 - 8, left - 3, 16);
      rowName.textContent = rows[row]!;
      if (upright) put(columnName, x + cellWidth / 2 - 8, 0, 16, top - 3);
      else put(columnName, x, 0, cellWidth, top - 1);
      columnName.textContent = columns[column]!;
    },
  };
}
