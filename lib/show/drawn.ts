/**
 * Promises that draw what they bring.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { display, type Displayable, type Drawing } from "./display.ts";

/** A promise of a value that draws itself once the value is there. */
export type DrawnPromise<T extends Displayable> = Promise<T> & {
  /** Waits for the value and draws it. */
  [display](): Promise<Drawing>;
};

/**
 * Begins some work whose promise draws itself, so that a call without `await` can end a cell.
 *
 * The work begins in a turn of its own. A cell that ends in a call without `await` is over while the call goes on, and Deno's
 * kernel then fetches the cell's value through promises that it holds weakly: garbage that is collected in the same turn
 * takes them away, and the value is lost.
 *
 * @param work What brings a value that draws itself.
 * @returns A promise of that value, with a method that the Deno kernel calls and awaits.
 *
 * @example
 * ```ts
 * import { display, drawn, table } from "@innerworks/innerworks";
 * const later = drawn(() => table({ title: "Nothing", columns: [], rows: [] }));
 * const drawing = await later[display]();
 * if (!drawing["text/plain"].startsWith("Nothing")) throw new Error("not drawn");
 * ```
 */
export function drawn<T extends Displayable>(work: () => T | Promise<T>): DrawnPromise<T> {
  const promise = new Promise<void>((resolve) => setImmediate(resolve)).then(work);
  return Object.defineProperty(promise, display, {
    value: async () => await (await promise)[display](),
    configurable: true,
  }) as DrawnPromise<T>;
}
