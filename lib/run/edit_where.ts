/**
 * What the functions that make edits are given beside the site and the value: the kernel of a notebook does not check types.
 *
 * @module
 */

/** What is made, and of what. */
export interface EditCall {
  /** The name of the function. */
  readonly kind: string;
  /** The site. */
  readonly at: unknown;
  /** All that the function was called with. */
  readonly given: ArrayLike<unknown>;
  /** How many of these come before the object that says where. */
  readonly before: number;
  /** What that object may be, for the error. @default {"{ heads: 1, positions: -1 }"} */
  readonly example?: string;
}

/**
 * Refuses what would be lost without a word: a number or a list in the place of the object that says where, and an
 * argument after it.
 *
 * @throws {TypeError} If there is such a thing, or the object has a field that is undefined.
 */
export function checkCall(
  { kind, at, given, before, example = "{ heads: 1, positions: -1 }" }: EditCall,
): void {
  const what = `Cannot ${kind} ${typeof at === "string" ? at : JSON.stringify(at)} as`;
  if (given.length > before + 1) {
    throw new TypeError(
      `${what} all that says where must stand in one object such as ${example}: ${
        given.length - before
      } were given`,
    );
  }
  const where = given[before];
  if (where === undefined) return;
  if (!isPlain(where)) {
    const hint = kind === "add" && typeof where === "number" ? `{ scale: ${where} }` : example;
    throw new TypeError(
      `${what} where must be an object such as ${hint}: current value is ${givenText(where)}`,
    );
  }
  checkDefined(where, what);
}

/**
 * Refuses a field that is there and undefined, as a misspelt variable leaves it: without it more would be touched.
 *
 * @param fields The fields.
 * @param what How the error begins.
 * @throws {TypeError} If there is one.
 */
export function checkDefined(fields: object, what: string): void {
  const empty = Object.entries(fields).find(([, value]) => value === undefined)?.[0];
  if (empty === undefined) return;
  throw new TypeError(
    `${what} ${empty} must have a value or be left out: current value is undefined`,
  );
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const own = Object.getPrototypeOf(value);
  return own === Object.prototype || own === null;
}

/**
 * A value that was given in the place of another, in words, with what to do about it where that is plain.
 *
 * @param value The value.
 * @param ofResult What to do where the result of a run was given; empty where nothing of it would do.
 */
export function givenText(value: unknown, ofResult = "; give its cache"): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof (value as { then?: unknown }).then === "function") return "a promise; await it";
  const { cache } = value as { cache?: unknown };
  if (typeof cache === "object" && cache !== null) return `a result of a run${ofResult}`;
  const { name } = value.constructor ?? Object;
  return name === "Object" ? "an object" : `a value of class ${name}`;
}
