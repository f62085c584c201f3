/**
 * Scatter charts: points by two numbers each.
 *
 * @module
 */

import { chartOf } from "./chart.ts";
import { seriesColours } from "./colour.ts";
import { densityLayer } from "./density.ts";
import type { DrawnChart } from "./display.ts";
import { drawn, type DrawnPromise } from "./drawn.ts";
import { withNumbers } from "./drawn_rows.ts";
import { formatNumber } from "./format_number.ts";
import { givenValue } from "./given_value.ts";
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
  dashed,
  type Reference,
  referenceLayers,
  referenceTexts,
  refuseUnlessReferences,
  withoutAxis,
} from "./reference.ts";
import {
  equalDomains,
  refuseFields,
  type ScatterCircle,
  type ScatterLine,
  shapeTexts,
  trace,
} from "./scatter_frame.ts";
import { textTable } from "./text_table.ts";

/** A point of {@linkcode scatter}. */
export interface ScatterPoint {
  /** Where it lies along the lower axis. */
  readonly x: number;
  /** Where it lies along the upright axis. */
  readonly y: number;
  /** What it is, said when it is pointed at. */
  readonly label?: string;
  /** Whether its label stands beside it too; name few, as names that are near lie over each other. */
  readonly named?: boolean;
  /** Which kind it is, told by colour and shape. */
  readonly class?: string;
}

/** What {@linkcode scatter} draws. */
export interface ScatterOptions {
  /** The points; of more than 20,000 it is drawn how many lie where, and those that are named. */
  readonly points: readonly ScatterPoint[];
  /** What lies. */
  readonly x: NumberAxis;
  /** What stands upright. */
  readonly y: NumberAxis;
  /** Whether a step is as long along both axes, as in a plane of which angles and distances mean something. */
  readonly equal?: boolean;
  /** Values to compare with. */
  readonly references?: readonly Reference[];
  /** Circles to compare with, dashed. */
  readonly circles?: readonly ScatterCircle[];
  /** Straight lines to compare with, dashed. */
  readonly lines?: readonly ScatterLine[];
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode ScatterOptions} may hold. */
const known = [
  "points",
  "x",
  "y",
  "equal",
  "references",
  "circles",
  "lines",
  "title",
  "caption",
];

/** The most points that are drawn each, the most kinds that can be told apart, the most rows of the text. */
const [mostPoints, mostClasses, fewRows] = [20_000, seriesColours.length, 40];

/** Pixels of a side, and the most points that are large. */
const [side, crowd] = [380, 500];

const oneLine = (text: string): string => text.toWellFormed().replace(/\s+/g, " ");

/** The points that have a place. */
const placed = ({ points, x, y }: ScatterOptions): ScatterPoint[] =>
  points.filter((point) => hasPlace(point.x, x) && hasPlace(point.y, y));

/** The rows of the data: points. */
function rowsOf(points: readonly ScatterPoint[]): object[] {
  return points.map((point) => ({
    x: point.x,
    y: point.y,
    ...(point.label === undefined ? {} : { label: oneLine(point.label) }),
    ...(point.named ? { named: true } : {}),
    ...(point.class === undefined ? {} : { class: oneLine(point.class) }),
  }));
}

/** The kinds of points, in their order. */
const classesOf = (points: readonly ScatterPoint[]): string[] => [
  ...new Set(points.flatMap((point) => point.class === undefined ? [] : [oneLine(point.class)])),
];

/** How the points look, and what is said of them. */
function pointLayer(options: ScatterOptions, place: object): object {
  const classes = classesOf(options.points);
  const by = (range: readonly unknown[]) => ({
    field: "class",
    type: "nominal",
    title: null,
    scale: { domain: classes, range },
  });
  const shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];
  const looks = classes.length === 0
    ? { color: { value: seriesColours[0] }, shape: { value: "circle" } }
    : {
      color: by(seriesColours.slice(0, classes.length)),
      shape: by(shapes.slice(0, classes.length)),
    };
  return {
    mark: {
      type: "point",
      filled: true,
      ...(options.points.length > crowd ? { size: 9, opacity: 0.5 } : { size: 36, opacity: 0.75 }),
    },
    encoding: {
      ...place,
      ...looks,
      tooltip: [
        { field: "label", title: "point" },
        ...(classes.length > 0 ? [{ field: "class", title: "kind" }] : []),
        { field: "x", title: axisTitle(options.x), format: ".4~g" },
        { field: "y", title: axisTitle(options.y), format: ".4~g" },
      ],
    },
  };
}

/** The layers: zero, points, what they are compared with, their names. */
function layers(options: ScatterOptions): object[] {
  const { points, x, y, equal = false, references = [], circles = [], lines = [] } = options;
  const [domainX, domainY] = equal ? equalDomains(options) : [];
  const place = { x: alongAxis("x", x, domainX), y: alongAxis("y", y, domainY) };
  const plain = { x: withoutAxis(place.x), y: withoutAxis(place.y) };
  const spans = (field: "x" | "y") => {
    const values = points.map((point) => point[field]);
    return options[field].scale !== "log" && values.some((value) => value <= 0) &&
      values.some((value) => value >= 0);
  };
  const zero = (field: "x" | "y") => ({
    data: { values: [{ [field]: 0 }] },
    mark: { type: "rule", color: "#808080" },
    encoding: { [field]: plain[field] },
  });
  // Black with a white rim is read on every point and on both grounds.
  const name = (mark: object) => ({
    transform: [{ filter: "datum.named" }],
    mark: { type: "text", align: "left", dx: 6, dy: -5, fontSize: 11, ...mark },
    encoding: { ...plain, text: { field: "label" } },
  });
  return [
    ...(["x", "y"] as const).filter(spans).map(zero),
    ...(points.length > mostPoints ? [densityLayer(placed(options), options, plain)] : []),
    pointLayer(options, place),
    ...[...circles, ...lines].map((shape) => ({
      data: { values: trace(shape) },
      mark: { ...dashed, type: "line" },
      encoding: { ...plain, order: { field: "step", type: "quantitative" } },
    })),
    ...(points.some(({ named }) => named)
      ? [name({ stroke: "white", strokeWidth: 3, color: "white" }), name({ color: "black" })]
      : []),
    ...referenceLayers(references, { x, y }, { x: domainX, y: domainY }),
  ];
}

