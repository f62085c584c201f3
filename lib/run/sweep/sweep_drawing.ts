/**
 * The pictures of a sweep.
 *
 * @module
 */

import {
  bars,
  type DrawnChart,
  type DrawnDocument,
  formatNumber,
  heatMap,
  type HeatMapOptions,
  refuseUnknownOptions,
  type Transform,
} from "../../show/mod.ts";
import { meanGaps } from "./sweep_effects.ts";
import { sweepCode } from "./sweep_code.ts";
import { panelsOf, sideOf, type SweepPanel } from "./sweep_panels.ts";
import { metricAt } from "./sweep_place.ts";
import {
  type SweepStatistics,
  sweepStatistics,
  type SweepStatisticsOptions,
} from "./sweep_statistics.ts";
import type { SweepValues } from "./sweep_values.ts";

/** Options for {@linkcode SweepResult.draw}. */
export interface SweepDrawOptions extends SweepStatisticsOptions {
  /** How colour grows with a value; `sqrt` lets small ones be seen beside a great one. @default {"linear"} */
  readonly transform?: Transform;
  /** The values at both ends of the colours. @default {the greatest size, to both sides of zero} */
  readonly domain?: readonly [low: number, high: number];
  /** The corrected p up to which a cell has a dot. @default {0.05} */
  readonly level?: number;
}

/** What is drawn: a heat map or a bar chart. */
export type SweepPicture = DrawnDocument | DrawnChart;

const known = [
  "metric",
  "measure",
  "seed",
  "resamples",
  "draws",
  "confidence",
  "alternative",
  "signal",
  "transform",
  "domain",
  "level",
];

/** The most bars of a chart. */
const mostBars = 40;

/**
 * Draws a sweep.
 *
 * @param data What was swept.
 * @param options Which metric and measure, and how.
 * @returns A picture, or several with the same colours: one for each metric if none is given, one for each place of the
 * first of three axes.
 */
export async function drawSweep(
  data: SweepValues,
  options: SweepDrawOptions,
): Promise<SweepPicture[]> {
  refuseUnknownOptions("draw a sweep", options, known);
  const { transform, domain, level = 0.05, ...statistics } = options;
  const asked = options.metric === undefined
    ? data.metrics.map((_, metric) => metric)
    : [metricAt(data, options.metric)];
  const pictures: SweepPicture[] = [];
  for (const metric of asked) {
    const found = await sweepStatistics(data, { ...statistics, metric });
    const look = { transform, domain, level };
    pictures.push(
      ...data.axes.length < 2 ? [await drawBars(data, found)] : drawMaps(data, found, look),
    );
  }
  return pictures;
}

/**
 * Draws the means alone, without what takes chance: what a terminal shows at once.
 *
 * @param data What was swept.
 * @param means The mean effect of each variant on the first metric.
 */
export function plainMaps(data: SweepValues, means: Float64Array): DrawnDocument[] {
  const metric = data.metrics[0]!;
  return panelsOf(data).map((panel) =>
    heatMap(mapOf(data, { metric, measure: "effect", means }, panel))
  );
}

/** What the picture needs of statistics. */
type Drawn = Pick<SweepStatistics, "metric" | "measure" | "means"> & { readonly seed?: number };

/** One axis: bars, with the interval of each. */
function drawBars(data: SweepValues, found: SweepStatistics): Promise<DrawnChart> {
  const { axes: [axis], variants } = data,
    { means, low, high, count, confidence, corrected } = found;
  const names = axis ? sideOf(axis, data).labels : variants;
  const size = (i: number) => Number.isNaN(means[i]!) ? -1 : Math.abs(means[i]!);
  const most = [...names.keys()].sort((a, b) => size(b) - size(a)).slice(0, mostBars);
  const shown = names.length > mostBars ? most : [...names.keys()];
  const tests = count > 1
    ? [`p corrected for ${found.tested} bars: least ${formatNumber(least(corrected))}`]
    : [];
  return bars({
    title: titleOf(data, found),
    ...(axis && { axis: axis.name }),
    labels: shown.map((i) => names[i]!),
    values: shown.map((i) => means[i]!),
    label: labelOf(found),
    ...unitOf(found),
    ...(count > 1 && {
      intervals: shown.map((i) => [low[i]!, high[i]!] as const),
      intervalLabel: intervalName(confidence),
    }),
    caption: [
      ...captionOf(data, found),
      ...tests,
      ...shown.length < names.length ? [`the ${mostBars} of greatest size of ${names.length}`] : [],
    ].join(" · "),
  });
}

