/**
 * The end of patience: a time or a signal after which a cell is stopped.
 *
 * @module
 */

/** When to stop. */
export interface TimeLimitOptions {
  /** The longest time, in milliseconds; none by default. */
  readonly timeout?: number;
  /** Stops when aborted. */
  readonly signal?: AbortSignal;
}

/** A limit that is running. */
export interface TimeLimit {
  /** Rejects when the limit is passed: with a {@linkcode TimeLimitError}, or the reason of the signal. */
  readonly passed: Promise<never>;
  /** Whether it is passed. */
  readonly isPassed: boolean;
  /** Ends the limit, which then never passes. */
  clear(): void;
}

/** The cell took longer than it may. */
export class TimeLimitError extends Error {}

/**
 * Starts a limit.
 *
 * @param options When it passes.
 * @returns The limit; clear it when the work is done.
 */
export function timeLimit({ timeout, signal }: TimeLimitOptions): TimeLimit {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // nobody may be waiting when it passes
  let isPassed = false;
  const pass = (reason: unknown) => {
    isPassed = true;
    reject(reason);
  };
  const onAbort = () => pass(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  const late = () =>
    pass(new TimeLimitError(`Cannot run the cell as it must end within ${timeout} ms`));
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  return {
    passed: promise,
    get isPassed() {
      return isPassed;
    },
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
