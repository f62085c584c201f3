/**
 * The part of `@std/assert` that our tests use, for places where JSR cannot be reached.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any

type ErrorClass<E extends Error = Error> = abstract new (...args: any[]) => E;

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Compares two values by structure: same type, same keys, same numbers (`NaN` equals `NaN`). */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof Error && b instanceof Error) return a.message === b.message;
  if (a instanceof Map && b instanceof Map) return equal([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return equal([...a], [...b]);
  const keys = Reflect.ownKeys(a).filter((key) => key !== "length");
  if (keys.length !== Reflect.ownKeys(b).filter((key) => key !== "length").length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal((a as any)[key], (b as any)[key]));
}

const show = (value: unknown) => Deno.inspect(value, { depth: 6, colors: false });
const tail = (message?: string) => message ? `: ${message}` : "";

/** Fails unless the condition holds. */
export function assert(condition: unknown, message = ""): asserts condition {
  if (!condition) throw new AssertionError(message || "expected a truthy value");
}

/** Fails unless both values are equal by structure. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `values are not equal${tail(message)}\n  actual: ${show(actual)}\n  expected: ${
      show(expected)
    }`,
  );
}

/** Fails if both values are equal by structure. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  if (equal(actual, expected)) {
    throw new AssertionError(`values are equal${tail(message)}: ${show(actual)}`);
  }
}

/** Fails unless both values are the same object or primitive. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): void {
  if (!Object.is(actual, expected)) {
    throw new AssertionError(
      `values are not the same${tail(message)}\n  actual: ${show(actual)}\n  expected: ${
        show(expected)
      }`,
    );
  }
}

/** Fails unless two numbers are closer than the tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = Math.max(1e-7, Math.abs(expected) * 1e-7),
  message?: string,
): void {
  if (Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance) return;
  throw new AssertionError(
    `${actual} is not within ${tolerance} of ${expected}${tail(message)}`,
  );
}

/** Fails unless the text holds the other text. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) {
    throw new AssertionError(`${show(actual)} does not hold ${show(expected)}${tail(message)}`);
  }
}

/** Fails unless the text matches the expression. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  if (!expected.test(actual)) {
    throw new AssertionError(`${show(actual)} does not match ${expected}${tail(message)}`);
  }
}

function judge(error: unknown, kind?: ErrorClass, includes?: string): void {
  if (kind && !(error instanceof kind)) {
    throw new AssertionError(`threw ${show(error)}, not a ${kind.name}`);
  }
  if (includes !== undefined && !(error as Error).message.includes(includes)) {
    throw new AssertionError(
      `the error says ${show((error as Error).message)}, not ${show(includes)}`,
    );
  }
}

/** Fails unless the function throws an error of the class, with the text in its message. */
export function assertThrows<E extends Error = Error>(
  body: () => unknown,
  kind?: ErrorClass<E>,
  includes?: string,
): E {
  try {
    body();
  } catch (error) {
    judge(error, kind, includes);
    return error as E;
  }
  throw new AssertionError("expected the function to throw");
}

/** Fails unless the promise is rejected with an error of the class, with the text in its message. */
export async function assertRejects<E extends Error = Error>(
  body: () => PromiseLike<unknown>,
  kind?: ErrorClass<E>,
  includes?: string,
): Promise<E> {
  try {
    await body();
  } catch (error) {
    judge(error, kind, includes);
    return error as E;
  }
  throw new AssertionError("expected the function to reject");
}
