/**
 * Where a number of a sweep stands, said by the names of axes.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { SweepAxis, SweepValues } from "./sweep_values.ts";

/** Places along axes by their names: a number counted from 0, or a label that no other place has. */
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
 * @returns The number.
 * @throws {RangeError} If there is no such place, or several have the label.
 */
export function placeAlong(
  purpose: string,
  { name, labels }: Pick<SweepAxis, "name" | "labels">,
  given: number | string,
): number {
  const size = labels.length;
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given < size) {
    return given;
  }
  const found = typeof given === "string"
    ? labels.flatMap((label, i) => label === given ? i : [])
    : [];
  if (found.length === 1) return found[0]!;
  const same = found.length > 1 ? `, and ${found.length} places have it: ${found.join(", ")}` : "";
  throw new RangeError(
    `Cannot ${purpose} as ${name} must be from 0 to ${
      size - 1
    } or the label of one place: current value is ${JSON.stringify(given)}${same}`,
  );
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
export function variantAt({ axes }: Pick<SweepValues, "axes">, place: SweepPlace): number {
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
    return variant * axis.labels.length + placeAlong(purpose, axis, given);
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
