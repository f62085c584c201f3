/**
 * Numbers that come into statistics from outside.
 *
 * @module
 */

/**
 * Copies numbers, and refuses none at all, what is no number, and infinities. NaN is taken: it says
 * that a number is undefined, and what depends on it will be too.
 *
 * @param purpose What is done with them, for the error, such as "bootstrap an interval".
 * @param name What they are called there, such as "values".
 * @param values The numbers.
 * @returns The copy.
 * @throws {TypeError} If they are no list of numbers.
 * @throws {RangeError} If there are none, or one is infinite.
 */
export function finiteValues(
  purpose: string,
  name: string,
  values: ArrayLike<number>,
): Float64Array {
  if (typeof values !== "object" || values === null || !(values.length >= 0)) {
    throw new TypeError(
      `Cannot ${purpose} as ${name} must be a list of numbers: current value is ${
        Deno.inspect(values, { depth: 0 })
      }`,
    );
  }
  if (values.length === 0) {
    throw new RangeError(`Cannot ${purpose} as ${name} must hold one number or more: it is empty`);
  }
  return Float64Array.from(values, (value, index) => {
    if (typeof value !== "number") {
      throw new TypeError(
        `Cannot ${purpose} as ${name} must be a list of numbers: number ${index} is ${
          Deno.inspect(value, { depth: 0 })
        }`,
      );
    }
    if (Math.abs(value) === Infinity) {
      throw new RangeError(
        `Cannot ${purpose} as ${name} must be finite, or NaN where undefined: number ${index} is ${value}`,
      );
    }
    return value;
  });
}

/**
 * Refuses what is no count of something.
 *
 * @param purpose What is done with it, for the error.
 * @param name What it is called there.
 * @param count The count.
 * @throws {RangeError} If it is not an integer of 1 or more.
 */
export function refuseOddCount(purpose: string, name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new RangeError(
    `Cannot ${purpose} as ${name} must be an integer of 1 or more: current value is ${count}`,
  );
}

/**
 * Refuses what is no confidence.
 *
 * @param purpose What is done with it, for the error.
 * @param confidence The confidence.
 * @throws {RangeError} If it is not above 0 and below 1.
 */
export function refuseOddConfidence(purpose: string, confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw new RangeError(
    `Cannot ${purpose} as confidence must be above 0 and below 1: current value is ${confidence}`,
  );
}
