/**
 * A grid with fewer cells than it has values.
 *
 * @module
 */

import { type Axis, labelTexts } from "./axis.ts";
import type { HeatMapOptions } from "./heat_map.ts";
import { counted, saidLess } from "./show_within.ts";

/** How many rows, and how many columns, are one. */
export type Blocks = readonly [rows: number, columns: number];

/** The labels of blocks: of the first place and the last. */
function blockLabels({ name, labels }: Axis, by: number): Axis {
  if (by === 1) return { name, labels };
  const texts = labelTexts(labels);
  const blocks = Array.from({ length: Math.ceil(texts.length / by) }, (_, i) => {
    const [first, last] = [texts[i * by]!, texts[Math.min(texts.length, (i + 1) * by) - 1]!];
    return first === last ? first : `${first}–${last}`;
  });
  return { name, labels: blocks };
}

/**
 * Puts cells together, several rows and columns to one, of which it shows the value of greatest size, with what is noted of it.
 *
 * @param options The grid.
 * @param blocks How many rows and columns are one.
 * @returns The grid of blocks, without an expression, which would be that of another cell; undefined where a block is nothing
 * else, marked where one of its cells is.
 */
export function poolCells(options: HeatMapOptions, blocks: Blocks): HeatMapOptions {
  const { values, notes, marked, code: _, ...rest } = options, [down, across] = blocks;
  const width = options.columns.labels.length;
  const rows = blockLabels(options.rows, down), columns = blockLabels(options.columns, across);
  const count = rows.labels.length * columns.labels.length;
  const greatest = new Int32Array(count).fill(-1), dots = new Array<boolean>(count).fill(false);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(Math.floor(i / width) / down) * columns.labels.length +
      Math.floor((i % width) / across);
    const known = greatest[at]!, size = Math.abs(values[i]!);
    const more = known < 0 ||
      Number.isNaN(values[known]!) && !Number.isNaN(values[i]!) ||
      size > Math.abs(values[known]!);
    if (more) greatest[at] = i;
    if (marked?.cells[i]) dots[at] = true;
  }
  return {
    ...rest,
    rows,
    columns,
    values: Float64Array.from(greatest, (i) => values[i]!),
    ...notes &&
      {
        notes: notes.map(({ name, texts }) => ({
          name,
          texts: Array.from(greatest, (i) => texts[i]!),
        })),
      },
    ...marked && { marked: { ...marked, cells: dots } },
  };
}

/** How a grid is drawn smaller. */
export interface Shrunk {
  /** How many rows and columns are one. */
  readonly blocks: Blocks;
  /** The most bytes of the picture. */
  readonly most: number;
}

/**
 * Chooses how a grid that is too large is drawn next: in fewer levels first, then with more cells as one along its longer side.
 *
 * @param options The grid.
 * @param shrunk How it was drawn.
 * @param over The bytes that it has, and that it may have.
 * @returns How it is drawn next; undefined where nothing is left to put together.
 */
export function fewerCells(
  { rows, columns }: HeatMapOptions,
  { blocks: [down, across], most }: Shrunk,
  { drawing, size, room }: {
    readonly drawing: { readonly "text/html": string };
    readonly size: number;
    readonly room: number;
  },
): Shrunk | undefined {
  const [high, wide] = [rows.labels.length / down, columns.labels.length / across];
  if (high * wide <= 64) return undefined;
  if (most === Infinity) {
    const picture = /src="data:[^"]*/.exec(drawing["text/html"])?.[0].length ?? 0;
    // Three bytes of a picture are four letters.
    return { blocks: [down, across], most: Math.max(0, room - (size - picture) - 2000) * 3 / 4 };
  }
  const more = (by: number): number => Math.ceil(by * Math.max(1.25, size / room));
  return { blocks: high > wide ? [more(down), across] : [down, more(across)], most };
}

/** Says that a grid is drawn smaller; undefined where it is not. */
export function saidBlocks(
  { rows, columns }: HeatMapOptions,
  [down, across]: Blocks,
  most: number,
): string | undefined {
  if (most === Infinity) return undefined;
  return saidLess(
    down * across === 1
      ? "the cells are drawn in fewer levels of colour"
      : `of ${counted(rows.labels.length)} × ${
        counted(columns.labels.length)
      } cells each ${down} × ${across} are drawn as one, the greatest of them, in 32 to 253 levels of colour`,
  );
}
