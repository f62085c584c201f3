/**
 * Progress of long work, as one display that changes in place.
 *
 * @module
 */

import { escapeHtml } from "../show/mod.ts";

/** A state of the work, as a document. */
export interface ProgressDrawing {
  /** What a notebook shows. */
  readonly "text/html": string;
  /** What a terminal shows. */
  readonly "text/plain": string;
}

/** Where progress is shown. */
export interface ProgressOutput {
  /**
   * Shows a state in the place of the one before.
   *
   * @param drawing The state.
   * @param last Whether no state follows.
   */
  show(drawing: ProgressDrawing, last: boolean): void;
}

/** How to show progress. */
export interface ProgressOptions {
  /**
   * Where to show it. By default a display of the notebook's cell, in a terminal one line on the standard error output,
   * and nowhere if that is not a terminal.
   */
  readonly output?: ProgressOutput;
  /** The least time between two states, in milliseconds; 100 by default. */
  readonly interval?: number;
}

/**
 * The progress of some work. What stands in a saved notebook is its last state, which says how far the work got and holds
 * no times, so that it is the same for every run.
 *
 * @example Usage
 * ```ts
 * import { Progress } from "@innerworks/innerworks";
 *
 * using progress = new Progress("Ablating heads", 3);
 * for (let head = 0; head < 3; head++) progress.advance();
 * console.log(progress.text); // Ablating heads: 3 of 3
 * ```
 */
export class Progress implements Disposable {
  /** What is being done. */
  readonly label: string;
  /** How many steps there are. */
  readonly total: number;
  readonly #output: ProgressOutput;
  readonly #interval: number;
  readonly #start: number = performance.now();
  #count = 0;
  #shown = 0;
  #ended = false;

  /**
   * Shows the beginning of the work.
   *
   * @param label What is being done.
   * @param total How many steps there are.
   * @param options Where and how often it is shown.
   * @throws {RangeError} If the total is not a whole number from 0.
   */
  constructor(label: string, total: number, options: ProgressOptions = {}) {
    if (!Number.isSafeInteger(total) || total < 0) {
      throw new RangeError(
        `Cannot show progress as the total must be a whole number from 0: current value is ${total}`,
      );
    }
    this.label = label;
    this.total = total;
    this.#output = options.output ?? usualOutput();
    this.#interval = options.interval ?? 100;
    this.#shown = this.#start;
    this.#output.show(this.#drawing(""), false);
    if (total === 0) this.end();
  }

  /** How many steps are done. */
  get count(): number {
    return this.#count;
  }

  /** How far the work is, in words. */
  get text(): string {
    const stopped = this.#ended && this.#count < this.total ? ", stopped" : "";
    return `${this.label}: ${this.#count} of ${this.total}${stopped}`;
  }

  /**
   * Notes that steps are done. With the last one the work has ended.
   *
   * @param steps How many; 1 by default.
   * @throws {RangeError} If that is more than there are, or less than none.
   */
  advance(steps: number = 1): void {
    const count = this.#count + steps;
    if (!(steps >= 0) || count > this.total) {
      throw new RangeError(
        `Cannot advance "${this.label}" as its count must be from ${this.#count} to ${this.total}: it would be ${count}`,
      );
    }
    this.#count = count;
    // At once, as a `using` at the top of a cell is never disposed of: the kernel keeps its variables.
    if (count === this.total) return this.end();
    const now = performance.now();
    if (now - this.#shown < this.#interval) return;
    this.#shown = now;
    const left = (now - this.#start) / 1000 * (this.total - count) / count;
    const wait = count === 0 ? "" : `, about ${Math.ceil(left)} s left`;
    this.#output.show(this.#drawing(wait), false);
  }

  /** Shows the last state. Doing so twice does no harm. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#output.show(this.#drawing(""), true);
  }

  /** Ends at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.end();
  }

  #drawing(note: string): ProgressDrawing {
    const text = this.text + note;
    // No colours: it is read on whatever ground it stands.
    const style = "font-family:sans-serif;font-size:13px;padding:4px 8px";
    const bar = `<progress max="${this.total || 1}" value="${
      this.total === 0 ? 1 : this.#count
    }" aria-label="${escapeHtml(this.label)}"></progress>`;
    return {
      "text/html": `<div style="${style}">${bar} ${escapeHtml(text)}</div>`,
      "text/plain": text,
    };
  }
}

/**
 * Goes through a list and shows how far it is.
 *
 * @param label What is being done.
 * @param items The list.
 * @param options Where and how often progress is shown.
 * @returns The items, each noted as done when the next is asked for.
 *
 * @example Usage
 * ```ts
 * import { progress } from "@innerworks/innerworks";
 *
 * for (const layer of progress("Layers", [0, 1, 2])) console.log(layer);
 * ```
 */
export function* progress<Item>(
  label: string,
  items: readonly Item[],
  options: ProgressOptions = {},
): Generator<Item> {
  using shown = new Progress(label, items.length, options);
  for (const item of items) {
    yield item;
    shown.advance();
  }
}

type Broadcast = (type: string, content: object) => void;

/** Shows progress in a notebook: one display, updated. */
export class NotebookOutput implements ProgressOutput {
  readonly #broadcast: Broadcast;
  readonly #id: string = crypto.randomUUID();
  #begun = false;

  /**
   * Makes an output that has shown nothing.
   *
   * @param broadcast Sends a message to the notebook, as `Deno.jupyter.broadcast` does.
   */
  constructor(broadcast: Broadcast) {
    this.#broadcast = broadcast;
  }

  /** Shows a state in the place of the one before. */
  show(drawing: ProgressDrawing): void {
    const type = this.#begun ? "update_display_data" : "display_data";
    this.#begun = true;
    const transient = { display_id: this.#id };
    this.#broadcast(type, { data: drawing, metadata: {}, transient });
  }
}

/** Shows progress in a terminal: one line, written over. */
export class LineOutput implements ProgressOutput {
  readonly #write: (text: string) => void;

  /**
   * Makes an output that has shown nothing.
   *
   * @param write Writes text to the terminal.
   */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Shows a state in the place of the one before. */
  show(drawing: ProgressDrawing, last: boolean): void {
    this.#write(`\r\x1b[K${drawing["text/plain"]}${last ? "\n" : ""}`);
  }
}

/**
 * A display of the notebook's cell that changes in place.
 *
 * @returns The display, which has shown nothing; undefined outside a notebook.
 */
export function notebookOutput(): ProgressOutput | undefined {
  const broadcast = notebookBroadcast();
  return broadcast && new NotebookOutput(broadcast);
}

/**
 * Where progress is shown if nothing is said: a display of the notebook's cell, in a terminal one line on the standard error
 * output, and nowhere if that is not a terminal.
 */
export function usualOutput(): ProgressOutput {
  const notebook = notebookOutput();
  if (notebook !== undefined) return notebook;
  if (Deno.stderr.isTerminal()) {
    const encoder = new TextEncoder();
    return new LineOutput((text) => Deno.stderr.writeSync(encoder.encode(text)));
  }
  return { show: () => {} };
}

/** Finds the way to the notebook; outside the kernel, where asking throws, there is none. */
function notebookBroadcast(): Broadcast | undefined {
  try {
    const { jupyter } = Deno as unknown as { jupyter: { broadcast: Broadcast } };
    return (type, content) => jupyter.broadcast(type, content);
  } catch {
    return undefined;
  }
}
