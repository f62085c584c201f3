/**
 * Waterfalls: the parts of a number as bars that float, each from where the last one ended.
 *
 * @module
 */

import { withAllRows, withNumbers } from "./drawn_rows.ts";
import { chartOf } from "./chart.ts";
import type { DrawnChart } from "./display.ts";
import { drawn, type DrawnPromise } from "./drawn.ts";
import { type FallingBar, fallingBars, fallingBarsText } from "./falling_bars.ts";
import { formatNumber } from "./format_number.ts";
import { givenValue, refuseUnlessNumbers } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";

/** One of the parts that a number is the sum of. */
export interface WaterfallPart {
  /** What the part is, such as "head 3.5". */
  readonly label: string;
  /** How much it adds; negative where it takes away. */
  readonly value: number;
  /** What it belongs to, such as "layer 3". */
  readonly group?: string;
  /** The ends of the interval of its value, drawn as a whisker. */
  readonly interval?: readonly [low: number, high: number];
}

/** What {@linkcode waterfall} draws. */
export interface WaterfallOptions {
  /** The parts, in the order in which they are added up. */
  readonly parts: readonly WaterfallPart[];
  /** The number that they should add up to, measured apart from them. */
  readonly total: number;
  /** What the number is, such as "logit of · Mary". */
  readonly label: string;
  /** Its unit. */
  readonly unit?: string;
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** As given, or by size, the greatest first; as given if left out. */
  readonly order?: "given" | "sorted";
  /** How many bars of greatest size stand alone: the others become one bar, of their sum. All do if left out. */
  readonly most?: number;
  /** Whether there is one bar for each group, of its sum, instead of one for each part; parts of no group stay. */
  readonly group?: boolean;
}

/** What {@linkcode WaterfallOptions} may hold. */
const known = [
  "parts",
  "total",
  "label",
  "unit",
  "title",
  "caption",
  "order",
  "most",
  "group",
];

/** Pixels of a bar and the gap beside it. */
const step = 22;
/** Blue adds, orange takes away, as in every bar chart here; grey is neither. */
const [up, down, neutral] = ["#5584c2", "#c26a1a", "#808080"];

/** An axis of places. Its labels follow the notebook's theme, as text inside the chart would not. */
function places(bars: readonly FallingBar[], orient: "left" | "right"): object {
  const texts = bars.map(({ name, shown }) => orient === "left" ? name : shown);
  const axis = {
    orient,
    title: null,
    labelLimit: 320,
    labelExpr: `${JSON.stringify(texts)}[datum.value]`,
    domain: false,
    ticks: false,
    grid: false,
    labelPadding: 6,
  };
  // Said outright, as every layer has rows of its own.
  return { ...place(bars), axis };
}

const place = (bars: readonly FallingBar[]) => ({
  field: "place",
  type: "ordinal",
  sort: null,
  scale: { domain: bars.map((_, i) => i) },
  axis: null,
});

const drawnOnly = (field: string): object[] => [{ filter: `isValid(datum.${field})` }];

/** The whiskers: black with a white rim, which is seen on every bar and on both grounds. */
function whiskers(bars: readonly FallingBar[], along: (field: string) => object): object[] {
  if (bars.every(({ low }) => low === undefined)) return [];
  return [["white", 4], ["black", 1.5]].map(([color, strokeWidth]) => ({
    transform: drawnOnly("highEnd"),
    mark: { type: "rule", color, strokeWidth, strokeCap: "round" },
    encoding: { y: place(bars), x: along("lowEnd"), x2: { field: "highEnd" } },
  }));
}

