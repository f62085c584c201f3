/**
 * Bar charts: one number for each name.
 *
 * @module
 */

import { withAllRows, withNumbers } from "./drawn_rows.ts";
import { greatestCells } from "./greatest_cells.ts";
import { counted, saidLess } from "./show_within.ts";
import { chartOf } from "./chart.ts";
import type { DrawnChart } from "./display.ts";
import { drawn, type DrawnPromise } from "./drawn.ts";
import { farValue } from "./far_value.ts";
import { formatNumber } from "./format_number.ts";
import { givenValue, refuseUnlessLabels, refuseUnlessNumbers } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { textTable } from "./text_table.ts";

/** What {@linkcode bars} draws. */
export interface BarsOptions {
  /** What is measured, one name a bar. */
  readonly labels: readonly string[];
  /** What the names are, such as "head": the title of their axis; without one if left out. */
  readonly axis?: string;
  /** How long each bar is. */
  readonly values: ArrayLike<number>;
  /** What the values are. */
  readonly label: string;
  /** Their unit. */
  readonly unit?: string;
  /** The ends of an interval round each value, drawn as a line over its bar; what is undefined is not drawn. */
  readonly intervals?: readonly (readonly [low: number, high: number])[];
  /** What the intervals are; needed where there are some. */
  readonly intervalLabel?: string;
  /** A value to compare them with, drawn as a dashed line. */
  readonly baseline?: number;
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode BarsOptions} may hold. */
const known = [
  "labels",
  "axis",
  "values",
  "label",
  "unit",
  "intervals",
  "intervalLabel",
  "baseline",
  "title",
  "caption",
];

/** Pixels of a bar and the gap beside it. */
const step = 22;

/** The layers of the chart: the bars, and the line of the baseline. */
function layers(options: BarsOptions, upright: boolean): object[] {
  const { labels, axis, label, unit, baseline, intervals = [], intervalLabel } = options;
  const name = unit ? `${label} (${unit})` : label;
  // The place is the key, as two bars may have the same name.
  const place = {
    field: "place",
    type: "ordinal",
    sort: null,
    axis: {
      title: axis ?? null,
      labelAngle: 0,
      labelLimit: 320,
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
    },
  };
  const length = { field: "value", type: "quantitative", title: name };
  const tooltip = [{ field: "name", title: axis ?? "name" }, {
    field: "value",
    title: name,
    format: ".3~g",
  }, ...(intervals.length > 0 ? [{ field: "interval", title: intervalLabel }] : [])];
  const encoding = upright ? { x: place, y: length, tooltip } : { y: place, x: length, tooltip };
  const color = {
    condition: { test: "datum.value < 0", value: "#c26a1a" },
    value: "#5584c2",
  };
  const line = {
    data: { values: [{ baseline }] },
    mark: { type: "rule", strokeDash: [5, 3], strokeWidth: 1.5, color: "#808080" },
    encoding: { [upright ? "y" : "x"]: { field: "baseline", type: "quantitative" } },
  };
  const [along, across] = upright ? ["y", "x"] : ["x", "y"];
  const whiskers = {
    transform: [{ filter: "isValid(datum.low) && isValid(datum.high)" }],
    // Grey with a rim of white is seen on every bar and on both grounds.
    mark: { type: "rule", strokeWidth: 2, color: "#8c8c8c" },
    encoding: {
      [across!]: place,
      [along!]: { ...length, field: "low" },
      [`${along}2`]: { field: "high" },
      tooltip,
    },
  };
  // A bar of no length and one that is undefined would look the same.
  const odd = {
    transform: [{ filter: "isValid(datum.odd)" }],
    mark: {
      type: "text",
      color: "#767676",
      ...(upright ? { angle: 270, align: "left", dx: 4 } : { align: "left", dx: 4 }),
    },
    encoding: { [across!]: place, [along!]: { datum: 0 }, text: { field: "odd" } },
  };
  return [
    { mark: { type: "bar", invalid: null }, encoding: { ...encoding, color } },
    ...(Array.from(options.values).some((value) => !Number.isFinite(value)) ? [odd] : []),
    ...(intervals.length > 0 ? [whiskers] : []),
    ...(baseline !== undefined && Number.isFinite(baseline) ? [line] : []),
  ];
}

/**
 * Draws a bar for each number: upright where all names are short, lying where they are words.
 *
 * @param options Names, values, label and heading.
 * @returns A chart, whose text has one line a bar; the promise draws itself, so a cell may end in it without `await`.
 * @throws {RangeError} If there are not as many values as labels.
 * @throws {TypeError} If an option is not known, a label is no word or a value no number.
 *
 * @example
 * ```ts
 * import { bars } from "@innerworks/innerworks";
 * const chart = await bars({
 *   title: "Effect of each head",
 *   labels: ["0", "1"],
 *   values: [0.2, -1.4],
 *   label: "effect",
 *   unit: "logit",
 * });
 * if (!chart["text/plain"].includes("−1.40")) throw new Error("the number is missing");
 * ```
 */
