/**
 * Axes of numbers, for charts that have two of them.
 *
 * @module
 */

import { formatNumber } from "./format_number.ts";
import { givenValue, refuseUnlessLabels } from "./given_value.ts";
import { refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";

/** One axis of a chart. */
export interface NumberAxis {
  /** What its numbers are. */
  readonly name: string;
  /** Their unit. */
  readonly unit?: string;
  /** Whether equal steps are equal differences or equal factors; linear if left out. */
  readonly scale?: "linear" | "log";
  /** Whether the axis must reach zero; a chart says what holds if left out. */
  readonly zero?: boolean;
  /** Whether it counts from the top or the right, as one of ranks may. */
  readonly reverse?: boolean;
  /** What the whole numbers from 0 on are called, such as stages. */
  readonly labels?: readonly string[];
}

/** What {@linkcode NumberAxis} may hold. */
const known = ["name", "unit", "scale", "zero", "reverse", "labels"];

/**
 * Refuses an axis that is none.
 *
 * @param what What is drawn, such as "draw lines".
 * @param side What the caller calls the axis.
 * @param axis The axis.
 * @throws {TypeError} If an option is not known, or the name is no text.
 */
export function refuseUnlessAxis(what: string, side: string, axis: NumberAxis): void {
  refuseUnknownOptions(`${what} over ${side}`, axis, known);
  refuseUnknownWord(`${what} over ${side}`, "scale", axis.scale, ["linear", "log"]);
  if (axis.labels) refuseUnlessLabels(`${what} over ${side}`, axis.labels, { tokens: false });
  if (typeof axis.name === "string") return;
  throw new TypeError(
    `Cannot ${what} over ${side} as its name must be text: current value is ${
      givenValue(axis.name)
    }`,
  );
}

/**
 * Writes what an axis is.
 *
 * @param axis The axis.
 * @returns Its name and unit.
 */
export function axisTitle({ name, unit }: NumberAxis): string {
  return unit ? `${name} (${unit})` : name;
}

/**
 * Says whether an axis has a place for a value.
 *
 * @param value The value.
 * @param axis The axis.
 * @returns Whether it is finite and, on a logarithmic axis, above zero.
 */
export function hasPlace(value: number | undefined, axis: NumberAxis): value is number {
  return value !== undefined && Number.isFinite(value) && (axis.scale !== "log" || value > 0);
}

/**
 * Says of how many values a chart shows nothing, and why.
 *
 * @param count How many there are.
 * @param axes The axes of the chart.
 * @returns A line, empty where there are none.
 */
export function saidNotDrawn(count: number, axes: readonly NumberAxis[]): string {
  if (count === 0) return "";
  const logarithmic = axes.some(({ scale }) => scale === "log");
  return `${count} undefined or infinite${
    logarithmic ? ", or not above zero on a logarithmic axis" : ""
  }, not drawn`;
}

/**
 * Writes a value as its axis calls it.
 *
 * @param value The value.
 * @param axis The axis.
 * @returns Its label where it has one.
 */
export function valueText(value: number, axis: NumberAxis): string {
  return axis.labels?.[value]?.replace(/\s+/g, " ") ?? formatNumber(value);
}

/** The most names of places that stand side by side on a chart; of more, some are left out. */
const fewNames = 32;

/** Powers of ten alone, as the labels between them would lie over each other. */
const isPower = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-9";
const logarithmic = {
  labelExpr: `${isPower} ? format(datum.value, "~g") : ""`,
  gridOpacity: { condition: { test: isPower, value: 1 }, value: 0 },
};

/** How an axis is drawn and what its values are called. */
function ticks({ scale, labels }: NumberAxis): object {
  if (!labels) return scale === "log" ? logarithmic : {};
  const names = labels.map((label) => label.toWellFormed().replace(/\s+/g, " "));
  return {
    values: names.map((_, i) => i),
    labelExpr: `${JSON.stringify(names)}[datum.value]`,
    labelAngle: names.some((name) => name.length > 3) ? -45 : 0,
    labelOverlap: names.length <= fewNames ? false : "greedy",
    labelLimit: 120,
  };
}

/**
 * Makes the encoding of a field along an axis.
 *
 * @param field The field of the data.
 * @param axis The axis.
 * @param domain Its ends, where they do not follow from the data.
 * @returns A position channel of Vega-Lite, which draws the axis.
 */
export function alongAxis(
  field: string,
  axis: NumberAxis,
  domain?: readonly [low: number, high: number],
): object {
  const { scale = "linear", zero = false, reverse = false } = axis;
  return {
    field,
    type: "quantitative",
    title: axisTitle(axis),
    scale: {
      type: scale,
      ...(scale === "linear" ? { zero: zero && !domain } : {}),
      ...(domain ? { domain, nice: false } : {}),
      ...(reverse ? { reverse } : {}),
    },
    axis: ticks(axis),
  };
}
