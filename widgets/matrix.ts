/**
 * A grid of cells on a canvas, read by pointer and by keyboard.
 *
 * @module
 */
/// <reference lib="dom" />

import {
  css,
  entry,
  type Ground,
  inkOn,
  palette,
  type Scale,
  special,
} from "../lib/show/colour.ts";
import { roundStep } from "../lib/show/round_step.ts";
import type { ValueScale } from "../lib/show/value_scale.ts";
import { make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import { dot, hatch } from "./marks.ts";
import { outlines } from "./outlines.ts";
import { paintEntries } from "./paint_entries.ts";

/** A cell of a grid. */
export interface Place {
  /** From the top, beginning at 0. */
  readonly row: number;
  /** From the left, beginning at 0. */
  readonly column: number;
}

/** What a grid shows. */
export interface MatrixOptions {
  /** The labels from top to bottom. */
  readonly rows: readonly string[];
  /** The labels from left to right. */
  readonly columns: readonly string[];
  /** What it is, for who does not see it. */
  readonly name: string;
  /** How entries are values. */
  readonly by: ValueScale;
  /** Whether cells are square. */
  readonly square: boolean;
  /** Pixels there are from left to right. */
  readonly room: number;
  /** What stands in each cell, if it is large enough. */
  readonly texts?: readonly string[] | undefined;
  /** The cells that have a dot. */
  readonly marked?: readonly number[] | undefined;
  /** Called when another cell is pointed at; undefined for none. */
  readonly onPlace: (place: Place | undefined) => void;
  /** Called when a cell is pinned, or let go. */
  readonly onPin?: (place: Place | undefined) => void;
  /** Called for a key that is not one of the grid's own; says whether it was used. */
  readonly onKey?: (key: string) => boolean;
}

/** A grid on a canvas. */
export interface Matrix {
  /** The element to put into the page: the canvas, and what is outlined over it. */
  readonly element: HTMLElement;
  /** Draws these entries on this ground. */
  draw(indices: Uint8Array, ground: Ground, scale?: Scale): void;
  /** Marks a column that was pinned elsewhere; undefined for none. */
  mark(column: number | undefined): void;
  /** Points at a cell, as if the reader did. */
  point(place: Place | undefined): void;
}

const font = "11px monospace";

/** What stands in a cell that is no ordinary value. */
const odd: Record<number, string> = {
  [special.undefined]: "–",
  [special.below]: "<",
  [special.above]: ">",
};
const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));

/** How broad a label is, about: letters of scripts that are written in squares count twice. */
const breadth = (text: string): number => {
  let sum = text.length;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x2e7f) sum++;
  return sum;
};

/** How wide the widest of some labels is, within bounds: those that look longest are measured, as measuring takes long. */
function widest(context: CanvasRenderingContext2D, texts: readonly string[], most: number): number {
  context.font = font;
  let width = 16;
  const longest = texts.map((text) => [breadth(text), text] as const).sort(([a], [b]) => b - a);
  for (const [, text] of longest.slice(0, 10)) {
    width = Math.max(width, context.measureText(text).width);
  }
  return Math.min(most, Math.ceil(width)) + 8;
}

/**
 * Makes a grid. Pointing at a cell draws nothing anew: what is outlined lies over the canvas, so that a grid of a million cells
 * answers as fast as one of ten.
 *
 * @param options What it shows.
 * @returns The grid, with nothing drawn yet.
 */
