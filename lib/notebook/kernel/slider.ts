/**
 * A number between two others, moved by hand.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { Control } from "./control.ts";

/** How to make a slider. */
export interface SliderOptions {
  /** Its value at first; `from` by default. */
  readonly value?: number;
  /** The distance of two values; a hundredth of the way by default. */
  readonly step?: number;
  /** What is written beside it; its name by default. */
  readonly label?: string;
}

/**
 * Makes a slider for a live view.
 *
 * @param from Its least value.
 * @param to Its greatest value.
 * @param options Its first value, its steps, its label.
 * @returns The control; its value is a number.
 * @throws {RangeError} If the values do not rise, or the first one is outside them.
 *
 * @example Usage
 * ```ts
 * import { slider } from "@innerworks/innerworks";
 *
 * console.log(slider(-4, 4, { value: 0, step: 0.5 }).value); // 0
 * ```
 */
export function slider(from: number, to: number, options: SliderOptions = {}): Control<number> {
  refuseUnknownOptions("make a slider", options, ["value", "step", "label"]);
  const { value = from, step = (to - from) / 100, label } = options;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
    throw new RangeError(
      `Cannot make a slider as its values must rise: current values are ${from} and ${to}`,
    );
  }
  if (!(step > 0)) {
    throw new RangeError(
      `Cannot make a slider as its step must be above 0: current value is ${step}`,
    );
  }
  const read = (given: unknown): number => {
    if (typeof given === "number" && given >= from && given <= to) return given;
    throw new RangeError(
      `Cannot set a slider as its value must be from ${from} to ${to}: current value is ${given}`,
    );
  };
  return {
    spec: { kind: "slider", from, to, step },
    label,
    value: read(value),
    read,
    describe: (given) => String(Number(given.toPrecision(6))),
  };
}
