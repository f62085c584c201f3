/**
 * A sweep shown while it is measured: one display, updated.
 *
 * @module
 */

import { type ProgressOutput, usualOutput } from "../../notebook/mod.ts";
import { display, type Drawing, escapeHtml } from "../../show/mod.ts";
import type { SweepResult } from "./sweep_result.ts";
import type { SweepValues } from "./sweep_values.ts";

/** The least time between two states, in milliseconds: a picture is made for each. */
const INTERVAL = 500;

/** Shows the numbers of a sweep so far. */
export class SweepStream {
  readonly #output: ProgressOutput;
  readonly #data: SweepValues;
  /** How many variants were done before it began. */
  readonly #before: number;
  readonly #start = performance.now();
  #shown = -Infinity;

  /** Takes a display; nothing is shown yet. */
  constructor(data: SweepValues, output: ProgressOutput) {
    this.#data = data;
    this.#output = output;
    this.#before = this.#done;
  }

  get #done(): number {
    return this.#data.done.reduce((sum, one) => sum + one, 0);
  }

  /** Shows what is there, unless the display has just changed. */
  async update(result: SweepResult): Promise<void> {
    if (performance.now() - this.#shown < INTERVAL) return;
    const done = this.#done, { length } = this.#data.done;
    const seconds = (performance.now() - this.#start) / 1000;
    const left = seconds * (length - done) / (done - this.#before);
    await this.#show(
      result,
      Number.isFinite(left) ? `, about ${Math.ceil(left)} s left` : "",
      false,
    );
  }

  /** Shows the last state, which holds no times: what stands in a saved notebook is the same for every run. */
  async end(result: SweepResult): Promise<void> {
    await this.#show(result, this.#done < this.#data.done.length ? ", stopped" : "", true);
  }

  async #show(result: SweepResult, note: string, last: boolean): Promise<void> {
    const done = this.#done, { length } = this.#data.done;
    const text = `${this.#data.title}: ${done} of ${length} variants${note}`;
    // No colours: it is read on whatever ground it stands.
    const style = "font-family:sans-serif;font-size:13px;padding:4px 8px";
    const bar = `<progress max="${length}" value="${done}" aria-label="${
      escapeHtml(this.#data.title)
    }"></progress>`;
    const picture = await result[display]();
    this.#output.show({
      "text/html": `<div style="${style}">${bar} ${escapeHtml(text)}</div>${pictureOf(picture)}`,
      "text/plain": text,
    }, last);
    this.#shown = performance.now();
  }
}

/** A drawing as HTML: of a chart its picture. */
function pictureOf(drawing: Drawing): string {
  const { "text/html": html, "image/png": png } = drawing as unknown as {
    readonly [type: string]: unknown;
  };
  if (typeof html === "string") return html;
  return typeof png === "string"
    ? `<img alt="the numbers so far" src="data:image/png;base64,${png}">`
    : "";
}

/**
 * Opens a display for a sweep: one of the notebook's cell, or one line on the standard error output where that is a terminal.
 *
 * @param data The numbers of the sweep.
 * @param output Where to show it; the usual place if true.
 */
export function sweepStream(data: SweepValues, output: true | ProgressOutput): SweepStream {
  return new SweepStream(data, output === true ? usualOutput() : output);
}
