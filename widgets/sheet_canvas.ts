/**
 * A sheet of tiles to choose one from.
 *
 * @module
 */
/// <reference lib="dom" />

/** What a sheet shows. */
export interface SheetOptions {
  /** Tiles one above the other. */
  readonly rows: number;
  /** Tiles side by side. */
  readonly columns: number;
  /** The pixels from a tile to the next. */
  readonly step: number;
  /** What it is, for who does not see it. */
  readonly name: string;
  /** Called when a tile is chosen. */
  readonly choose: (at: number) => void;
  /** Called when a tile is pointed at; undefined for none. */
  readonly preview: (at: number | undefined) => void;
}

/** A sheet. */
export interface Sheet {
  /** The canvas, to be painted by who has the pixels. */
  readonly element: HTMLCanvasElement;
  /** Outlines a tile, after the sheet was painted. */
  mark(at: number): void;
  /** Forgets what was outlined, as the sheet was painted anew. */
  fresh(): void;
}

/**
 * Makes a sheet.
 *
 * @param options What it shows.
 * @returns The sheet, not painted yet.
 */
export function sheetCanvas(options: SheetOptions): Sheet {
  const { rows, columns, step, name, choose, preview } = options;
  const element = document.createElement("canvas");
  let [marked, hovered]: [number, number | undefined] = [0, undefined];
  let under: ImageData | undefined;
  element.className = "sheet";
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", name);
  const tileAt = ({ offsetX, offsetY }: PointerEvent): number | undefined => {
    // It may be shown smaller than it is.
    const zoom = element.width / element.clientWidth;
    const [column, row] = [Math.floor(offsetX * zoom / step), Math.floor(offsetY * zoom / step)];
    return column < columns && row < rows ? row * columns + column : undefined;
  };
  element.addEventListener("pointermove", (event) => {
    const at = tileAt(event);
    if (at !== hovered) preview(hovered = at);
  });
  element.addEventListener("pointerleave", () => preview(hovered = undefined));
  element.addEventListener("click", (event) => {
    const at = tileAt(event as PointerEvent);
    if (at !== undefined) choose(at);
  });
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (by === undefined) return;
    choose((marked + by + rows * columns) % (rows * columns));
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element,
    fresh: () => under = undefined,
    mark(at) {
      const context = element.getContext("2d")!;
      if (under) {
        context.putImageData(
          under,
          (marked % columns) * step,
          Math.floor(marked / columns) * step,
        );
      }
      marked = at;
      const [x, y] = [(at % columns) * step, Math.floor(at / columns) * step];
      under = context.getImageData(x, y, step + 1, step + 1);
      context.strokeStyle = getComputedStyle(element).getPropertyValue("--focus") || "#b3470a";
      context.lineWidth = 3;
      context.strokeRect(x + 1.5, y + 1.5, step - 2, step - 2);
      element.setAttribute(
        "aria-description",
        `row ${Math.floor(at / columns)}, column ${at % columns} is chosen`,
      );
    },
  };
}
