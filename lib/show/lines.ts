/**
 * Line charts: series of numbers over a number.
 *
 * @module
 */

import { withAllRows, withNumbers } from "./drawn_rows.ts";
import { counted, saidLess } from "./show_within.ts";
import { linesText } from "./lines_text.ts";
import { thinned } from "./thinned.ts";
import { chartOf } from "./chart.ts";
import { seriesColours } from "./colour.ts";
import type { DrawnChart } from "./display.ts";
import { drawn, type DrawnPromise } from "./drawn.ts";
import { givenValue, refuseUnlessNumbers } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import {
  alongAxis,
  axisTitle,
  hasPlace,
  type NumberAxis,
  refuseUnlessAxis,
  saidNotDrawn,
} from "./number_axis.ts";
import {
  type Reference,
  referenceLayers,
  referenceTexts,
  refuseUnlessReferences,
  withoutAxis,
} from "./reference.ts";

/** One line of {@linkcode lines}. */
export interface LineSeries {
  /** What it is, such as "head 3.5". */
  readonly name: string;
  /** Its values. */
  readonly y: ArrayLike<number>;
  /** Where they stand; 0, 1, 2 and so on if left out. */
  readonly x?: ArrayLike<number>;
  /** The lower ends of the band round it, one a value. */
  readonly low?: ArrayLike<number>;
  /** The upper ends. */
  readonly high?: ArrayLike<number>;
}

/** What {@linkcode lines} draws. */
export interface LinesOptions {
  /** The lines, up to twelve. */
  readonly series: readonly LineSeries[];
  /** What lies. */
  readonly x: NumberAxis;
  /** What stands upright; where it is linear, it reaches zero unless `zero` is false. */
  readonly y: NumberAxis;
  /** Values to compare with. */
  readonly references?: readonly Reference[];
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode LinesOptions} may hold. */
const known = ["series", "x", "y", "references", "title", "caption"];

/** How many lines can be told apart: by colour, then by dashes too. */
const most = 2 * seriesColours.length;

/** The most values of a line that are marked by points. */
const fewPoints = 64;

/** A row of the data: a value of a line; null where it has no place. */
type Row = {
  series: string;
  x: number;
  y: number | null;
  low?: number | null;
  high?: number | null;
};

/** The values of a line. */
const rowsOf = ({ name, x, y, low, high }: LineSeries): Row[] =>
  Array.from(y, (value, i) => ({
    series: name.toWellFormed().replace(/\s+/g, " "),
    x: x ? x[i]! : i,
    y: value,
    ...(low && high ? { low: low[i]!, high: high[i]! } : {}),
  }));

/** Those that have a place along x; where they have none on the other axis they are null. */
function placedRows(line: LineSeries, axes: LinesOptions): Row[] {
  const on = (value: number | null) => value !== null && hasPlace(value, axes.y) ? value : null;
  return rowsOf(line).filter(({ x }) => hasPlace(x, axes.x)).map(({ low, high, ...row }) => ({
    ...row,
    y: on(row.y),
    ...(low !== undefined && high !== undefined ? { low: on(low), high: on(high) } : {}),
  }));
}

/** How each line looks: by colour, then by dashes too. */
function looks(names: readonly string[]): Record<"color" | "strokeDash", object> {
  const by = (range: readonly unknown[]) => ({
    field: "series",
    type: "nominal",
    title: null,
    scale: { domain: names, range },
    legend: names.length > 1
      ? { symbolType: "stroke", symbolOpacity: 1, symbolStrokeWidth: 2, labelLimit: 320 }
      : null,
  });
  const colours = seriesColours.length;
  return {
    color: by(names.map((_, i) => seriesColours[i % colours])),
    strokeDash: by(names.map((_, i) => i < colours ? [1, 0] : [6, 3])),
  };
}

/** What is said of a value that is pointed at. */
function tooltip({ x, y }: LinesOptions, banded: boolean): object[] {
  const number = (field: string, title: string) => ({ field, title, format: ".4~g" });
  return [
    { field: "series", title: "line" },
    number("x", axisTitle(x)),
    number("y", axisTitle(y)),
    ...(banded ? [number("low", "from"), number("high", "to")] : []),
  ];
}

/** The layers: zero, bands, lines, references. */
function layers(options: LinesOptions, rows: readonly Row[]): object[] {
  const { series, references = [] } = options;
  const [x, y] = [options.x, { zero: true, ...options.y }];
  const { color, strokeDash } = looks([...new Set(rows.map((row) => row.series))]);
  const banded = rows.some(({ low }) => low !== undefined);
  const zero = {
    data: { values: [{ y: 0 }] },
    mark: { type: "rule", color: "#808080" },
    encoding: { y: withoutAxis(alongAxis("y", y)) },
  };
  const band = {
    transform: [{ filter: "isValid(datum.low) && isValid(datum.high)" }],
    mark: { type: "area", opacity: 0.2 },
    encoding: {
      x: withoutAxis(alongAxis("x", x)),
      y: withoutAxis(alongAxis("low", y)),
      y2: { field: "high" },
      color,
    },
  };
  const along = alongAxis("x", x) as { axis: object };
  // Between whole places, such as layers, there is nothing to be read.
  const steps = rows.every(({ x }) => Number.isInteger(x)) ? { tickMinStep: 1 } : {};
  const short = Math.max(0, ...series.map((line) => line.y.length)) <= fewPoints;
  return [
    ...(y.scale !== "log" && rows.some((row) => (row.y ?? 0) < 0) ? [zero] : []),
    ...(banded ? [band] : []),
    {
      mark: { type: "line", point: short ? { size: 24 } : false, strokeWidth: 2 },
      encoding: {
        x: { ...along, axis: { ...along.axis, ...steps } },
        y: alongAxis("y", y),
        color,
        strokeDash,
        tooltip: tooltip(options, banded),
      },
    },
    ...referenceLayers(references, { x, y }),
  ];
}