export function matrix(options: MatrixOptions): Matrix {
  const { rows, columns, name, by, square, room, texts, marked = [], onPlace, onPin, onKey } =
    options;
  const element = make("div", "map"), canvas = make("canvas", "matrix");
  const context = canvas.getContext("2d")!;
  const cells = document.createElement("canvas");
  const left = widest(context, rows, 150);
  const flat = columns === rows ? left : widest(context, columns, 150);
  let cellWidth = clamp(Math.floor((room - left - 2) / columns.length), 2, 48);
  let cellHeight = clamp(Math.floor(560 / rows.length), 2, 26);
  if (square) cellWidth = cellHeight = Math.min(cellWidth, cellHeight, 24);
  const upright = flat > cellWidth;
  const top = upright ? flat : 18;
  const [width, height] = [columns.length * cellWidth, rows.length * cellHeight];
  const [everyRow, everyColumn] = [
    roundStep(12 / cellHeight),
    upright ? roundStep(13 / cellWidth) : 1,
  ];
  const written = texts && cellWidth >= 40 && cellHeight >= 16;
  // On paper numbers have their signs, and lines through them would cross them out.
  if (written) canvas.className += " written";
  const over = outlines({ rows, columns, left, top, cellWidth, cellHeight, upright });
  let [place, pinned]: [Place | undefined, boolean] = [undefined, false];

  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `${name}. Arrow keys read the cells`);
  canvas.style.width = `${left + width + 1}px`;
  canvas.style.height = `${top + height + 1}px`;
  element.append(canvas, over.element);

  /** One label, at the left of its row or over its column. */
  const write = (text: string, at: number, isRow: boolean): void => {
    context.save();
    if (isRow) {
      context.textAlign = "right";
      context.translate(left - 5, top + (at + 0.5) * cellHeight);
    } else {
      context.translate(left + (at + 0.5) * cellWidth, top - 5);
      if (upright) context.rotate(-Math.PI / 2);
      else context.textAlign = "center";
    }
    const most = isRow || upright ? 150 : cellWidth;
    let shown = text;
    while (context.measureText(shown).width > most) {
      shown = [...shown].slice(0, -2).join("") + "…";
    }
    context.fillText(isolate(shown), 0, isRow || upright ? 0 : -4);
    context.restore();
  };

  /** The labels of one axis: as many as there is room for. */
  const writeAll = (labels: readonly string[], every: number, isRow: boolean): void => {
    for (let i = 0; i < labels.length; i += every) write(labels[i]!, i, isRow);
  };

  const drawAll = (entries: Uint8Array, ground: Ground, scale: Scale): void => {
    const colours = palette(scale, ground), style = getComputedStyle(canvas);
    const ratio = devicePixelRatio || 1;
    canvas.width = (left + width + 1) * ratio;
    canvas.height = (top + height + 1) * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(cells, left, top, width, height);
    const within = { left, top, columns: columns.length, cellWidth, cellHeight };
    hatch(context, entries, css(ground.background), within);
    dot(context, marked, (i) => css(inkOn(entry(colours, entries[i]!))), within);
    context.font = font;
    context.textBaseline = "middle";
    context.fillStyle = context.strokeStyle = style.color;
    context.globalAlpha = 0.35;
    context.strokeRect(left + 0.5, top + 0.5, width, height);
    context.globalAlpha = 1;
    writeAll(rows, everyRow, true);
    writeAll(columns, everyColumn, false);
    if (!written) return;
    context.textAlign = "center";
    texts.forEach((text, i) => {
      const [row, column] = [Math.floor(i / columns.length), i % columns.length];
      context.fillStyle = css(inkOn(entry(colours, entries[i]!)));
      context.fillText(
        odd[entries[i]!] ?? text,
        left + (column + 0.5) * cellWidth,
        top + (row + 0.5) * cellHeight,
        cellWidth - 4,
      );
    });
  };

  const point = (next: Place | undefined): void => {
    if (next?.row === place?.row && next?.column === place?.column) return;
    over.point(place = next);
    onPlace(place);
  };

  const placeOf = (event: PointerEvent): Place | undefined => {
    const [column, row] = [
      Math.floor((event.offsetX - left) / cellWidth),
      Math.floor((event.offsetY - top) / cellHeight),
    ];
    return row >= 0 && column >= 0 && row < rows.length && column < columns.length
      ? { row, column }
      : undefined;
  };

  canvas.addEventListener("pointermove", (event) => pinned || point(placeOf(event)));
  canvas.addEventListener("pointerleave", () => pinned || point(undefined));
  canvas.addEventListener("click", (event) => {
    const next = placeOf(event as PointerEvent);
    pinned = next !== undefined &&
      !(pinned && next.row === place?.row && next.column === place?.column);
    point(next);
    onPin?.(pinned ? next : undefined);
  });
  canvas.addEventListener("keydown", (event) => {
    const { row, column } = place ?? { row: 0, column: -1 };
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, Math.max(0, column)],
      ArrowDown: [row + (place ? 1 : 0), Math.max(0, column)],
      Home: [row, 0],
      End: [row, columns.length - 1],
    };
    const step = steps[event.key];
    if (step) {
      point({
        row: clamp(step[0], 0, rows.length - 1),
        column: clamp(step[1], 0, columns.length - 1),
      });
    } else if (event.key === "Enter") {
      pinned = place !== undefined && !pinned;
      onPin?.(pinned ? place : undefined);
    } else if (event.key === "Escape") {
      if (pinned) onPin?.(undefined);
      pinned = false;
      point(undefined);
    } else if (!onKey?.(event.key)) return;
    // The notebook has other plans for these keys, but only while the grid is not in use.
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element,
    point,
    mark: over.mark,
    draw(indices: Uint8Array, on: Ground, colours: Scale = by.scale): void {
      paintEntries(cells, indices, columns.length, palette(colours, on));
      drawAll(indices, on, colours);
    },
  };
}