/** Two axes or more: heat maps. */
function drawMaps(
  data: SweepValues,
  found: SweepStatistics,
  look: {
    readonly transform: Transform | undefined;
    readonly domain: SweepDrawOptions["domain"] | undefined;
    readonly level: number;
  },
): DrawnDocument[] {
  const { corrected, count, tested } = found;
  const most = scaleEnd(data, found);
  const { transform, domain = most > 0 ? [-most, most] as const : undefined, level } = look;
  return panelsOf(data).map((panel) =>
    heatMap({
      ...mapOf(data, found, panel),
      ...(domain && { domain }),
      ...(transform && { transform }),
      notes: notesOf(data, found, panel.variants),
      ...(count > 1 && {
        marked: {
          label: `p ≤ ${level}, corrected for ${tested} cells${unreached(found, level)}`,
          cells: panel.variants.map((variant) => corrected[variant]! <= level),
        },
      }),
    })
  );
}

/**
 * The value at the ends of the colours: the greatest size, or the gap between the two runs where an effect is at least
 * half of it, so that the colour of the other run can be seen.
 */
function scaleEnd(data: SweepValues, found: Drawn): number {
  const most = found.means.reduce(
    (size, x) => Number.isNaN(x) ? size : Math.max(size, Math.abs(x)),
    0,
  );
  const gap = !data.reference ? 0 : found.measure === "effect" ? Math.abs(gapOf(data, found)) : 1;
  return most >= gap / 2 ? Math.max(most, gap) : most;
}

/** The picture of one panel, without chance. */
function mapOf(data: SweepValues, found: Drawn, panel: SweepPanel): HeatMapOptions {
  const gap = data.reference ? gapOf(data, found) : NaN;
  const [edited, other] = runsOf(data), { measure } = found;
  const code = sweepCode(data, panel, { metric: data.metrics.indexOf(found.metric), measure });
  return {
    title: titleOf(data, found) + (panel.name && `, ${panel.name}`),
    values: panel.variants.map((variant) => found.means[variant]!),
    rows: panel.rows,
    columns: panel.columns,
    label: labelOf(found),
    ...unitOf(found),
    scale: "diverging",
    ticks: [
      // Effects, not what the runs themselves measure, which the caption has.
      { label: `${edited ? `as in the ${edited}` : "as without edits"}: effect`, value: 0 },
      ...Number.isNaN(gap) ? [] : [{
        label: `as in the ${other}: ${measure === "effect" ? "effect" : "share of the gap"}`,
        value: measure === "effect" ? gap : 1,
      }],
    ],
    caption: captionOf(data, found).join(" · "),
    ...code && { code },
  };
}

/** What is said of each cell besides its mean. */
function notesOf(
  data: SweepValues,
  { metric, measure, count, means, low, high, p, corrected, confidence, tested }: SweepStatistics,
  variants: readonly number[],
): NonNullable<HeatMapOptions["notes"]> {
  const texts = (of: (variant: number) => string) => variants.map(of);
  const gap = data.reference && measure === "effect" ? gapOf(data, { metric }) : NaN;
  const share = { name: "of the gap", texts: texts((i) => formatNumber(means[i]! / gap)) };
  const chance = [
    {
      name: intervalName(confidence),
      texts: texts((i) =>
        Number.isNaN(low[i]!)
          ? "undefined"
          : `${formatNumber(low[i]!)} to ${formatNumber(high[i]!)}`
      ),
    },
    { name: "p", texts: texts((i) => formatNumber(p[i]!, 2)) },
    { name: `p for ${tested} cells`, texts: texts((i) => formatNumber(corrected[i]!, 2)) },
  ];
  return [...Number.isNaN(gap) || gap === 0 ? [] : [share], ...count > 1 ? chance : []];
}

