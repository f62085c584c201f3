/**
 * How many points lie where, for scatter charts of more points than a page can draw.
 *
 * @module
 */

import type { NumberAxis } from "./number_axis.ts";

/** Cells from left to right, and from bottom to top. */
const [across, up] = [92, 60];

/** A cell that holds points. */
export interface DensityCell {
  /** Its left end. */
  readonly x: number;
  /** Its right end. */
  readonly x2: number;
  /** Its lower end. */
  readonly y: number;
  /** Its upper end. */
  readonly y2: number;
  /** How many points it holds. */
  readonly count: number;
}

/** The least and the greatest of some values, on the scale of their axis. */
function ends(values: readonly number[]): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}

/**
 * Counts points by cells of a grid that spans them all.
 *
 * @param points The points, each of which has a place on both axes.
 * @param axes The axes; on a logarithmic one cells are equal factors.
 * @returns The cells that hold at least one; their counts add up to the points.
 */
export function density(
  points: readonly { readonly x: number; readonly y: number }[],
  axes: { readonly x: NumberAxis; readonly y: NumberAxis },
): DensityCell[] {
  const into = (axis: NumberAxis) => axis.scale === "log" ? Math.log : (value: number) => value;
  const back = (axis: NumberAxis) => axis.scale === "log" ? Math.exp : (value: number) => value;
  const [xs, ys] = (["x", "y"] as const).map((side) =>
    points.map((point) => into(axes[side])(point[side]))
  ) as [number[], number[]];
  const [[left, right], [low, high]] = [ends(xs), ends(ys)];
  const counts = new Map<number, number>();
  const place = (value: number, start: number, end: number, cells: number): number =>
    Math.min(cells - 1, Math.floor((value - start) / (end - start) * cells));
  xs.forEach((x, i) => {
    const at = place(ys[i]!, low, high, up) * across + place(x, left, right, across);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  });
  const [stepX, stepY] = [(right - left) / across, (high - low) / up];
  return [...counts].map(([at, count]) => {
    const [column, row] = [at % across, Math.floor(at / across)];
    return {
      x: back(axes.x)(left + column * stepX),
      x2: back(axes.x)(left + (column + 1) * stepX),
      y: back(axes.y)(low + row * stepY),
      y2: back(axes.y)(low + (row + 1) * stepY),
      count,
    };
  });
}

/**
 * Draws how many points lie where, by factors, as one point is to be seen beside thousands.
 *
 * @param points The points, each of which has a place on both axes.
 * @param axes The axes.
 * @param place Their channels, in Vega-Lite.
 * @returns A layer with data of its own.
 */
export function densityLayer(
  points: readonly { readonly x: number; readonly y: number }[],
  axes: { readonly x: NumberAxis; readonly y: NumberAxis },
  place: { readonly x: object; readonly y: object },
): object {
  return {
    data: { values: density(points, axes) },
    mark: { type: "rect" },
    encoding: {
      ...place,
      x2: { field: "x2" },
      y2: { field: "y2" },
      color: {
        field: "count",
        type: "quantitative",
        title: "points",
        scale: { type: "log", range: ["#c6dbef", "#6baed6", "#08519c"] },
      },
      tooltip: [{ field: "count", title: "points" }],
    },
  };
}
