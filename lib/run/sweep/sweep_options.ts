/**
 * Options of sweeps.
 *
 * @module
 */

import type { ProgressOutput } from "../../notebook/mod.ts";
import { refuseUnknownOptions } from "../../show/mod.ts";
import { refuseOddSignal } from "../../tensor/mod.ts";
import type { Spans } from "../spans.ts";
import type { SweepResult } from "./sweep_result.ts";

/** Options for {@linkcode planSweep}. */
export interface PlanSweepOptions {
  /**
   * Of pairs, which run is edited: `denoising` puts values of the clean run into the corrupt one, `noising` those of the corrupt
   * run into the clean one. @default {"denoising"}
   */
  readonly direction?: "denoising" | "noising";
  /** Names for stretches of the prompts. @default {those that all pairs have} */
  readonly spans?: Spans;
  /**
   * The bytes that the runs without edits may take, and a batch of variants as many. Where the runs of all prompts take more,
   * some prompts are swept after the other, at least one; where an edit or a metric is of all prompts together, as a function is,
   * the sweep is refused. @default {256 MiB}
   */
  readonly memory?: number;
  /**
   * Stops the work between two blocks. A sweep then comes back with what was measured, and NaN elsewhere; before the runs
   * without edits are there it throws the signal's reason.
   */
  readonly signal?: AbortSignal;
}

/** Options for {@linkcode sweep}. */
export interface SweepOptions extends PlanSweepOptions {
  /**
   * Shows the numbers so far in a display of the notebook's cell that changes in place, or where it is told. @default {false}
   */
  readonly stream?: boolean | ProgressOutput;
  /** Hears of the numbers so far, after each batch. */
  readonly onProgress?: (partial: SweepResult) => void;
  /**
   * A file ending in `.json` that holds the numbers so far, written every second and at the end, whole or not at all. Where it
   * is there already the sweep goes on from it, to the same numbers; one of another sweep is refused. The runs without edits are
   * made anew each time, and a batch that is stopped half-way is lost: where a call ended before one more variant was measured,
   * those after it begin with batches of one, two, four variants and so on, whose numbers differ by rounding. Where prompts are swept
   * in parts, each has a file of its own: `grid.1-of-3.json` and so on.
   *
   * @default {none}
   */
  readonly file?: string | URL;
}

/** The bytes of a batch, where nothing is said. */
export const MEMORY = 2 ** 28;

const planned = ["direction", "spans", "memory", "signal"];
const known = [...planned, "stream", "onProgress", "file"];

/**
 * Refuses what a compiler would: the kernel of a notebook does not check types.
 *
 * @param purpose What is done, as an error begins after "Cannot".
 * @param options The options.
 */
export function checkSweepOptions(purpose: "sweep" | "plan a sweep", options: SweepOptions): void {
  refuseUnknownOptions(purpose, options, purpose === "sweep" ? known : planned);
  const { direction, memory = MEMORY, signal, stream = false, onProgress, file } = options;
  refuseOddSignal(signal);
  if (direction !== undefined && direction !== "denoising" && direction !== "noising") {
    throw new RangeError(
      `Cannot sweep as direction must be "denoising" or "noising": current value is ${
        JSON.stringify(direction)
      }`,
    );
  }
  if (!(typeof memory === "number" && memory > 0)) {
    throw new RangeError(
      `Cannot sweep as memory must be a number of bytes above 0: current value is ${memory}`,
    );
  }
  if (typeof stream !== "boolean" && typeof stream?.show !== "function") {
    throw new TypeError(
      `Cannot sweep as stream must be true, false or an object with show(): current value is ${
        JSON.stringify(stream)
      }`,
    );
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(
      `Cannot sweep as onProgress must be a function: current value is ${typeof onProgress}`,
    );
  }
  if (file === undefined || /\.json$/.test(file instanceof URL ? file.pathname : String(file))) {
    return;
  }
  throw new RangeError(
    `Cannot sweep as the file must end in .json: current value is ${JSON.stringify(file)}`,
  );
}
