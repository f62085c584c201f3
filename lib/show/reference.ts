/**
 * Values to compare with, drawn into a chart.
 *
 * @module
 */

import { formatNumber } from "./format_number.ts";
import { givenValue } from "./given_value.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import { alongAxis, hasPlace, type NumberAxis } from "./number_axis.ts";

/** A value to compare with, drawn as a dashed line across the chart with its label. */
export interface Reference {
  /** What it is. */
  readonly label: string;
  /** A value of the axis that lies: the line stands upright. */
  readonly x?: number;
  /** A value of the axis that stands upright: the line lies. */
  readonly y?: number;
}

/** What every line to compare with looks like. */
export const dashed = {
  type: "rule",
  strokeDash: [5, 3],
  strokeWidth: 1.5,
  color: "#808080",
} as const;

/**
 * Refuses references that are none.
 *
 * @param what What is drawn, such as "draw lines".
 * @param references The references.
 * @param sides The axes that they may lie on.
 * @throws {TypeError} If one has no label, or not a value of exactly one axis.
 */
export function refuseUnlessReferences(
  what: string,
  references: readonly Reference[],
  sides: readonly ("x" | "y")[],
): void {
  if (!Array.isArray(references)) {
    throw new TypeError(
      `Cannot ${what} as references must be a list: current value is ${givenValue(references)}`,
    );
  }
  references.forEach((reference, at) => {
    refuseUnknownOptions(`${what} with reference ${at}`, reference, ["label", ...sides]);
    const given = sides.filter((side) => typeof reference[side] === "number");
    if (given.length === 1 && typeof reference.label === "string") return;
    throw new TypeError(
      `Cannot ${what} with reference ${at} as it must have a label and a number as ${
        sides.join(" or ")
      }: current value is ${JSON.stringify(reference)}`,
    );
  });
}

/**
 * Draws references: lines whose labels are those of an axis on the other side of the chart, as they then lie over nothing
 * and follow the notebook's theme. The chart's axes must be independent, and only one of its other layers draw them.
 *
 * @param references The references.
 * @param x The axis that lies.
 * @param y The axis that stands upright.
 * @returns Layers of Vega-Lite; those that have no place on their axis have none.
 */
export function referenceLayers(
  references: readonly Reference[],
  x: NumberAxis,
  y: NumberAxis,
): object[] {
  return ([["x", x, "top"], ["y", y, "right"]] as const).flatMap(([side, axis, orient]) => {
    const labels: Record<string, string> = {};
    for (const reference of references) {
      const value = reference[side];
      if (!hasPlace(value, axis)) continue;
      const label = reference.label.toWellFormed().replace(/\s+/g, " ");
      labels[value] = labels[value] === undefined ? label : `${labels[value]}; ${label}`;
    }
    const values = Object.keys(labels).map(Number);
    if (values.length === 0) return [];
    return [{
      data: { values: values.map((value) => ({ [side]: value })) },
      mark: dashed,
      encoding: {
        [side]: {
          ...alongAxis(side, axis),
          axis: {
            orient,
            values,
            title: null,
            labelExpr: `${JSON.stringify(labels)}[datum.value]`,
            labelLimit: 160,
            labelAngle: 0,
            grid: false,
            domain: false,
          },
        },
      },
    }];
  });
}

/**
 * Takes the axis off an encoding, for layers beside the one that draws it.
 *
 * @param channel A position channel.
 * @returns The same without an axis.
 */
export const withoutAxis = (channel: object): object => ({ ...channel, axis: null });

/**
 * Says what the references are.
 *
 * @param references The references.
 * @param x The axis that lies.
 * @param y The axis that stands upright.
 * @returns One line each.
 */
export function referenceTexts(
  references: readonly Reference[],
  x: NumberAxis,
  y: NumberAxis,
): string[] {
  return references.map((reference) => {
    const [axis, value] = reference.x === undefined ? [y, reference.y!] : [x, reference.x];
    const where = `dashed: ${reference.label.replace(/\s+/g, " ")}, ${axis.name} ${
      formatNumber(value)
    }`;
    return hasPlace(value, axis) ? where : `${where}, not drawn`;
  });
}
