/**
 * The signal of the running cell, inside the kernel.
 *
 * @module
 */

/** Gives each cell a signal of its own. */
export class CellSignals {
  readonly #onTaken: () => void;
  #controller = new AbortController();
  #taken = false;

  /**
   * Begins before the first cell.
   *
   * @param onTaken Is told, once for each cell, that its signal was taken.
   */
  constructor(onTaken: () => void = () => {}) {
    this.#onTaken = onTaken;
  }

  /**
   * Takes the signal of the running cell.
   *
   * @returns The signal.
   */
  take(): AbortSignal {
    if (!this.#taken) this.#onTaken();
    this.#taken = true;
    return this.#controller.signal;
  }

  /**
   * Raises the signal of the running cell. What takes it from now on, until the cell has ended, finds it raised: a loop of
   * short runs may be stopped between two of them.
   */
  abort(): void {
    this.#controller.abort(new DOMException("The cell was stopped", "AbortError"));
  }

  /** Notes that a cell has ended: what it left running is not stopped with the next one. */
  renew(): void {
    this.#taken = false;
    this.#controller = new AbortController();
  }
}