/**
 * Draws numbers over a number as lines: spectra, norms that grow, ranks or probabilities by stage.
 *
 * @param options Lines, axes and heading.
 * @returns A chart, whose text has the same numbers; the promise draws itself, so a cell may end in it without `await`.
 * @throws {RangeError} If a line has not as many places or ends of its band as values, or there are more lines than can
 * be told apart.
 * @throws {TypeError} If an option is not known, two lines have one name, or a value is no number.
 *
 * @example
 * ```ts
 * import { lines } from "@innerworks/innerworks";
 * const chart = await lines({
 *   title: "Singular values of two heads",
 *   x: { name: "place" },
 *   y: { name: "singular value", scale: "log" },
 *   series: [{ name: "head 0", y: [3, 1, 0.1] }, { name: "head 1", y: [2, 1.5, 1.2] }],
 * });
 * if (!chart["text/plain"].includes("0.100")) throw new Error("a value is missing");
 * ```
 */
export function lines(options: LinesOptions): DrawnPromise<DrawnChart> {
  return drawn(() => chartOfLines(options));
}

async function chartOfLines(options: LinesOptions): Promise<DrawnChart> {
  checkOptions(options);
  const { series, x, y, references = [], title, caption } = options;
  const all = series.flatMap((line) => placedRows(line, options));
  const rows = series.flatMap((line) => thinned(placedRows(line, options), series.length));
  const less = rows.length < all.length
    ? saidLess(
      `${counted(rows.length)} of ${
        counted(all.length)
      } values are drawn: of each stretch of a line its least and greatest`,
    )
    : "";
  const values = series.reduce((sum, line) => sum + line.y.length, 0);
  const subtitle = [
    ...referenceTexts(references, x, y),
    rows.some(({ low }) => low !== undefined) ? "shaded: the interval of each value" : "",
    saidNotDrawn(values - all.filter((row) => row.y !== null).length, [x, y]),
    less,
    caption ?? "",
  ].filter((part) => part);
  const spec = {
    description: title,
    title: { text: title, anchor: "start", ...(subtitle.length > 0 ? { subtitle } : {}) },
    width: 480,
    height: 280,
    data: { values: rows },
    layer: layers(options, rows),
    resolve: { axis: { x: "independent", y: "independent" } },
  };
  const text = [title, linesText(options, less !== ""), ...subtitle].join("\n");
  const chart = await chartOf(spec, text), columns = ["series", "x", "y", "low", "high"] as const;
  const numbers = () => series.flatMap(rowsOf);
  if (!less) return withNumbers(chart, numbers);
  return withAllRows(chart, {
    columns,
    fields: () => numbers().map((row) => columns.map((name) => row[name] ?? null)),
  });
}

/** Refuses what a compiler would, and lines that cannot be told apart. */
function checkOptions(options: LinesOptions): void {
  const what = "draw lines";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["series", "x", "y", "title"]);
  const { series, x, y, references = [] } = options;
  refuseUnlessAxis(what, "x", x);
  refuseUnlessAxis(what, "y", y);
  refuseUnlessReferences(what, references, ["x", "y"]);
  if (!Array.isArray(series)) {
    throw new TypeError(
      `Cannot ${what} as series must be a list: current value is ${givenValue(series)}`,
    );
  }
  if (series.length > most) {
    throw new RangeError(
      `Cannot ${what} as there must be at most ${most}, which can be told apart: current value is ${series.length}`,
    );
  }
  series.forEach((line, at) => {
    checkLine(line, at);
    if (series.findIndex(({ name }) => name === line.name) === at) return;
    throw new TypeError(
      `Cannot ${what} as each must have a name of its own: ${
        JSON.stringify(line.name)
      } is there twice`,
    );
  });
}

function checkLine(line: LineSeries, at: number): void {
  const what = `draw line ${at}`;
  refuseUnknownOptions(what, line, ["name", "y", "x", "low", "high"]);
  const { name, y } = line;
  if (typeof name !== "string") {
    throw new TypeError(
      `Cannot ${what} as its name must be text: current value is ${givenValue(name)}`,
    );
  }
  refuseUnlessNumbers(what, "y", y);
  for (const field of ["x", "low", "high"] as const) {
    const list = line[field];
    if (list === undefined) continue;
    refuseUnlessNumbers(what, field, list);
    if (list.length === y.length) continue;
    throw new RangeError(
      `Cannot ${what} as ${field} must be one for each value: current value is ${list.length} for ${y.length}`,
    );
  }
  if ((line.low === undefined) === (line.high === undefined)) return;
  throw new TypeError(`Cannot ${what} as its band must have both low and high: one is left out`);
}
