/**
 * What moves a live view.
 *
 * @module
 */

/** One thing that a reader can move; its value is handed to what is drawn. */
export interface Control<T> {
  /** What the page needs to draw it; `kind` says what it is. */
  readonly spec: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** What is written beside it; its name by default. */
  readonly label: string | undefined;
  /** Its value at first. */
  readonly value: T;
  /** Reads a value that a page sent; throws a `TypeError` or `RangeError` if it is none. */
  read(value: unknown): T;
  /** Says a value in words. */
  describe(value: T): string;
}
