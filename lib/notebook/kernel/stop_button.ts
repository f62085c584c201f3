/**
 * The stop button: ends a cell and keeps the kernel's variables, where the engine allows it.
 *
 * @module
 */

import type { FrontEnd } from "./front_end.ts";
import type { InnerKernel } from "./inner_kernel.ts";
import type { OutputRelay } from "./output_relay.ts";
import type { SideChannel } from "./side_channel.ts";

/** A kernel that computes does not answer; after so many milliseconds it is taken to compute. */
const ANSWER_PATIENCE = 250;
/** After so many milliseconds a cell that still waits is taken not to listen. */
const DEAF_AFTER = 1000;

/** What it works with. */
export interface StopButtonOptions {
  /** Where the user is told that only a restart helps. */
  readonly front: FrontEnd;
  /** The kernel that runs the cells. */
  readonly inner: Promise<InnerKernel>;
  /** Knows the cell that runs. */
  readonly relay: OutputRelay;
  /** The line to the module inside the kernel. */
  readonly side: SideChannel;
}

/** The stop button of one kernel. */
export class StopButton {
  readonly #options: StopButtonOptions;
  /** The requests of cells whose user was told. */
  readonly #told = new WeakSet<object>();

  /**
   * Waits for the button to be pressed.
   *
   * @param options What it works with.
   */
  constructor(options: StopButtonOptions) {
    this.#options = options;
  }

  /**
   * Stops the running cell. A cell that computes is stopped by the engine. One that waits cannot be: it gets its signal
   * raised, to which all long functions of the library listen; if it does not, its user is told.
   */
  async press(): Promise<void> {
    const { relay, side } = this.#options;
    const { cell } = relay;
    // Where no cell runs, what a live view computes is stopped.
    const alive = await side.ask({ op: "interrupt" }, cell === undefined ? 0 : ANSWER_PATIENCE);
    if (cell === undefined || relay.cell !== cell) return;
    if (alive === undefined) {
      const inner = await this.#options.inner;
      if (relay.cell === cell) await inner.ask("control", "interrupt_request", {}).catch(() => {});
      return;
    }
    setTimeout(() => {
      if (relay.cell !== cell || this.#told.has(cell)) return;
      this.#told.add(cell);
      const text =
        "This cell waits for something that does not listen to the stop button, and Deno cannot " +
        "end it: only a restart of the kernel will. What takes a signal can be given cellSignal().\n";
      const parent = cell.asked.request.header;
      this.#options.front.say({ type: "stream", content: { name: "stderr", text }, parent });
    }, DEAF_AFTER);
  }
}
