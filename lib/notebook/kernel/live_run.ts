/**
 * Work that is begun anew while it runs: the last value wins.
 *
 * @module
 */

/** How to run the work, and who has what comes out. */
export interface LiveRunOptions<R> {
  /** How long to wait for a further value before the work begins, in milliseconds. */
  readonly pause: number;
  /** Takes the result for the last value. */
  readonly onDone: (result: R) => void;
  /** Takes what the work threw for the last value. */
  readonly onError: (error: unknown) => void;
}

/**
 * How long the page is held back for the result, in milliseconds: a quick one arrives before the page sends its next
 * value, and a slow one does not keep the page from sending the value that makes it useless.
 */
const TOGETHER = 60;

/** Runs work for the last of several values. */
export class LiveRun<V, R> {
  readonly #work: (value: V, signal: AbortSignal) => Promise<R>;
  readonly #options: LiveRunOptions<R>;
  #controller = new AbortController();

  /**
   * Waits for a value.
   *
   * @param work The work.
   * @param options How long to wait before it, and who has what comes out.
   */
  constructor(work: (value: V, signal: AbortSignal) => Promise<R>, options: LiveRunOptions<R>) {
    this.#work = work;
    this.#options = options;
  }

  /**
   * Aborts the work for the value before and begins it for this one.
   *
   * @param value The value.
   * @returns When the work is done, or some milliseconds have passed.
   */
  async start(value: V): Promise<void> {
    this.abort();
    const controller = this.#controller = new AbortController();
    const done = this.#do(value, controller.signal);
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(enough.resolve, TOGETHER + this.#options.pause);
    await Promise.race([done, enough.promise]);
    clearTimeout(timer);
  }

  /** Aborts the work. */
  abort(): void {
    this.#controller.abort(new DOMException("A later value was chosen", "AbortError"));
  }

  async #do(value: V, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#options.pause));
    if (signal.aborted) return;
    try {
      const result = await this.#work(value, signal);
      if (!signal.aborted) this.#options.onDone(result);
    } catch (error) {
      if (!signal.aborted) this.#options.onError(error);
    }
  }
}
