/**
 * Holds the end of a cell back, inside the kernel, until its outputs have been read.
 *
 * @module
 */

import type { Broadcast } from "./comm_hub.ts";

/** What Deno's kernel does at the end of a cell; an internal, so everything about it may be missing. */
interface KernelInternals {
  broadcastResult?: (...values: unknown[]) => Promise<unknown>;
}

/** Says to `keepOutputs()`, which does the same by waiting, that nothing is left to do. */
const kept: unique symbol = Symbol.for("innerworks.keepOutputs");

/**
 * Puts a mark behind the outputs of every cell that does not fail, and waits until it was read.
 *
 * @param broadcast Sends a message in order with the outputs.
 * @param onEnd Is told that a cell has ended.
 * @returns Says that a mark was read.
 */
export function holdEnds(broadcast: Broadcast, onEnd: () => void): (mark: number) => void {
  const marks = new Map<number, () => void>();
  let count = 0;
  const internals = kernelInternals();
  const publish = internals?.broadcastResult;
  if (internals === undefined || typeof publish !== "function") return () => {};
  const patient = async (...values: unknown[]) => {
    const result = await publish(...values);
    onEnd();
    const mark = ++count;
    const { promise, resolve } = Promise.withResolvers<void>();
    marks.set(mark, resolve);
    broadcast("iw_mark", { mark });
    await promise;
    marks.delete(mark);
    return result;
  };
  Object.defineProperty(patient, kept, { value: true });
  internals.broadcastResult = patient;
  return (mark) => marks.get(mark)?.();
}

function kernelInternals(): KernelInternals | undefined {
  const deno = Deno as unknown as Record<PropertyKey, unknown>;
  const key = deno.internal;
  if (typeof key !== "symbol" && typeof key !== "string") return undefined;
  return (deno[key] as { jupyter?: KernelInternals } | undefined)?.jupyter;
}