/** The bars themselves: those that add, or those that take away, which are thinner, as grey paper hides colours. */
function barLayer(
  bars: readonly FallingBar[],
  along: (field: string) => object,
  { name, takes }: { readonly name: string; readonly takes: boolean },
): object {
  const number = (field: string, title: string) => ({ field, title, format: ".4~g" });
  const some = (field: "group" | "low") => bars.some((bar) => bar[field] !== undefined);
  const kind = (what: FallingBar["kind"], value: unknown) => ({
    test: `datum.kind === "${what}"`,
    value,
  });
  const grey = [kind("total", neutral), kind("left over", neutral)];
  const color = { condition: grey, value: takes ? down : up };
  const thin = `datum.kind !== "total" && datum.kind !== "left over" && datum.value < 0`;
  return {
    transform: [...drawnOnly("end"), { filter: takes ? thin : `!(${thin})` }],
    mark: { type: "bar", height: { band: takes ? 0.36 : 0.72 }, strokeWidth: 1.5 },
    encoding: {
      y: takes ? place(bars) : places(bars, "left"),
      x: along("start"),
      x2: { field: "end" },
      fill: color,
      stroke: color,
      // Hollow, so that what is left over is told from the total without its colour, and seen where it is no wider than a line.
      fillOpacity: { condition: kind("left over", 0.15), value: 1 },
      tooltip: [
        { field: "name", title: "part" },
        ...(some("group") ? [{ field: "group", title: "group" }] : []),
        number("value", name),
        number("end", "sum so far"),
        ...(some("low") ? [number("low", "from"), number("high", "to")] : []),
      ],
    },
  };
}

/** The layers of the chart, from the back: zero, connectors, bars, whiskers, values. */
function layers(bars: readonly FallingBar[], name: string): object[] {
  const along = (field: string) => ({ field, type: "quantitative", title: name });
  const rule = { type: "rule", color: neutral };
  return [
    { data: { values: [{ zero: 0 }] }, mark: rule, encoding: { x: along("zero") } },
    {
      transform: [...drawnOnly("end"), { filter: `datum.kind !== "total"` }],
      mark: rule,
      encoding: { y: place(bars), y2: { field: "next" }, x: along("end") },
    },
    ...[false, true].map((takes) => barLayer(bars, along, { name, takes })),
    ...whiskers(bars, along),
    { mark: { type: "point", opacity: 0 }, encoding: { y: places(bars, "right") } },
  ];
}

/**
 * Draws what a number is made of: a bar for each part, which begins where the last one ended, a bar for what the parts
 * leave over, and the number itself from zero. Nothing is left out unsaid: parts beyond the `most` greatest are one bar
 * of their exact sum, and what is left over has its bar and its number also where it is almost nothing.
 *
 * Every row of the specification's data has `start`, `end` and `value` in full precision. An undefined or infinite part
 * makes the sums from there on undefined: their bars have no place and are not drawn, which the chart says.
 *
 * @param options Parts, total, label and heading.
 * @returns A chart, whose text has one line a bar with the sum so far; the promise draws itself, so a cell may end in it
 * without `await`.
 * @throws {RangeError} If `most` is no whole number from 0, or an interval has its greater end first.
 * @throws {TypeError} If an option is not known, or a part has no label or no number.
 *
 * @example
 * ```ts
 * import { waterfall } from "@innerworks/innerworks";
 * const chart = await waterfall({
 *   title: "What the logit of · Mary is made of",
 *   parts: [{ label: "embed", value: 0.5 }, { label: "head 3.5", value: 2.5 }, { label: "mlp 3", value: -1 }],
 *   total: 2.25,
 *   label: "logit of · Mary",
 * });
 * if (!chart["text/plain"].includes("2 + 0.250 = 2.25")) throw new Error("it does not add up");
 * ```
 */
export function waterfall(options: WaterfallOptions): DrawnPromise<DrawnChart> {
  return drawn(() => chartOfWaterfall(options));
}