const intervalName = (confidence: number): string => `${formatNumber(100 * confidence)}% interval`;

const titleOf = ({ title }: SweepValues, { metric }: Drawn): string => `${title}: ${metric.label}`;

const labelOf = ({ measure }: Drawn): string =>
  measure === "effect" ? "effect" : "effect as a share of the gap";

const unitOf = ({ measure, metric }: Drawn): { unit?: string } =>
  measure === "effect" && metric.unit ? { unit: metric.unit } : {};

/** What the run that is edited and the other one are called. */
export const runsOf = (
  { direction }: Pick<SweepValues, "direction">,
): readonly [edited: string, other: string] =>
  direction === null
    ? ["", ""]
    : direction === "denoising"
    ? ["corrupt run", "clean run"]
    : ["clean run", "corrupt run"];

/** The mean gap of a metric. */
const gapOf = (data: SweepValues, { metric }: Pick<Drawn, "metric">): number =>
  meanGaps(data)[data.metrics.indexOf(metric)]!;

/** Says so where no cell can have a p as small, as there are too few examples to flip signs of. */
function unreached({ exact, draws, alternative, count }: SweepStatistics, level: number): string {
  const least = exact ? (alternative === "two-sided" ? 2 : 1) / draws : 1 / (draws + 1);
  if (least <= level) return "";
  return `, which ${count} examples cannot have: ${formatNumber(least)} is the least there is`;
}

/** The least of numbers that are defined. */
const least = (values: Float64Array): number =>
  values.reduce((found, x) => Number.isNaN(x) ? found : Math.min(found, x), Infinity);

/** Where the numbers come from. */
function captionOf(data: SweepValues, { metric, means, seed }: Drawn): string[] {
  const { examples, asked, baseline, reference, direction, done, skipped, metrics } = data;
  const column = metrics.indexOf(metric), unit = metric.unit && ` ${metric.unit}`;
  const mean = (list: Float64Array) => {
    let sum = 0;
    for (let i = column; i < list.length; i += metrics.length) sum += list[i]!;
    return formatNumber(sum / examples) + unit;
  };
  const [edited, other] = runsOf(data), kind = direction ? "pair" : "prompt";
  const left = done.reduce((count, one) => count - one, done.length);
  const undefined_ = means.filter(Number.isNaN).length - left;
  const idle = skipped.reduce((count, one) => count + one, 0);
  return [
    data.source ?? data.model,
    ...seed !== undefined && examples > 1 ? [`seed ${seed}`] : [],
    ...direction ? [direction] : [],
    `${metric.label} without edits${edited && `: ${edited}`} ${mean(baseline)}${
      reference ? `, ${other} ${mean(reference)}` : ""
    }`,
    `${examples > 1 ? `means of ${examples}` : "1"}${asked ? ` of ${asked}` : ""} ${kind}${
      (asked ?? examples) > 1 ? "s" : ""
    }`,
    ...asked ? ["the others were not run"] : [],
    ...left > 0 ? [`${left} of ${done.length} cells were not run, undefined`] : [],
    ...undefined_ > 0
      ? [`${undefined_} ${undefined_ > 1 ? "cells are" : "cell is"} undefined`]
      : [],
    ...idle > 0
      ? [
        `${idle} of ${done.length} cells change nothing and were not run, exactly 0; where cells have digits, ≈0 was run`,
      ]
      : [],
  ];
}
