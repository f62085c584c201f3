/**
 * Promises that draw what they bring.
 *
 * @module
 */

import { display, type Displayable, type Drawing } from "./display.ts";

/** A promise of a value that draws itself once the value is there. */
export type DrawnPromise<T extends Displayable> = Promise<T> & {
  /** Waits for the value and draws it. */
  [display](): Promise<Drawing>;
};

/**
 * Makes a promise draw itself, so that a call without `await` can end a cell.
 *
 * @param promise A promise of a value that draws itself.
 * @returns The same promise, with a method that the Deno kernel calls and awaits.
 *
 * @example
 * ```ts
 * import { display, drawn, table } from "@innerworks/innerworks";
 * const later = drawn(Promise.resolve(table({ title: "Nothing", columns: [], rows: [] })));
 * const drawing = await later[display]();
 * if (!drawing["text/plain"].startsWith("Nothing")) throw new Error("not drawn");
 * ```
 */
export function drawn<T extends Displayable>(promise: Promise<T>): DrawnPromise<T> {
  return Object.defineProperty(promise, display, {
    value: async () => await (await promise)[display](),
    configurable: true,
  }) as DrawnPromise<T>;
}