export function bars(options: BarsOptions): DrawnPromise<DrawnChart> {
  return drawn(() => chartOfBars(options));
}

/** The most bars: of more no picture is small, nor read. */
const mostBars = 300;

/** The bars of greatest size, in their order; the rows behind them are those of all. */
async function largestBars(options: BarsOptions): Promise<DrawnChart> {
  const { labels, values, axis = "name", label, unit, intervals, caption } = options;
  const kept = greatestCells(values, mostBars).sort((a, b) => a - b);
  const less = saidLess(
    `the ${mostBars} greatest of ${counted(labels.length)} bars are shown`,
  );
  const chart = await chartOfBars({
    ...options,
    labels: kept.map((i) => labels[i]!),
    values: kept.map((i) => values[i]!),
    ...intervals && { intervals: kept.map((i) => intervals[i]!) },
    caption: caption ? `${less} · ${caption}` : less,
  });
  return withAllRows(chart, {
    columns: [axis, unit ? `${label} (${unit})` : label, ...intervals ? ["low", "high"] : []],
    fields: () => labels.map((name, i) => [name, values[i]!, ...intervals?.[i] ?? []]),
  });
}

async function chartOfBars(options: BarsOptions): Promise<DrawnChart> {
  refuseUnknownOptions("draw bars", options, known);
  refuseMissingOptions("draw bars", options, ["labels", "values", "label", "title"]);
  refuseUnlessLabels("draw bars", options.labels, { tokens: false });
  refuseUnlessNumbers("draw bars", "values", options.values);
  const { labels, axis = "", values, label, unit, baseline, intervals, title, caption } = options;
  if (labels.length !== values.length) {
    throw new RangeError(
      `Cannot draw bars as each label must have one value: current value is ${values.length} values for ${labels.length} labels`,
    );
  }
  refuseOddIntervals(options);
  if (labels.length > mostBars) return await largestBars(options);
  const said = intervals?.map(intervalText);
  const names = labels.map((name) => name.toWellFormed().replace(/\s+/g, " "));
  const odd = Array.from(values).filter((value) => !Number.isFinite(value)).length;
  const subtitle = [
    baseline === undefined
      ? ""
      : Number.isFinite(baseline)
      ? `dashed line: baseline ${formatNumber(baseline)}`
      : `baseline ${formatNumber(baseline)}, not drawn`,
    said ? `lines over bars: ${options.intervalLabel}` : "",
    odd === 0 ? "" : `${odd} undefined or infinite, not drawn`,
    farValue(values, "hides them: their bars are too short to be told apart"),
    caption ?? "",
  ].filter((part) => part);
  const upright = names.every((name) => name.length <= 3);
  const spec = {
    description: title,
    title: {
      text: title,
      anchor: "start",
      ...(subtitle.length > 0 ? { subtitle } : {}),
    },
    ...(upright ? { width: { step }, height: 220 } : { width: 420, height: { step } }),
    data: {
      values: names.map((name, place) => ({
        place,
        name,
        value: drawable(values[place]!),
        ...(Number.isFinite(values[place]!) ? {} : { odd: formatNumber(values[place]!) }),
        ...(intervals && {
          low: drawable(intervals[place]![0]),
          high: drawable(intervals[place]![1]),
          interval: said![place],
        }),
      })),
    },
    layer: layers({ ...options, labels: names }, upright),
  };
  const rows = names.map((name, i) => [name, formatNumber(values[i]!), ...said ? [said[i]!] : []]);
  const heading = [
    axis,
    unit ? `${label} (${unit})` : label,
    ...said ? [options.intervalLabel!] : [],
  ];
  const text = [title, textTable([heading, ...rows], ["left", "right"]), ...subtitle];
  const numbers = () =>
    names.map((name, place) => {
      const [low, high] = intervals?.[place] ?? [];
      return {
        place,
        name,
        value: values[place]!,
        ...intervals && { low, high, interval: said![place] },
      };
    });
  return withNumbers(await chartOf(spec, text.join("\n")), numbers);
}

/** What a chart can draw of a number. */
const drawable = (value: number): number | null => Number.isFinite(value) ? value : null;

/** An interval in words. */
const intervalText = ([low, high]: readonly [number, number]): string =>
  `${formatNumber(low)} to ${formatNumber(high)}`;

/** Refuses intervals that are not one a bar, or that nobody can name. */
function refuseOddIntervals({ labels, intervals, intervalLabel }: BarsOptions): void {
  if (intervals === undefined) return;
  if (intervals.length !== labels.length) {
    throw new RangeError(
      `Cannot draw bars as each label must have one interval: current value is ${intervals.length} intervals for ${labels.length} labels`,
    );
  }
  intervals.forEach((ends, at) => refuseUnlessNumbers("draw bars", `interval ${at}`, ends));
  if (typeof intervalLabel === "string") return;
  throw new TypeError(
    `Cannot draw bars as intervalLabel must say what the intervals are: current value is ${
      givenValue(intervalLabel)
    }`,
  );
}
