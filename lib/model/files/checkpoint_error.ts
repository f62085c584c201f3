/**
 * The one error that reading a checkpoint throws.
 *
 * @module
 */

/** What a {@linkcode CheckpointError} can add to file and expectation. */
export interface CheckpointErrorOptions extends ErrorOptions {
  /** The tensor that is wrong, if it is one. */
  readonly tensor?: string;
  /** What was found instead. */
  readonly current?: unknown;
}

/**
 * A file of a checkpoint cannot be read, or says what cannot be.
 *
 * @example Usage
 * ```ts
 * import { CheckpointError, openCheckpoint } from "@innerworks/innerworks";
 *
 * try {
 *   await openCheckpoint("no such folder");
 * } catch (error) {
 *   if (!(error instanceof CheckpointError)) throw error;
 *   console.log(error.file, error.expected);
 * }
 * ```
 */
export class CheckpointError extends Error {
  /** The name of the class, for printing. */
  override readonly name: string = "CheckpointError";
  /** The file. */
  readonly file: string;
  /** What must hold and does not. */
  readonly expected: string;
  /** The tensor, if one is wrong. */
  declare readonly tensor?: string;

  /**
   * Says what is wrong.
   *
   * @param file The file.
   * @param expected What must hold, as in "its dtype must be F32".
   * @param options The tensor, what was found, and the error behind this one.
   */
  constructor(file: string, expected: string, options: CheckpointErrorOptions = {}) {
    const what = options.tensor === undefined ? file : `tensor ${brief(options.tensor)} of ${file}`;
    const found = "current" in options ? `: current value is ${brief(options.current)}` : "";
    super(
      `Cannot read ${what} as ${expected}${found}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.file = file;
    this.expected = expected;
    if (options.tensor !== undefined) this.tensor = options.tensor;
  }
}

/** Says what a value is in a few words, however large or deep it is. */
function brief(value: unknown, depth = 0): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 80 ? value.slice(0, 80) + "…" : value);
  }
  if (Array.isArray(value)) {
    if (depth > 1) return "[…]";
    const items = value.slice(0, 8).map((item) => brief(item, depth + 1));
    return `[${items.join(", ")}${value.length > 8 ? ", …" : ""}]`;
  }
  if (value instanceof Error) return value.message;
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "nothing" : String(value);
}
