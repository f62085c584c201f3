/**
 * Points in three dimensions.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { labelHtml } from "./axis.ts";
import { seriesColours } from "./colour.ts";
import type { DrawnDocument } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import type { DrawnPromise } from "./drawn.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { saidListed } from "./greatest_cells.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { scatter3dPlotly, type Scatter3dPlotlyOptions } from "./scatter_3d_plotly.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenText } from "./token_text.ts";

/** A point of {@linkcode scatter3d}. */
export interface Scatter3dPoint {
  /** Where it lies along the three axes. */
  readonly at: readonly [x: number, y: number, z: number];
  /** What it is. */
  readonly label?: string;
  /** Which kind it is, told by colour. */
  readonly class?: string;
}

/** What {@linkcode scatter3d} draws. */
export interface Scatter3dOptions {
  /** The points, at most 20000. */
  readonly points: readonly Scatter3dPoint[];
  /** What the three axes are. */
  readonly axes: readonly [x: string, y: string, z: string];
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** A cloud of points. */
export interface Scatter3d extends DrawnDocument {
  /**
   * Draws the points by plotly.js, on WebGL: with axes and ticks that turn along, and smoothly where there are thousands.
   *
   * plotly.js 4.1.1 is fetched from npm (0.6 MB) when a machine first asks for it, and nothing of it before. It stands in the
   * page itself, packed to 0.74 MB, and the page asks no network. **One output of a page carries it for all**: the first
   * that a process shows, and every later one of the same title, so that the cell may be run again. What
   * `save("cloud.html")` writes always carries it, once. Profiles of `showFor` leave it out, and so does whatever shows no
   * scripts: there the drawing is that of `scatter3d`.
   *
   * Where the page does not find it (the output that carried it was cleared and the page loaded again, or each output is
   * a page of its own, as in Colab) and where there is no WebGL or too little of it, the page draws the points as `scatter3d` does and says so
   * under them; `plotly({ carry: true })` puts a copy into this very output. WebGL counts in single precision: points that lie
   * more than 100000 times as far from zero as from each other are drawn without it, too.
   *
   * @param options Whether this output carries a copy in any case.
   * @returns A promise of the document, which draws itself.
   * @throws {Error} If plotly.js is not in Deno's cache and npm cannot be reached, or if npm gives another file.
   * @throws {TypeError} If an option is not known.
   *
   * @example
   * ```ts
   * import { scatter3d } from "@innerworks/innerworks";
   * const cloud = scatter3d({
   *   title: "Two points",
   *   points: [{ at: [0, 0, 0], label: "here" }, { at: [1, 2, 3], label: "there" }],
   *   axes: ["x", "y", "z"],
   * });
   * await cloud.plotly(); // as the last line of a cell this draws the points by plotly.js
   * ```
   */
  plotly(options?: Scatter3dPlotlyOptions): DrawnPromise<DrawnDocument>;
}

/** The most points. */
const mostPoints = 20_000;
/** How many are listed: those furthest from the middle of all. */
const listed = 20;
/** Pixels of a plane view, round it, and of a point. */
const [side, margin, radius] = [240, 26, 3];
/** Which axes lie and stand in each view. */
const planes = [[0, 1], [0, 2], [1, 2]] as const;

/**
 * Draws points in three dimensions: three plane views at rest, and in a page a cloud that is turned by hand or by keys. All axes
 * have one scale, so that distances are what they look like. Its output takes about 0.2 KB a point; `plotly()` of it draws the
 * same by plotly.js, for 0.74 MB more.
 *
 * @param options Points, axes and title.
 * @returns A document; its text lists the points furthest from the middle.
 * @throws {RangeError} If there are more than 20000 points.
 * @throws {TypeError} If an option or a field of a point is not known, or a place is not three numbers.
 *
 * @example
 * ```ts
 * import { scatter3d } from "@innerworks/innerworks";
 * const cloud = scatter3d({
 *   title: "Two points",
 *   points: [{ at: [0, 0, 0], label: "here" }, { at: [1, 2, 3], label: "there" }],
 *   axes: ["x", "y", "z"],
 * });
 * if (!cloud["text/plain"].includes("there")) throw new Error("a point is missing");
 * ```
 */
export function scatter3d(options: Scatter3dOptions): Scatter3d {
  check(options);
  const { axes, title, caption } = options;
  const points = options.points.filter(({ at }) => at.every(Number.isFinite));
  const left = options.points.length - points.length;
  const classes = [...new Set(points.flatMap((point) => point.class ?? []))];
  const middle = [0, 1, 2].map((axis) =>
    points.reduce((sum, { at }) => sum + at[axis as 0]!, 0) / points.length
  );
  const away = ({ at }: Scatter3dPoint): number =>
    Math.hypot(...at.map((value, axis) => value - middle[axis]!));
  const far = points.toSorted((a, b) => away(b) - away(a)).slice(0, listed);
  const names = ["point", ...classes.length > 0 ? ["class"] : [], ...axes];
  const rows = far.map((point) => [
    visible(point.label ?? ""),
    ...classes.length > 0 ? [visible(point.class ?? "")] : [],
    ...point.at.map((value) => formatNumber(value)),
  ]);
  const said = `${points.length} points${
    left > 0 ? `, ${left} more have no place and are not drawn` : ""
  }`;
  const sides = names.map((_, i) => i >= names.length - 3 ? "right" as const : "left" as const);
  const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
  const key = classes.map((name, i) =>
    `<span class="kind" style="color:${
      rgb(seriesColours[i % seriesColours.length]!)
    };background-color:rgb(255,255,255)">●</span> ${labelHtml(visible(name))}`
  ).join("&emsp;");
  const parts = {
    title,
    caption,
    rows: {
      columns: ["point", "label", "class", ...axes],
      fields: () => points.map((one, i) => [i, one.label ?? null, one.class ?? null, ...one.at]),
    },
    payload: {
      kind: "scatter3d" as const,
      axes,
      places: places(points),
      labels: points.map(({ label = "" }) => visible(label)),
      classes: points.map((point) => point.class === undefined ? 0 : classes.indexOf(point.class)),
    },
    body: `<p class="axes" style="${quiet};margin:0 0 4px 0">${escapeHtml(said)}</p>` +
      (points.length === 0 ? "" : pictureHtml(points, { axes, classes, title })) +
      (key ? `<p class="label" style="${quiet};margin:4px 0">${key}</p>` : "") +
      `<details style="${ink}"><summary style="${quiet};line-height:24px">The points furthest from the middle</summary>${
        tableHtml(
          names.map((name, i) => ({ heading: escapeHtml(name), align: sides[i]! })),
          rows.map((row) => row.map(labelHtml)),
        )
      }</details>`,
    text: `${said}, those furthest from the middle first${saidListed(points.length, listed)}\n${
      textTable([names, ...rows], sides)
    }`,
  };
  return Object.defineProperty(documentOf(parts), "plotly", {
    value: (options: Scatter3dPlotlyOptions = {}) => scatter3dPlotly(parts, options),
  }) as Scatter3d;
}

/** Where the points lie, to a hundred thousandth of the cloud: five figures, and more where it lies far from zero. */
function places(points: readonly Scatter3dPoint[]): number[] {
  const digits = [0, 1, 2].map((axis) => {
    const [low, high] = ends(points, axis), most = Math.max(Math.abs(low), Math.abs(high));
    const more = Math.ceil(Math.log10(most / (high - low)));
    return Number.isFinite(more) ? Math.min(17, 5 + Math.max(0, more)) : 5;
  });
  return points.flatMap(({ at }) =>
    at.map((value, axis) => Number(value.toPrecision(digits[axis]!)))
  );
}

/** The least and the greatest place along an axis. */
function ends(points: readonly Scatter3dPoint[], axis: number): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { at } of points) {
    [low, high] = [Math.min(low, at[axis as 0]), Math.max(high, at[axis as 0])];
  }
  return [low, high];
}

