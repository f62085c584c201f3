/**
 * Work in slices, between which other tasks have their turn.
 *
 * @module
 */

import { nextTurn, stopCheck } from "../stats/mod.ts";

/** A longer stretch of work than this gives way to other tasks, so that signals and messages are heard. */
const SLICE = 50;

/** When work last gave way; all runs share it, for a loop of short runs would otherwise never do so. */
let gaveWay = -Infinity;

/**
 * Runs steps, giving way to other tasks before the first and whenever a stretch has grown long.
 *
 * @param steps The work; each of its steps is short.
 * @param signal Stops the work between two steps.
 * @returns What the steps return.
 * @throws The signal's reason, if it is raised; so does the stop button of the running cell ("Deno (Innerworks)").
 * @throws {TypeError} If the signal is none.
 *
 * @example Usage
 * ```ts
 * import { inSlices } from "@innerworks/innerworks";
 *
 * function* count(): Generator<void, number> {
 *   let sum = 0;
 *   for (let i = 1; i <= 4; i++, yield) sum += i;
 *   return sum;
 * }
 * console.log(await inSlices(count())); // 10
 * ```
 */
export async function inSlices<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  try {
    refuseOddSignal(signal);
    const check = stopCheck(signal);
    await pause(check);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      // An edit of the caller's own may have raised it in this very slice.
      check();
      if (performance.now() - gaveWay < SLICE) continue;
      await pause(check);
    }
  } finally {
    // Frees what the steps hold when they were stopped half-way.
    steps.return(undefined as T);
  }
}

/** Gives way. */
async function pause(check: () => void): Promise<void> {
  await nextTurn();
  gaveWay = performance.now();
  check();
}

/**
 * Refuses what is no signal, such as a number of milliseconds: a notebook's kernel does not check types.
 *
 * @param signal The signal; none if undefined.
 * @throws {TypeError} If it is something else.
 *
 * @example Usage
 * ```ts
 * import { refuseOddSignal } from "@innerworks/innerworks";
 * refuseOddSignal(AbortSignal.timeout(200));
 * ```
 */
export function refuseOddSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  const meant = typeof signal === "number"
    ? `, perhaps AbortSignal.timeout(${signal}) is meant`
    : signal instanceof AbortController
    ? ", its signal is meant"
    : "";
  const found = typeof signal === "object" && signal !== null
    ? `an object of ${signal.constructor?.name ?? "no class"}`
    : String(signal);
  throw new TypeError(
    `Cannot listen for an abort as signal must be an AbortSignal: current value is ${found}${meant}`,
  );
}
