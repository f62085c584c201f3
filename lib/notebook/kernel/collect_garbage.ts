/**
 * Collects garbage now, inside the kernel.
 *
 * @module
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Has the engine collect what nobody can reach any more.
 *
 * A cell whose code was ended after an `await` leaves a promise that nothing will ever settle, and the kernel would wait
 * for it; once that promise is collected, the engine says so, and the cell ends.
 */
export function collectGarbage(): void {
  collect ??= exposed();
  collect();
}

let collect: (() => void) | undefined;

/** Finds the engine's function: new contexts have it, that of the cells has not. */
function exposed(): () => void {
  setFlagsFromString("--expose-gc");
  const found = runInNewContext("gc") as unknown;
  return typeof found === "function" ? found as () => void : () => {};
}
