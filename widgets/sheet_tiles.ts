/**
 * A sheet of tiles to choose one from.
 *
 * @module
 */
/// <reference lib="dom" />

import { make } from "./elements.ts";

/** What a sheet shows. */
export interface SheetOptions {
  /** Tiles one above the other. */
  readonly rows: number;
  /** Tiles side by side. */
  readonly columns: number;
  /** The pixels from a tile to the next. */
  readonly step: number;
  /** The picture of the tiles. */
  readonly image: HTMLImageElement;
  /** What it is, for who does not see it. */
  readonly name: string;
  /** Called when a tile is chosen. */
  readonly choose: (at: number) => void;
  /** Called when a tile is pointed at; undefined for none. */
  readonly preview: (at: number | undefined) => void;
}

/** A sheet. */
export interface Sheet {
  /** The element to put into the page. */
  readonly element: HTMLElement;
  /** Outlines a tile. */
  mark(at: number): void;
}

/**
 * Makes a sheet.
 *
 * @param options What it shows.
 * @returns The sheet.
 */
export function sheetTiles(options: SheetOptions): Sheet {
  const { rows, columns, step, image, name, choose, preview } = options;
  const element = make("div", "tiles"), spot = make("div", "spot");
  let [marked, hovered]: [number, number | undefined] = [0, undefined];
  image.className = "sheet";
  image.draggable = false;
  image.tabIndex = 0;
  image.setAttribute("role", "application");
  image.setAttribute("aria-label", name);
  element.append(image, spot);
  const tileAt = ({ offsetX, offsetY }: PointerEvent): number | undefined => {
    // It may be shown smaller than it is.
    const zoom = image.naturalWidth / image.clientWidth;
    const [column, row] = [Math.floor(offsetX * zoom / step), Math.floor(offsetY * zoom / step)];
    return column < columns && row < rows ? row * columns + column : undefined;
  };
  image.addEventListener("pointermove", (event) => {
    const at = tileAt(event);
    if (at !== hovered) preview(hovered = at);
  });
  image.addEventListener("pointerleave", () => preview(hovered = undefined));
  image.addEventListener("click", (event) => {
    const at = tileAt(event as PointerEvent);
    if (at !== undefined) choose(at);
  });
  image.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (by === undefined) return;
    choose((marked + by + rows * columns) % (rows * columns));
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element,
    mark(at) {
      marked = at;
      const [row, column] = [Math.floor(at / columns), at % columns];
      spot.style.cssText = `left:${100 * column / columns}%;top:${100 * row / rows}%;width:${
        100 / columns
      }%;height:${100 / rows}%`;
      image.setAttribute("aria-description", `row ${row}, column ${column} is chosen`);
    },
  };
}
