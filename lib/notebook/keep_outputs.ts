/**
 * Keeps headless notebook runs from losing outputs in Deno's kernel.
 *
 * @module
 */

/** What Deno's kernel does at the end of a cell; an internal, so everything about it may be missing. */
interface KernelInternals {
  broadcastResult?: unknown;
}

type Publish = (...values: unknown[]) => Promise<unknown>;

/**
 * How long the queue has: so many turns of so many milliseconds that end on time, and no more than so many in all.
 * Nothing says when it is empty. On two busy cores nbconvert lost 4 of 99 outputs of 1 MB with no wait, 1 of 66 outputs
 * of 3 MB with 10 ms, none of 132 with 20, and once, on cores with five times as much to do, one with 20. Where a turn
 * ends late, the kernel's own threads wait for a core as well, so it does not count.
 */
const TURNS = 6, TURN = 5, MOST_TURNS = 60;

const kept: unique symbol = Symbol.for("innerworks.keepOutputs");

/**
 * Makes the kernel send a cell's outputs before it says that the cell has ended.
 *
 * Deno 2.9 queues outputs on one task and says `idle` from another. Whoever stops listening at `idle`, as nbclient,
 * nbconvert and papermill do, loses up to 63 % of the outputs. After this, the end of a cell waits some 35 ms, in which the
 * queue is emptied, and longer on a busy machine. The library calls it when it is imported; cells before that one, and cells that throw, are as they
 * were.
 *
 * @returns Whether outputs are kept: false outside the kernel, and in a version of Deno that works in another way.
 *
 * @example Usage
 * ```ts
 * import { keepOutputs } from "@innerworks/innerworks";
 *
 * console.log(keepOutputs()); // false in a script, true in a notebook
 * ```
 */
export function keepOutputs(): boolean {
  const internals = kernelInternals();
  const publish = internals?.broadcastResult;
  if (internals === undefined || typeof publish !== "function") return false;
  if (kept in publish) return true;
  const patient: Publish = async (...values) => {
    const result = await (publish as Publish)(...values);
    await queueEmptied();
    return result;
  };
  // On the function itself, so that a second copy of the library sees it too.
  Object.defineProperty(patient, kept, { value: true });
  internals.broadcastResult = patient;
  return true;
}

/** Waits until the queue has had its time. */
async function queueEmptied(): Promise<void> {
  for (let turn = 0, onTime = 0; turn < MOST_TURNS && onTime < TURNS; turn++) {
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, TURN));
    if (performance.now() - start < 2 * TURN) onTime++;
  }
}

function kernelInternals(): KernelInternals | undefined {
  const { Deno: deno } = globalThis as unknown as { Deno?: Record<PropertyKey, unknown> };
  const key = deno?.internal;
  if (typeof key !== "symbol" && typeof key !== "string") return undefined;
  return (deno?.[key] as { jupyter?: KernelInternals } | undefined)?.jupyter;
}
