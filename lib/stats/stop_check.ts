/**
 * What stops long work: a signal that was given to it, and the stop button of the notebook that it runs in.
 *
 * @module
 */

/** Where the kernel of this library leaves what a cell can reach of it; see `lib/notebook/kernel/kernel_link.ts`. */
const link: unique symbol = Symbol.for("innerworks.kernel");

/**
 * Makes a function that long work calls between its steps: it throws once the work is to stop.
 *
 * The stop button is that of the cell that runs now, so what a cell leaves running is not stopped with a later one. Only
 * the kernel "Deno (Innerworks)" hears it; elsewhere the signal alone counts.
 *
 * @param signal The signal that was given; none if undefined.
 * @returns The function; it throws the reason of the signal that was raised.
 *
 * @example Usage
 * ```ts
 * import { stopCheck } from "@innerworks/innerworks";
 *
 * const check = stopCheck(AbortSignal.timeout(1000));
 * for (let step = 0; step < 3; step++) check();
 * ```
 */
export function stopCheck(signal?: AbortSignal): () => void {
  const cell = (globalThis as { [link]?: { signal: AbortSignal } })[link]?.signal;
  return () => {
    signal?.throwIfAborted();
    cell?.throwIfAborted();
  };
}
