/**
 * The arithmetic of a waterfall: which bars there are, and where each begins and ends.
 *
 * @module
 */

import { formatNumber } from "./format_number.ts";
import { textTable } from "./text_table.ts";
import type { WaterfallOptions, WaterfallPart } from "./waterfall.ts";

/** A bar of a waterfall. */
export interface FallingBar {
  /** What it stands for. */
  readonly name: string;
  /** A part or the sum of a group, the sum of the parts that are not shown, what is left over, or the total. */
  readonly kind: "part" | "others" | "left over" | "total";
  /** The group of the part, or how many parts are summed. */
  readonly group?: string;
  /** How much it adds. */
  readonly value: number;
  /** Where it begins: where the bar before it ended. */
  readonly start: number;
  /** Where it ends: the sum so far. */
  readonly end: number;
  /** The ends of the interval of its value. */
  readonly low?: number;
  readonly high?: number;
  /** The same as places beside the bar. */
  readonly lowEnd?: number;
  readonly highEnd?: number;
  /** Its value as it is written beside it. */
  readonly shown: string;
}

/** What a waterfall shows. */
export interface FallingBars {
  /** The bars, the total last. */
  readonly bars: readonly FallingBar[];
  /** The sum of all parts, in the order of the bars. */
  readonly sum: number;
  /** What is not seen in the bars and must be said. */
  readonly said: readonly string[];
}

/** A bar before it has its place. */
type Loose = Pick<FallingBar, "name" | "kind" | "group" | "value"> & {
  readonly interval?: readonly [low: number, high: number];
};

/** A number whose sign is always seen. */
const signed = (value: number): string => (value > 0 ? "+" : "") + formatNumber(value);

const count = (parts: number): string => parts === 1 ? "1 part" : `${parts} parts`;

const oneLine = (text: string): string => text.toWellFormed().replace(/\s+/g, " ");

/** The parts as bars: each its own, or one for each group. */
function looseBars(parts: readonly WaterfallPart[], group: boolean): Loose[] {
  const bars: Loose[] = [];
  const sums = new Map<string, { at: number; values: number[] }>();
  for (const part of parts) {
    const name = oneLine(part.label);
    if (!group || part.group === undefined) {
      bars.push({
        name,
        kind: "part",
        ...part.group === undefined ? {} : { group: oneLine(part.group) },
        value: part.value,
        ...part.interval ? { interval: part.interval } : {},
      });
      continue;
    }
    const sum = sums.get(part.group) ?? { at: bars.length, values: [] };
    sum.values.push(part.value);
    sums.set(part.group, sum);
    bars[sum.at] = {
      name: oneLine(part.group),
      kind: "part",
      group: count(sum.values.length),
      value: sum.values.reduce((a, b) => a + b, 0),
    };
  }
  return bars;
}

/** Sorts by size, undefined values last so that they spoil the places of no others. */
const bySize = (bars: readonly Loose[]): Loose[] => {
  const size = ({ value }: Loose) => Number.isNaN(value) ? -1 : Math.abs(value);
  return bars.toSorted((a, b) => size(b) - size(a) || 0);
};

/** Puts all but the greatest into one bar of their exact sum. */
function collapse(bars: readonly Loose[], most: number): { bars: Loose[]; said: string[] } {
  if (bars.length <= most) return { bars: [...bars], said: [] };
  const kept = new Set(bySize(bars).slice(0, most));
  const others = bars.filter((bar) => !kept.has(bar));
  const value = others.reduce((sum, bar) => sum + bar.value, 0);
  const noun = others.length === 1 ? "other part" : "other parts";
  const greatest = formatNumber(Math.max(...others.map((bar) => Math.abs(bar.value))));
  return {
    bars: [
      ...bars.filter((bar) => kept.has(bar)),
      { name: `${others.length} ${noun}`, kind: "others", value },
    ],
    said: [
      `${most} of ${bars.length} bars stand alone; the other ${others.length}, each at most ${greatest} in size, are one bar of their sum`,
    ],
  };
}

/**
 * Places the bars of a waterfall.
 *
 * @param options What is drawn, checked already.
 * @returns The bars, each beginning where the one before ended; the last but one ends at the total, the last is the total.
 */
export function fallingBars(options: WaterfallOptions): FallingBars {
  const { parts, total, order = "given", most = Infinity, group = false } = options;
  const all = looseBars(parts, group);
  const { bars: chosen, said } = collapse(order === "sorted" ? bySize(all) : all, most);
  const bars: FallingBar[] = [];
  let sum = 0;
  for (const loose of chosen) {
    bars.push(placed(loose, sum));
    sum = bars.at(-1)!.end;
  }
  const left = total - sum;
  return {
    bars: [
      ...bars,
      // It ends at the total itself, whatever the last addition rounded.
      { ...placed({ name: "left over", kind: "left over", value: left }, sum), end: total },
      {
        ...placed({ name: "total", kind: "total", value: total }, 0),
        shown: formatNumber(total),
      },
    ],
    sum,
    said: [...said, ...saidOfIntervals(parts, bars)],
  };
}

/** A bar that begins where the last one ended. */
function placed({ interval, ...bar }: Loose, start: number): FallingBar {
  const ends = interval && {
    low: interval[0],
    high: interval[1],
    lowEnd: start + interval[0],
    highEnd: start + interval[1],
  };
  return { ...bar, start, end: start + bar.value, ...ends, shown: signed(bar.value) };
}

/** Says what whiskers there are, and of how many parts there are none. */
function saidOfIntervals(parts: readonly WaterfallPart[], bars: readonly FallingBar[]): string[] {
  const drawn = bars.filter(({ low }) => low !== undefined).length;
  const lost = parts.filter(({ interval }) => interval).length - drawn;
  const are = lost === 1 ? "is" : "are";
  return [
    ...drawn > 0 ? ["whiskers are the intervals of single parts"] : [],
    ...lost > 0 ? [`sums have no interval: ${count(lost)} with one ${are} in them`] : [],
  ];
}

/**
 * Writes the bars as lines of text, with the sum so far.
 *
 * @param bars The bars.
 * @param name What their values are.
 * @returns One line a bar, after a heading.
 */
export function fallingBarsText(bars: readonly FallingBar[], name: string): string {
  const some = (field: "group" | "low") => bars.some((bar) => bar[field] !== undefined);
  const [grouped, interval] = [some("group"), some("low")];
  const rows = bars.map((bar) => [
    bar.name,
    ...(grouped ? [bar.group ?? ""] : []),
    bar.shown,
    ...(interval
      ? [bar.low === undefined ? "" : `${formatNumber(bar.low)} to ${formatNumber(bar.high!)}`]
      : []),
    bar.kind === "total" ? "" : formatNumber(bar.end),
  ]);
  const heading = [
    "part",
    ...(grouped ? ["group"] : []),
    name,
    ...(interval ? ["interval"] : []),
    "sum so far",
  ];
  const sides = heading.map((text, i) =>
    i === 0 || text === "group" ? "left" as const : "right" as const
  );
  return textTable([heading, ...rows], sides);
}