const visible = (text: string): string => text === "" ? "" : tokenText({ text });
const rgb = (hex: string): string =>
  `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(",")})`;

/** The three plane views, as an SVG inside an image, which a sanitiser lets through. */
function pictureHtml(
  points: readonly Scatter3dPoint[],
  { axes, classes, title }: {
    axes: readonly string[];
    classes: readonly string[];
    title: string;
  },
): string {
  const ranges = [0, 1, 2].map((axis) => ends(points, axis));
  const span = Math.max(...ranges.map(([low, high]) => high - low)) || 1;
  const place = (value: number, axis: number): number => {
    const [low, high] = ranges[axis]!;
    return 0.5 + (value - (low + high) / 2) / span * 0.92;
  };
  const byColour = Map.groupBy(
    points,
    ({ class: kind = "" }) =>
      seriesColours[Math.max(0, classes.indexOf(kind)) % seriesColours.length]!,
  );
  const views = planes.map(([across, up], view) => {
    const left = view * (side + margin) + margin;
    const dots = [...byColour].map(([colour, points]) =>
      `<g fill="${colour}" fill-opacity="0.6">${
        points.map(({ at }) => {
          const x = left + place(at[across], across) * side;
          const y = side - place(at[up], up) * side + 4;
          return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}"/>`;
        }).join("")
      }</g>`
    );
    return `<rect x="${left}" y="4" width="${side}" height="${side}" fill="none" stroke="#d0d4da"/>${
      dots.join("")
    }<text x="${left + side / 2}" y="${side + 20}" text-anchor="middle">${
      escapeHtml(visible(axes[across]!))
    }</text><text transform="translate(${left - 7} ${side / 2}) rotate(-90)" text-anchor="middle">${
      escapeHtml(visible(axes[up]!))
    }</text>`;
  });
  const [width, height] = [3 * (side + margin) + 8, side + 30];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans,sans-serif" font-size="12" fill="#1a1c1f"><rect width="100%" height="100%" fill="#fff"/>${
      views.join("")
    }</svg>`;
  return `<img class="drawing" alt="${
    escapeHtml(`${title}: three plane views of ${points.length} points`)
  }" width="${width}" height="${height}" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,${
    Buffer.from(svg.toWellFormed()).toString("base64")
  }">`;
}

/** Refuses what a compiler would, and too many points. */
function check(options: Scatter3dOptions): void {
  const what = "draw points in three dimensions", { points, axes, ...rest } = options;
  refuseMissingOptions(what, options, ["points", "axes", "title"]);
  refuseUnknownOptions(what, rest, ["title", "caption"]);
  if (!Array.isArray(axes) || axes.length !== 3) {
    throw new TypeError(
      `Cannot ${what} as axes must be three names: current value is ${Deno.inspect(axes)}`,
    );
  }
  if (points.length > mostPoints) {
    throw new RangeError(
      `Cannot ${what} as there must be at most ${mostPoints}: current value is ${points.length}`,
    );
  }
  points.forEach((point, i) => {
    refuseUnknownOptions(`${what}: point ${i}`, point, ["at", "label", "class"]);
    const { at } = point;
    if (Array.isArray(at) && at.length === 3 && at.every((value) => typeof value === "number")) {
      return;
    }
    throw new TypeError(
      `Cannot ${what} as the place of point ${i} must be three numbers: current value is ${
        Deno.inspect(at)
      }`,
    );
  });
}
