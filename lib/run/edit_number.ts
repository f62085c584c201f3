/**
 * The numbers that edits are given, refused where they are none.
 *
 * @module
 */

import { givenText } from "./edit_where.ts";

/**
 * Returns a number that is finite.
 *
 * @param value What was given.
 * @param name What the edit calls it.
 * @throws {RangeError} If it is anything else.
 */
export function finite(value: number, name: string): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(
    `Cannot make an edit as its ${name} must be a finite number: current value is ${
      givenText(value)
    }`,
  );
}

/**
 * Returns a seed.
 *
 * @param value What was given.
 * @throws {RangeError} If it is no safe integer.
 */
export function seedOf(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(
    `Cannot make an edit as its seed must be an integer: current value is ${givenText(value)}`,
  );
}
