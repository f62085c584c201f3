/**
 * Where a number of a sweep stands, said by the names of axes.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { SweepAxis, SweepValues } from "./sweep_values.ts";

/**
 * Places along axes by their names. On an axis of layers, heads, neurons, positions, queries or keys a number is that of the layer
 * and so on itself, whichever part of the model was swept; negative positions count from the end of the prompts, as they do for the
 * builder of the grid. A label of one place is taken everywhere, as text. Along an axis of names, such as `variant`, a number
 * counts places from 0.
 */
export type SweepPlace = Readonly<Record<string, number | string>>;

/** What is kept of each axis: one place, and the axis is gone, or several, in the order given. */
export type SweepSelection = Readonly<
  Record<string, number | string | readonly (number | string)[]>
>;

/**
 * Finds a place along an axis.
 *
 * @param purpose What is done, for the error.
 * @param axis The axis.
 * @param given A number or a label.
 * @param prompts The prompts that are edited, by which positions are counted from the end; none if left out.
 * @returns The number of the place.
 * @throws {RangeError} If there is no such place, or several are meant.
 */
export function placeAlong(
  purpose: string,
  axis: Pick<SweepAxis, "name" | "labels">,
  given: number | string,
  prompts: SweepValues["prompts"] = [],
): number {
  const { name, labels } = axis, numbers = numbersAlong(axis, prompts);
  const found = placesOf(axis, numbers, given, prompts);
  if (found.length === 1) return found[0]!;
  // Heads of several layers: the place along the axis says nothing, but what they are called does.
  const called = found.map((place) => alike(labels, place) ? place : labels[place]!);
  const same = found.length > 1 ? `, and ${found.length} places have it: ${called.join(", ")}` : "";
  throw new RangeError(
    `Cannot ${purpose} as ${name} must be ${saidNumbers(axis, numbers)}: current value is ${
      JSON.stringify(given)
    }${same}`,
  );
}

/** Axes whose numbers are those of what stands along them. */
const NUMBERED: ReadonlySet<string> = new Set(
  ["layer", "head", "expert", "position", "query", "key", "neuron", "from", "to"],
);
const POSITIONS: ReadonlySet<string> = new Set(["position", "query", "key"]);

/** The number of what stands at each place of an axis, NaN of a name; of an axis of names alone the places. */
function numbersAlong(
  { name, labels }: Pick<SweepAxis, "name" | "labels">,
  prompts: SweepValues["prompts"],
): readonly number[] {
  const places = labels.map((_, place) => place);
  if (!NUMBERED.has(name)) return places;
  // Heads of several layers are called `layer.head`, and positions may have their token behind them.
  const numbers = labels.map((label) =>
    Number(/^(?:\d+\.)?(-?\d+)(?= "|$)/.exec(label)?.[1] ?? NaN)
  );
  if (!numbers.every(Number.isNaN)) return numbers;
  // Names of spans are fewer than tokens, and the first of them is not position 0.
  const whole = prompts.every(({ ids: { length } }) => length === labels.length);
  return POSITIONS.has(name) && !whole ? numbers : places;
}

/** The places that a number or a label may mean. */
function placesOf(
  { name, labels }: Pick<SweepAxis, "name" | "labels">,
  numbers: readonly number[],
  given: number | string,
  prompts: SweepValues["prompts"],
): readonly number[] {
  const where = <T>(list: readonly T[], of: (one: T) => boolean) =>
    list.flatMap((one, place) => of(one) ? place : []);
  const labelled = where(labels, (label) => label === given);
  if (labelled.length > 0) return labelled;
  const isNumber = typeof given === "number" ||
    NUMBERED.has(name) && typeof given === "string" && /^-?\d+$/.test(given);
  if (!isNumber) return [];
  const found = where(numbers, (number) => number === Number(given));
  const [length, ...others] = new Set(prompts.map(({ ids }) => ids.length));
  if (found.length > 0 || !POSITIONS.has(name) || others.length > 0 || !length) return found;
  const fromStart = (number: number) => number < 0 ? length + number : number;
  return where(numbers, (number) => fromStart(number) === fromStart(Number(given)));
}

/** Whether several places of an axis have one label. */
const alike = (labels: readonly string[], place: number) =>
  labels.indexOf(labels[place]!) !== labels.lastIndexOf(labels[place]!);

/** The most places that an error lists. */
const mostListed = 20;

/** What a place of an axis must be, in words. */
function saidNumbers(
  { labels }: Pick<SweepAxis, "labels">,
  numbers: readonly number[],
): string {
  const inRow = numbers.every((number, i) => number === numbers[0]! + i);
  if (inRow) return `from ${numbers[0]} to ${numbers.at(-1)} or the label of one place`;
  const rest = labels.length - mostListed;
  const listed = labels.slice(0, mostListed).map((label, i) =>
    Number.isNaN(numbers[i]) || !label.startsWith(`${numbers[i]}`) || /\./.test(label)
      ? JSON.stringify(label)
      : numbers[i]
  );
  return `one that was swept or its label, ${listed.join(", ")}${
    rest > 0 ? ` and ${rest} more` : ""
  }`;
}

/**
 * Finds a variant by its place on every axis.
 *
 * @param data What was swept.
 * @param place A number or label for each axis.
 * @returns The variant, counted row by row over the axes.
 * @throws {RangeError} If a place does not exist.
 * @throws {TypeError} If an axis has another name, or is left out.
 */
export function variantAt(
  { axes, prompts }: Pick<SweepValues, "axes" | "prompts">,
  place: SweepPlace,
): number {
  const purpose = "find a variant";
  refuseUnknownOptions(purpose, place, axes.map(({ name }) => name));
  return axes.reduce((variant, axis) => {
    const given = place[axis.name];
    if (given === undefined) {
      throw new TypeError(
        `Cannot ${purpose} as each axis must have a place, ${
          axes.map(({ name }) => name).join(", ")
        }: ${axis.name} has none`,
      );
    }
    return variant * axis.labels.length + placeAlong(purpose, axis, given, prompts);
  }, 0);
}

/**
 * Finds a metric.
 *
 * @param metrics The metrics.
 * @param given A number or a label.
 * @returns The number.
 * @throws {RangeError} If there is no such metric.
 */
export function metricAt(
  { metrics }: Pick<SweepValues, "metrics">,
  given: number | string,
): number {
  const labels = metrics.map(({ label }) => label);
  return placeAlong("find a metric", { name: "metric", labels }, given);
}
