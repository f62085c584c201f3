/**
 * Long stretches of work that let other tasks in.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { stopCheck } from "./stop_check.ts";

/** The milliseconds after which work gives way. */
const SLICE = 50;

/**
 * Makes a function that a loop awaits in every round: it gives way to other tasks once 50 ms have passed, so that
 * signals and messages are heard, and throws once a signal is raised or the running cell is stopped.
 *
 * @param signal What stops the loop.
 * @throws The signal's reason, if it is raised.
 *
 * @example
 * ```ts
 * import { givingWay } from "@innerworks/innerworks";
 * const pause = givingWay(AbortSignal.timeout(1000));
 * for (let i = 0; i < 3; i++) await pause();
 * ```
 */
export function givingWay(signal?: AbortSignal): () => Promise<void> | undefined {
  const check = stopCheck(signal);
  check();
  let last = performance.now();
  return () => {
    if (performance.now() - last < SLICE) return undefined;
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      last = performance.now();
      check();
    });
  };
}
