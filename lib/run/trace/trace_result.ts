/**
 * What came out of a traced run.
 *
 * @module
 */

import { sourceOf } from "../origin.ts";
import { all, display, type Drawing, formatNumber, inspect, table } from "../../show/mod.ts";
import { readNumbers, tf } from "../../tensor/mod.ts";
import type { RunResult } from "../run_result.ts";
import { tensorsIn } from "./body.ts";

/** What the bodies of a trace returned, and the run; it owns the tensors of both. */
export class Trace<R> {
  /** The model, by name. */
  readonly model: string;
  /** What the body returned; a list where there was one for each prompt. */
  readonly returned: R;
  /** The run; null where a body stopped it. */
  readonly run: RunResult | null;

  /** Takes over what was returned. */
  constructor(model: string, { returned, run }: { returned: R; run: RunResult | null }) {
    this.model = model;
    this.returned = returned;
    this.run = run;
  }

  /** Frees the tensors that were returned, and the run. */
  dispose(): void {
    tf.dispose(tensorsIn(this.returned));
    this.run?.dispose();
  }

  /** Frees the tensors that were returned, and the run, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws what was returned, by name, and the run unless it was stopped. */
  [display](): Drawing | Promise<Drawing> {
    const rows = rowsOf(this.returned);
    const end = this.run ? "" : ", which it stopped,";
    const returned = table({
      title: `What the trace of a run of ${this.model}${end} returned`,
      columns: [{ name: "name" }, { name: "shape" }, { name: "value" }],
      rows,
      caption: sourceOf(this, this.model),
    });
    if (!this.run) return returned;
    return rows.length === 0 ? this.run[display]() : all([returned, this.run])[display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    const rows = rowsOf(this.returned).map((row) => `\n  ${row.filter((cell) => cell).join("  ")}`);
    const end = this.run ? `, then ${this.run[inspect]()}` : ", stopped";
    return `Trace of ${this.model}${end}; returned ${rows.length ? rows.join("") : "nothing"}`;
  }
}

/** The most rows that are listed of what was returned, and the numbers that are shown of a tensor. */
const ROWS = 40, NUMBERS = 6;

/** What was returned, a row for each tensor and plain value with the name that leads to it. */
function rowsOf(returned: unknown): [name: string, shape: string, value: string][] {
  const rows: [string, string, string][] = [];
  const seen = new Set<unknown>();
  const walk = (value: unknown, name: string): void => {
    if (value === undefined || seen.has(value)) return;
    if (value instanceof tf.Tensor) {
      rows.push([name, value.shape.join(" × ") || "a number", numbersOf(value)]);
    } else if (typeof value === "object" && value !== null) {
      seen.add(value);
      const entries: Iterable<[unknown, unknown]> = value instanceof Map
        ? value
        : Object.entries(value);
      for (const [key, inner] of entries) walk(inner, name ? `${name}.${key}` : String(key));
    } else if (typeof value === "number") rows.push([name, "a number", formatNumber(value)]);
    else rows.push([name, "", String(value)]);
  };
  walk(returned, "");
  if (rows.length <= ROWS) return rows;
  return [...rows.slice(0, ROWS), [`and ${rows.length - ROWS} more`, "", ""]];
}

function numbersOf(tensor: tf.Tensor): string {
  if (tensor.isDisposed) return "disposed";
  const first = [...readNumbers(tensor).slice(0, NUMBERS)].map((value) => formatNumber(value));
  return first.join(", ") + (tensor.size > NUMBERS ? ", …" : "");
}