async function chartOfWaterfall(options: WaterfallOptions): Promise<DrawnChart> {
  checkOptions(options);
  const { parts, total, label, unit, title, caption } = options;
  const cut = options.most === undefined && parts.length > mostBars;
  const { bars, sum, said } = fallingBars(cut ? { ...options, most: mostBars } : options);
  const name = unit ? `${label} (${unit})` : label;
  const odd = bars.filter(({ start, end }) => !Number.isFinite(end - start)).length;
  const subtitle = [
    ...said,
    odd === 0
      ? ""
      : `${odd} of ${bars.length} bars not drawn, as they begin or end at an undefined or infinite sum`,
    caption ?? "",
  ].filter((part) => part);
  const key =
    "thick and blue adds, thin and orange takes away; hollow: left over (total less parts); grey: total";
  const spec = {
    description: title,
    title: { text: title, anchor: "start", subtitle: [key, ...subtitle] },
    width: 460,
    height: { step },
    data: { values: bars.map(datum) },
    layer: layers(bars, name),
    resolve: { axis: { y: "independent" } },
  };
  const left = total - sum;
  const equation = `parts + left over = total: ${formatNumber(sum)} ${left < 0 ? "−" : "+"} ${
    formatNumber(Math.abs(left))
  } = ${formatNumber(total)}`;
  const text = [title, fallingBarsText(bars, name), equation, ...subtitle].join("\n");
  const chart = await chartOf(spec, text);
  if (!cut) {
    return withNumbers(chart, () => bars.map((bar, place) => ({ ...bar, place, next: place + 1 })));
  }
  return withAllRows(chart, {
    columns: ["part", "group", name],
    fields: () => parts.map(({ label, group, value }) => [label, group ?? null, value]),
  });
}

/** The most bars unless more are asked for: of more no picture is small, nor read. */
const mostBars = 240;

/** A row of the data: full precision, and null for what JSON cannot hold. */
function datum(bar: FallingBar, place: number): object {
  const fields = Object.entries({ ...bar, place, next: place + 1 }).map((
    [key, value],
  ) => [key, typeof value === "number" && !Number.isFinite(value) ? null : value]);
  const { start, end, ...rest } = Object.fromEntries(fields);
  // A bar has both its ends or none.
  return {
    ...rest,
    ...(start === null || end === null ? { start: null, end: null } : { start, end }),
  };
}

/** Refuses what a compiler would. */
function checkOptions(options: WaterfallOptions): void {
  const what = "draw a waterfall";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["parts", "total", "label", "title"]);
  refuseUnknownWord(what, "order", options.order, ["given", "sorted"]);
  const { parts, total, most, group } = options;
  if (!Array.isArray(parts)) {
    throw new TypeError(
      `Cannot ${what} as parts must be a list: current value is ${givenValue(parts)}`,
    );
  }
  if (typeof total !== "number") {
    throw new TypeError(
      `Cannot ${what} as total must be a number: current value is ${givenValue(total)}`,
    );
  }
  if (most !== undefined && !(Number.isInteger(most) && most >= 0)) {
    throw new RangeError(
      `Cannot ${what} as most must be a whole number from 0: current value is ${givenValue(most)}`,
    );
  }
  if (group !== undefined && typeof group !== "boolean") {
    throw new TypeError(
      `Cannot ${what} as group must be true or false: current value is ${givenValue(group)}`,
    );
  }
  parts.forEach(checkPart);
}

function checkPart(part: WaterfallPart, at: number): void {
  const what = `draw part ${at} of a waterfall`;
  refuseUnknownOptions(what, part, ["label", "value", "group", "interval"]);
  const { label, value, group, interval } = part;
  if (typeof label !== "string" || group !== undefined && typeof group !== "string") {
    const [name, given] = typeof label === "string" ? ["group", group] : ["label", label];
    throw new TypeError(
      `Cannot ${what} as ${name} must be text: current value is ${givenValue(given)}`,
    );
  }
  if (typeof value !== "number") {
    throw new TypeError(
      `Cannot ${what} as value must be a number: current value is ${givenValue(value)}`,
    );
  }
  if (interval === undefined) return;
  refuseUnlessNumbers(what, "interval", interval);
  if (interval.length === 2 && !(interval[0] > interval[1])) return;
  throw new RangeError(
    `Cannot ${what} as interval must be two numbers, the lower first: current value is [${
      Array.from<number>(interval).join(", ")
    }]`,
  );
}
