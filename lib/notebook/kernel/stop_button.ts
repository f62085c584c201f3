/**
 * The stop button: ends a cell and keeps the kernel's variables, where the engine allows it.
 *
 * @module
 */

import type { FrontEnd } from "./front_end.ts";
import type { InnerKernel } from "./inner_kernel.ts";
import type { OutputRelay, RunningCell } from "./output_relay.ts";
import type { SideChannel } from "./side_channel.ts";

/**
 * A kernel that computes does not answer; after so many milliseconds without an answer, of which its thread has computed
 * so many, it is taken to do so.
 */
interface Patience {
  /** Milliseconds in all. */
  readonly wait: number;
  /** Milliseconds of a processor's time: on a busy machine an answer may be late without anything being computed. */
  readonly computed: number;
}

/** Of a cell's own code, which cannot hear: it is only made sure that it computes. */
const OWN_CODE: Patience = { wait: 100, computed: 50 };
/** Of the library's work, which gives way every 50 ms and must not be ended in the middle of a slice. */
const LISTENING: Patience = { wait: 300, computed: 150 };
/** How long garbage may be collected, in milliseconds. */
const COLLECT_PATIENCE = 3000;
/** How long what was ended may take to make room for the module's answers, in milliseconds. */
const ROOM_PATIENCE = 1500;
/** When to look after a cell that did not end, in milliseconds from one time to the next. */
const LOOKS = [20, 150, 300, 600];
/** What the user is told of a cell that waits, and does not listen. */
const DEAF =
  "This cell waits for something that does not listen to the stop button, and Deno cannot end it: " +
  "only a restart of the kernel will. What takes a signal can be given cellSignal().\n";
/** What the user is told where the engine ended a function that a timer had called, which Deno's event loop does not outlive. */
const DEAD =
  "The code of this cell was stopped, but Deno's kernel, which it ran in, hears nothing since: " +
  "only a restart of the kernel helps. That is so where a timer had begun the code.\n";

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
    if (cell === undefined) return side.tell({ op: "interrupt", idle: true });
    if (cell.ending) return; // or it would be the next cell that is stopped
    cell.stopped = true;
    const over = () => relay.cell !== cell || cell.ending;
    let ended = await this.#endIfBusy("interrupt", over);
    if (ended === "dead") return this.#tell(cell, DEAD);
    for (const pause of LOOKS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (over()) return;
      // It waited when the button was pressed, and may compute by now.
      if (ended === "no") ended = await this.#endIfBusy("ping", over);
      if (ended === "dead") return this.#tell(cell, DEAD);
      // What was ended behind an await, or waits for what nobody can bring, is a promise that nothing holds any more.
      if (!over()) await side.ask({ op: "collect" }, COLLECT_PATIENCE);
    }
    if (!over()) this.#tell(cell, DEAF);
  }

  /**
   * Has the engine end what computes, if the module does not answer. That is done once for each press: a second time might
   * end the module's own work on what it was told meanwhile, and it would never hear anything again.
   *
   * @param op What the module is asked.
   * @param over Says whether the cell has ended.
   * @returns Whether something was ended; `"dead"` if the kernel hears nothing since.
   */
  async #endIfBusy(op: "interrupt" | "ping", over: () => boolean): Promise<"yes" | "no" | "dead"> {
    const { side } = this.#options;
    const inner = await this.#options.inner;
    const computed = () => processorTime(inner.pid, side.thread);
    const before = computed(), patience = side.isListening ? LISTENING : OWN_CODE;
    const answer = side.ask({ op }, Infinity);
    while (side.isOpen) {
      const late = new Promise<"late">((r) => setTimeout(() => r("late"), patience.wait));
      if (await Promise.race([answer, late]) !== "late" || over()) return "no";
      if (computed() - before >= patience.computed) break;
    }
    await inner.ask("control", "interrupt_request", {}).catch(() => {});
    const heard = await side.ask({ op: "ping" }, ROOM_PATIENCE);
    return heard === undefined && side.isOpen && !over() ? "dead" : "yes";
  }

  /** Tells the user, once a cell, that nothing here ends it. */
  #tell(cell: RunningCell, text: string): void {
    if (this.#told.has(cell)) return;
    this.#told.add(cell);
    const parent = cell.asked.request.header;
    this.#options.front.say({ type: "stream", content: { name: "stderr", text }, parent });
  }
}

/** How long a thread has computed, in milliseconds; ever more where the system does not tell, as if it always did. */
function processorTime(process: number, thread: number | undefined): number {
  try {
    const text = Deno.readTextFileSync(`/proc/${process}/task/${thread ?? process}/stat`);
    // Behind the name, which may hold anything: in the user's code and in the system's, in hundredths of a second.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return performance.now();
  }
}
