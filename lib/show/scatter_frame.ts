/**
 * What a scatter chart is framed by: shapes to compare with, and axes of which a step is as long as the other's.
 *
 * @module
 */

import { formatNumber } from "./format_number.ts";
import { givenValue } from "./given_value.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import type { ScatterOptions } from "./scatter.ts";

/** A circle to compare points with. */
export interface ScatterCircle {
  /** What it is. */
  readonly label: string;
  /** Its middle along the lower axis. */
  readonly x: number;
  /** Its middle along the upright axis. */
  readonly y: number;
  /** Its radius, in the units of the axes. */
  readonly radius: number;
}

/** A straight line to compare points with. */
export interface ScatterLine {
  /** What it is. */
  readonly label: string;
  /** Where it begins. */
  readonly from: readonly [x: number, y: number];
  /** Where it ends. */
  readonly to: readonly [x: number, y: number];
}

/** Places along a shape, in order. */
interface Step {
  readonly step: number;
  readonly x: number;
  readonly y: number;
}

const corners = 128;

/**
 * Traces a shape.
 *
 * @param shape A circle or a line.
 * @returns Places along it; none where it has an undefined or infinite number.
 */
export function trace(shape: ScatterCircle | ScatterLine): Step[] {
  const steps = "radius" in shape
    ? Array.from({ length: corners + 1 }, (_, step) => {
      const angle = 2 * Math.PI * step / corners;
      return {
        step,
        x: shape.x + shape.radius * Math.cos(angle),
        y: shape.y + shape.radius * Math.sin(angle),
      };
    })
    : [shape.from, shape.to].map(([x, y], step) => ({ step, x, y }));
  return steps.every(({ x, y }) => Number.isFinite(x + y)) ? steps : [];
}

/**
 * Finds ends of both axes that are as far apart, with all points and shapes between them.
 *
 * @param options What is drawn.
 * @returns The ends of the lower axis and those of the upright one.
 */
export function equalDomains(
  { points, circles = [], lines = [], references = [] }: ScatterOptions,
): readonly [readonly [number, number], readonly [number, number]] {
  const places = [...points, ...[...circles, ...lines].flatMap(trace), ...references];
  const ends = (["x", "y"] as const).map((side) => {
    let [low, high] = [Infinity, -Infinity];
    for (const place of places) {
      const value = place[side];
      if (value === undefined || !Number.isFinite(value)) continue;
      [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
    return low > high ? [0, 0] as const : [low, high] as const;
  });
  // A little room, so that no point is cut by the frame.
  const half = Math.max(...ends.map(([low, high]) => high - low)) * 0.53 || 1;
  const around = ([low, high]: readonly [number, number]) => {
    const middle = low + (high - low) / 2;
    return [middle - half, middle + half] as const;
  };
  return [around(ends[0]!), around(ends[1]!)];
}

/**
 * Says what the shapes are.
 *
 * @param circles The circles.
 * @param lines The lines.
 * @returns One line each.
 */
export function shapeTexts(
  circles: readonly ScatterCircle[],
  lines: readonly ScatterLine[],
): string[] {
  const said = (shape: ScatterCircle | ScatterLine) =>
    shape.label.replace(/\s+/g, " ") + (trace(shape).length === 0 ? ", not drawn" : "");
  return [
    ...circles.map((shape) =>
      `dashed circle: ${said(shape)}, radius ${formatNumber(shape.radius)}`
    ),
    ...lines.map((shape) => `dashed line: ${said(shape)}`),
  ];
}

/**
 * Refuses what lacks a number or holds what has no meaning.
 *
 * @param what What is drawn, for the error.
 * @param things What each thing is, and all of them.
 * @param fields Which of their fields must be numbers, and which others there may be.
 * @throws {TypeError} If one of them does; the error says which.
 */
export function refuseFields(
  what: string,
  [kind, list]: readonly [kind: string, list: readonly object[]],
  { numbers, others }: { readonly numbers: readonly string[]; readonly others: readonly string[] },
): void {
  list.forEach((thing, at) => {
    refuseUnknownOptions(`${what} with ${kind} ${at}`, thing, [...numbers, ...others]);
    const fields = thing as Record<string, unknown>;
    const wrong = numbers.find((name) => typeof fields[name] !== "number");
    if (wrong === undefined) return;
    throw new TypeError(
      `Cannot ${what} with ${kind} ${at} as ${wrong} must be a number: current value is ${
        givenValue(fields[wrong])
      }`,
    );
  });
}
