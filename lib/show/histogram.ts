/**
 * Histograms: how many values lie where.
 *
 * @module
 */

import { chartOf } from "./chart.ts";
import type { DrawnChart } from "./display.ts";
import { drawn, type DrawnPromise } from "./drawn.ts";
import { formatNumber } from "./format_number.ts";
import { refuseUnlessNumbers } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import {
  alongAxis,
  axisTitle,
  hasPlace,
  type NumberAxis,
  refuseUnlessAxis,
} from "./number_axis.ts";
import {
  type Reference,
  referenceLayers,
  referenceTexts,
  refuseUnlessReferences,
} from "./reference.ts";
import { textTable } from "./text_table.ts";

/** What {@linkcode histogram} draws: values to count, or counts with the edges of their bins. */
export interface HistogramOptions {
  /** The values that are counted. */
  readonly values?: ArrayLike<number>;
  /** How many lie in each bin, where they are counted already. */
  readonly counts?: ArrayLike<number>;
  /** The edges of the bins, one more than bins, rising; a bin has its lower edge, the last one its upper edge too. */
  readonly edges?: ArrayLike<number>;
  /** How many bins of equal width on the axis there are, where there are no edges; 40 if left out. */
  readonly bins?: number;
  /** What the values are. */
  readonly x: NumberAxis;
  /** What is counted, such as "tokens". */
  readonly label: string;
  /** Whether the axis of counts is logarithmic, which lets rare values be seen; linear if left out. */
  readonly countScale?: "linear" | "log";
  /** Values to mark. */
  readonly markers?: readonly Reference[];
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode HistogramOptions} may hold. */
const known = [
  "values",
  "counts",
  "edges",
  "bins",
  "x",
  "label",
  "countScale",
  "markers",
  "title",
  "caption",
];

/** Where a bar begins on a logarithmic axis, so that a bin of one is seen. */
const ground = 0.5;

/** The bins with their counts, and how many values lie in none. */
interface Counted {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
  readonly odd: number;
}

/** Edges that split the axis evenly from the least to the greatest value. */
function evenEdges(values: ArrayLike<number>, bins: number, x: NumberAxis): number[] {
  const [to, from] = x.scale === "log" ? [Math.log, Math.exp] : [Number, Number];
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (hasPlace(values[i], x)) {
      [low, high] = [Math.min(low, values[i]!), Math.max(high, values[i]!)];
    }
  }
  if (low > high) return [];
  // Values that are all the same lie in one bin that is seen.
  if (low === high) {
    return x.scale === "log"
      ? [low / 2, low * 2]
      : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
  }
  const edges = Array.from(
    { length: bins + 1 },
    (_, i) => from(to(low) * (1 - i / bins) + to(high) * (i / bins)),
  );
  // Rounding must put neither end outside.
  return edges.with(0, low).with(bins, high);
}

/** Counts the values by the edges. */
function count({ values, counts, edges, bins = 40, x }: HistogramOptions): Counted {
  if (counts) {
    return { edges: Array.from(edges!), counts: Array.from(counts), below: 0, above: 0, odd: 0 };
  }
  const all = edges ? Array.from(edges) : evenEdges(values!, bins, x);
  const found = new Array<number>(Math.max(0, all.length - 1)).fill(0);
  let [below, above, odd] = [0, 0, 0];
  for (let i = 0; i < values!.length; i++) {
    const value = values![i]!;
    if (!hasPlace(value, x)) odd++;
    else if (value < all[0]!) below++;
    else if (value > all.at(-1)!) above++;
    else found[binOf(value, all)]!++;
  }
  return { edges: all, counts: found, below, above, odd };
}