/** The points as lines of text, those with a name first. */
function scatterText({ points, x, y }: ScatterOptions): string {
  const classes = points.some((point) => point.class !== undefined);
  const sorted = [...points.filter(({ named }) => named), ...points.filter(({ named }) => !named)];
  const head = ["point", ...(classes ? ["kind"] : []), axisTitle(x), axisTitle(y)];
  const rows = sorted.slice(0, fewRows).map((point) => [
    oneLine(point.label ?? ""),
    ...(classes ? [oneLine(point.class ?? "")] : []),
    formatNumber(point.x),
    formatNumber(point.y),
  ]);
  const sides = head.map((_, i) => i < head.length - 2 ? "left" as const : "right" as const);
  const more = points.length > fewRows
    ? `\n${fewRows} of ${points.length} points, those with a name first; the chart has all`
    : "";
  return textTable([head, ...rows], sides) + more;
}

/**
 * Draws points by two numbers each: eigenvalues in the complex plane, one quantity against another.
 *
 * @param options Points, axes and heading.
 * @returns A chart, whose text lists the points; the promise draws itself, so a cell may end in it without `await`.
 * @throws {RangeError} If there are more kinds than can be told apart, or axes that are to be equal are logarithmic.
 * @throws {TypeError} If an option is not known or a coordinate is no number.
 *
 * @example
 * ```ts
 * import { scatter } from "@innerworks/innerworks";
 * const chart = await scatter({
 *   title: "Eigenvalues of an OV circuit",
 *   x: { name: "real part" },
 *   y: { name: "imaginary part" },
 *   points: [{ x: 0.5, y: 0.25 }, { x: 0.5, y: -0.25 }, { x: -1, y: 0, label: "least", named: true }],
 *   equal: true,
 *   circles: [{ label: "modulus 1", x: 0, y: 0, radius: 1 }],
 * });
 * if (!chart["text/plain"].includes("0.250")) throw new Error("a point is missing");
 * ```
 */
export function scatter(options: ScatterOptions): DrawnPromise<DrawnChart> {
  return drawn(() => chartOfScatter(options));
}

async function chartOfScatter(options: ScatterOptions): Promise<DrawnChart> {
  checkOptions(options);
  const { points, x, y, equal, references = [], circles = [], lines = [], title } = options;
  const all = placed(options), many = points.length > mostPoints;
  const rows = rowsOf(many ? all.filter(({ named }) => named) : all);
  const subtitle = [
    many
      ? `${all.length} points: colour says how many lie in each cell; those with a name are drawn too, ${rows.length}`
      : "",
    ...referenceTexts(references, x, y),
    ...shapeTexts(circles, lines),
    saidNotDrawn(points.length - all.length, [x, y]),
    options.caption ?? "",
  ].filter((part) => part);
  const spec = {
    description: title,
    title: { text: title, anchor: "start", ...(subtitle.length > 0 ? { subtitle } : {}) },
    width: equal ? side : 460,
    height: equal ? side : 300,
    data: { values: rows },
    layer: layers(options),
    resolve: {
      axis: { x: "independent", y: "independent" },
      ...(many && { scale: { color: "independent" } }),
    },
  };
  const text = [title, scatterText(options), ...subtitle].join("\n");
  return withNumbers(await chartOf(spec, text), () => rowsOf(points));
}

/** Refuses what a compiler would, and what no chart can show. */
function checkOptions(options: ScatterOptions): void {
  const what = "draw a scatter chart";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["points", "x", "y", "title"]);
  const { points, x, y, equal, references = [], circles = [], lines = [] } = options;
  refuseUnlessAxis(what, "x", x);
  refuseUnlessAxis(what, "y", y);
  refuseUnlessReferences(what, references, ["x", "y"]);
  if (!Array.isArray(points)) {
    throw new TypeError(
      `Cannot ${what} as points must be a list: current value is ${givenValue(points)}`,
    );
  }
  const refuse = (rule: string, value: unknown): never => {
    throw new RangeError(`Cannot ${what} as ${rule}: current value is ${value}`);
  };
  if (equal && [x, y].some(({ scale }) => scale === "log")) {
    refuse("equal axes must be linear", "log");
  }
  refuseFields(what, ["point", points], {
    numbers: ["x", "y"],
    others: ["label", "named", "class"],
  });
  refuseFields(what, ["circle", circles], { numbers: ["x", "y", "radius"], others: ["label"] });
  refuseFields(what, ["line", lines], { numbers: [], others: ["label", "from", "to"] });
  const bent = lines.findIndex((line) => [line.from, line.to].some((end) => end?.length !== 2));
  if (bent >= 0) {
    throw new TypeError(`Cannot ${what} with line ${bent} as from and to must be two numbers each`);
  }
  const classes = classesOf(points).length;
  if (classes > mostClasses) {
    refuse(`there must be at most ${mostClasses} kinds, which can be told apart`, classes);
  }
}
