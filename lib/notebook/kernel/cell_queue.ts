/**
 * Runs cells one after the other, and passes over those that wait when one fails.
 *
 * @module
 */

import { LOST_VALUE } from "../lost_value.ts";
import type { Envelope } from "./envelope.ts";
import type { Asked, FrontEnd } from "./front_end.ts";
import type { History } from "./history.ts";
import type { InnerKernel } from "./inner_kernel.ts";
import type { OutputRelay, RunningCell } from "./output_relay.ts";
import type { SideChannel } from "./side_channel.ts";

/** What a queue of cells works with. */
export interface CellQueueOptions {
  /** Where replies go. */
  readonly front: FrontEnd;
  /** The kernel that runs the cells, once it can. */
  readonly inner: Promise<InnerKernel>;
  /** Passes outputs on. */
  readonly relay: OutputRelay;
  /** The line to the module inside the kernel. */
  readonly side: SideChannel;
  /** Keeps the cells that were run. */
  readonly history: History;
  /** Is told of a cell that has run, once everyone was told that it has. */
  readonly onRun: (asked: Asked) => void;
}

/** A page cannot have more cells wait than this. */
const LONGEST_QUEUE = 10_000;
/** What is told of a cell that the stop button ended. */
const STOPPED = ["Interrupted", "the cell was stopped"] as const;

/** Cells that wait, and the one that runs. */
export class CellQueue {
  readonly #options: CellQueueOptions;
  readonly #waiting: Asked[] = [];
  readonly #flushes = new Map<number, () => void>();
  #flushCount = 0;
  #working = false;

  /**
   * Begins with no cells.
   *
   * @param options What it works with.
   */
  constructor(options: CellQueueOptions) {
    this.#options = options;
  }

  /**
   * Takes a cell.
   *
   * @param asked The request.
   */
  push(asked: Asked): void {
    if (this.#waiting.length >= LONGEST_QUEUE) return this.#abort(asked);
    this.#waiting.push(asked);
    this.#work();
  }

  /**
   * Notes that a flush has gone through.
   *
   * @param id Its number.
   */
  flushed(id: number): void {
    this.#flushes.get(id)?.();
  }

  /**
   * Tells the front end, of the cell that runs and those that wait, that none of them will be run to its end.
   *
   * @param why Why not.
   */
  end(why: string): void {
    const { front, relay } = this.#options;
    const error = { ename: "KernelEnded", evalue: why, traceback: [`KernelEnded: ${why}`] };
    const running = relay.cell === undefined ? [] : [relay.cell.asked];
    for (const asked of [...running, ...this.#waiting.splice(0)]) {
      const parent = asked.request.header;
      front.say({ type: "error", content: error, parent });
      front.reply(asked, { status: "error", execution_count: 0, ...error });
      front.status("idle", parent);
    }
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      const inner = await this.#options.inner;
      for (let asked; (asked = this.#waiting.shift()) !== undefined;) {
        const failed = await this.#run(asked, inner);
        if (!failed || asked.request.content.stop_on_error === false) continue;
        for (const other of this.#waiting.splice(0)) this.#abort(other);
      }
    } catch {
      // The kernel has ended: whoever watches it tells the front end.
    } finally {
      this.#working = false;
    }
  }

  /** Runs a cell; returns whether it failed. */
  async #run(asked: Asked, inner: InnerKernel): Promise<boolean> {
    const { front, relay, history } = this.#options;
    const { header, content } = asked.request;
    const cell: RunningCell = { asked, held: false, ending: false, stopped: false, errors: [] };
    relay.begin(cell);
    this.#options.side.isListening = false;
    front.status("busy", header);
    const answer = await inner.pass(asked.request);
    cell.ending = true;
    if (!cell.held) await this.#flush(inner);
    await relay.tellErrors();
    const reply = this.#corrected(answer, cell);
    if (content.silent !== true && content.store_history !== false) {
      const line = Number(reply.content.execution_count);
      history.add({ line, input: String(content.code ?? "") });
    }
    relay.cell = undefined;
    front.pass(asked, reply);
    front.status("idle", header);
    this.#options.onRun(asked);
    return reply.content.status === "error";
  }

  /** Says what Deno leaves out: the error of a cell that was stopped, and that a value which cannot be drawn is one. */
  #corrected(reply: Envelope, cell: RunningCell): Envelope {
    const { front } = this.#options;
    const { content } = reply;
    const [error] = cell.errors;
    if (content.status === "ok" && error !== undefined) {
      const { ename, evalue, traceback } = error.content;
      const { execution_count } = content;
      return front.codec.changed(reply, {
        content: { status: "error", execution_count, ename, evalue, traceback },
      });
    }
    if (content.status !== "error" || error !== undefined) return reply;
    if (content.evalue !== "Execution failed") return reply;
    const [ename, evalue] = cell.stopped ? STOPPED : LOST_VALUE;
    const told = { ename, evalue, traceback: [`${ename}: ${evalue}`] };
    front.say({ type: "error", content: told, parent: cell.asked.request.header });
    return front.codec.changed(reply, { content: { ...content, ...told } });
  }

  /** Waits until every output so far has been read. */
  async #flush(inner: InnerKernel): Promise<void> {
    const id = ++this.#flushCount;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#flushes.set(id, resolve);
    if (this.#options.side.isOpen) {
      this.#options.side.tell({ op: "flush", id });
    } else {
      const code = `Deno.jupyter.broadcast("iw_flush", { id: ${id} })`;
      inner.ask("shell", "execute_request", { code, silent: true, store_history: false })
        .catch(() => {});
    }
    await Promise.race([promise, inner.ended.then((why) => Promise.reject(new Error(why)))]);
    this.#flushes.delete(id);
  }

  #abort(asked: Asked): void {
    const { front } = this.#options;
    front.status("busy", asked.request.header);
    front.reply(asked, { status: "aborted" });
    front.status("idle", asked.request.header);
  }
}