/** The last bin whose lower edge is not above the value. */
function binOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (edges[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Draws how many values lie where.
 *
 * @param options Values or counts, axis and heading.
 * @returns A chart, whose text has one line a bin; the promise draws itself, so a cell may end in it without `await`.
 * @throws {RangeError} If edges do not rise or do not fit the counts, a count is negative, or `bins` is no whole number
 * above zero.
 * @throws {TypeError} If an option is not known, a value is no number, or there are not either values or counts.
 *
 * @example
 * ```ts
 * import { histogram } from "@innerworks/innerworks";
 * const chart = await histogram({
 *   title: "Activations of neuron 7",
 *   values: [0, 0, 0, 0.5, 2],
 *   edges: [0, 1, 2],
 *   x: { name: "activation" },
 *   label: "tokens",
 *   countScale: "log",
 * });
 * if (!/0\s+1\s+4/.test(chart["text/plain"])) throw new Error("a bin is missing");
 * ```
 */
export function histogram(options: HistogramOptions): DrawnPromise<DrawnChart> {
  return drawn(() => chartOfHistogram(options));
}

async function chartOfHistogram(options: HistogramOptions): Promise<DrawnChart> {
  checkOptions(options);
  const { x, label, markers = [], countScale, title, caption } = options;
  const { edges, counts, below, above, odd } = count(options);
  const y = { name: label, scale: countScale ?? "linear", zero: true } as const;
  const lost = [
    [below, `below ${formatNumber(edges[0] ?? NaN)}`],
    [above, `above ${formatNumber(edges.at(-1) ?? NaN)}`],
    [odd, x.scale === "log" ? "undefined, infinite or not above zero" : "undefined or infinite"],
  ].filter(([many]) => many !== 0).map(([many, why]) => `${many} ${why}`);
  const sum = counts.reduce((a, b) => a + b, 0);
  const subtitle = [
    `${sum} ${label} in ${counts.length} bins` +
    (countScale === "log" ? ", counts on a logarithmic axis" : ""),
    ...referenceTexts(markers, x, y),
    lost.length > 0 ? `not drawn: ${lost.join("; ")}` : "",
    caption ?? "",
  ].filter((part) => part);
  const spec = {
    description: title,
    title: { text: title, anchor: "start", subtitle },
    width: 480,
    height: 240,
    data: { values: counts.map((count, i) => ({ low: edges[i], high: edges[i + 1], count })) },
    layer: [barLayer(x, y, Math.max(0, ...counts)), ...referenceLayers(markers, { x, y })],
    resolve: { axis: { x: "independent", y: "independent" } },
  };
  const rows = counts.map((
    count,
    i,
  ) => [formatNumber(edges[i]!), formatNumber(edges[i + 1]!), String(count)]);
  const table = textTable(
    [[`${axisTitle(x)} from`, "to", label], ...rows],
    ["right", "right", "right"],
  );
  return await chartOf(spec, [title, table, ...subtitle].join("\n"));
}

/** The bars, each from edge to edge. */
function barLayer(x: NumberAxis, y: NumberAxis, most: number): object {
  const number = (field: string, title: string) => ({ field, title, format: ".4~g" });
  return {
    // An empty bin has no bar, and on a logarithmic axis no place.
    transform: [{ filter: "datum.count > 0" }],
    mark: { type: "bar", color: "#5584c2", stroke: null },
    encoding: {
      x: alongAxis("low", x),
      x2: { field: "high" },
      y: alongAxis("count", y, y.scale === "log" ? [ground, Math.max(1, most) * 1.5] : undefined),
      y2: { datum: y.scale === "log" ? ground : 0 },
      tooltip: [
        number("low", `${axisTitle(x)} from`),
        number("high", "to"),
        { field: "count", title: y.name },
      ],
    },
  };
}

/** Refuses what a compiler would, and bins that are none. */
function checkOptions(options: HistogramOptions): void {
  const what = "draw a histogram";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["x", "label", "title"]);
  refuseUnknownWord(what, "countScale", options.countScale, ["linear", "log"]);
  const { values, counts, edges, bins, x, markers = [] } = options;
  refuseUnlessAxis(what, "x", x);
  refuseUnlessReferences(what, markers, ["x"]);
  if ((values === undefined) === (counts === undefined)) {
    throw new TypeError(
      `Cannot ${what} as it must have either values or counts: current value is ${
        values ? "both" : "neither"
      }`,
    );
  }
  for (const name of ["values", "counts", "edges"] as const) {
    if (options[name] !== undefined) refuseUnlessNumbers(what, name, options[name]);
  }
  const refuse = (rule: string, value: unknown): never => {
    throw new RangeError(`Cannot ${what} as ${rule}: current value is ${value}`);
  };
  if (bins !== undefined && !(Number.isInteger(bins) && bins > 0)) {
    refuse("bins must be a whole number above zero", bins);
  }
  if (counts && edges?.length !== counts.length + 1) {
    refuse("edges must be one more than counts", `${edges?.length ?? 0} for ${counts.length}`);
  }
  const wrong = counts && Array.from(counts).find((count) => !(count >= 0 && count < Infinity));
  if (wrong !== undefined) refuse("counts must be finite and not negative", wrong);
  if (!edges) return;
  const list = Array.from(edges);
  if (
    list.length < 2 || list.some((edge, i) => !hasPlace(edge, x) || i > 0 && !(edge > list[i - 1]!))
  ) {
    refuse(
      "edges must be at least two that have a place on the axis and rise",
      `[${list.slice(0, 8).join(", ")}]`,
    );
  }
}
