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
 * So many turns in a row let messages in: Deno's scheduler (tokio) looks at sockets when nothing is due, which an immediate
 * always is, or once in 61 turns. With one turn every 50 ms a message would be heard after up to 3 s.
 */
const TURNS_TO_HEAR = 64;

/** When messages were last let in. */
let heard = -Infinity;

/**
 * Lets all other tasks that are due have their turn: timers, messages, and the end of the cell that called.
 *
 * Long work whose promise `drawn` did not make begins with it, lest a notebook's cell that ends in the call without `await`
 * loses its value (see `drawn`).
 *
 * @returns A promise that is settled in the next turn, 2 to 4 µs later where nothing else is due; once in 50 ms some turns
 * later (0.2 ms), so that messages are heard.
 *
 * @example
 * ```ts
 * import { nextTurn } from "@innerworks/innerworks";
 * await nextTurn();
 * ```
 */
export async function nextTurn(): Promise<void> {
  const turns = performance.now() - heard < SLICE ? 1 : TURNS_TO_HEAR;
  // A timer of 0 ms would come after 1 to 4.6 ms.
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (turns > 1) heard = performance.now();
}

/**
 * Makes a function that a loop awaits in every round: it gives way to other tasks in the first and whenever 50 ms have
 * passed, so that signals and messages are heard, and throws once a signal is raised or the running cell is stopped.
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
  let last = -Infinity;
  return () => {
    if (performance.now() - last < SLICE) return undefined;
    return nextTurn().then(() => {
      last = performance.now();
      check();
    });
  };
}
