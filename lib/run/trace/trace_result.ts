/**
 * What came out of a traced run.
 *
 * @module
 */

import { display, type Drawing, inspect, table } from "../../show/mod.ts";
import { tf } from "../../tensor/mod.ts";
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

  /** Draws the run, or, where it was stopped, what was returned. */
  [display](): Drawing | Promise<Drawing> {
    if (this.run) return this.run[display]();
    const rows = tensorsIn(this.returned).map(({ shape }, i) => [String(i), shape.join(" × ")]);
    return table({
      title: `A run of ${this.model} that its trace stopped: the tensors that it returned`,
      columns: [{ name: "tensor" }, { name: "shape" }],
      rows,
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    const end = this.run ? `, then ${this.run[inspect]()}` : ", stopped";
    return `Trace of ${this.model}: ${tensorsIn(this.returned).length} tensors returned${end}`;
  }
}
