/**
 * Passes the outputs of Deno's kernel on, each under the request that it belongs to.
 *
 * @module
 */

import type { Frames } from "../zmtp.ts";
import type { Envelope, Header } from "./envelope.ts";
import type { Asked, FrontEnd } from "./front_end.ts";
import type { SideMessage } from "./side_socket.ts";
import { widgetOutput } from "./widget_output.ts";

/** A cell that runs. */
export interface RunningCell {
  /** The request for it. */
  readonly asked: Asked;
  /** Whether its end was held back until its outputs were read. */
  held: boolean;
  /** Whether it has run, and its last outputs are being read. */
  ending: boolean;
  /** Whether the stop button was pressed while it ran. */
  stopped: boolean;
  /** What it threw, as it is told once all other outputs have been: Deno sends it past those that wait in a queue. */
  readonly errors: Envelope[];
}

/** Who takes what the module inside the kernel says among the outputs. */
export interface OutputRelayOptions {
  /** Is told that all outputs before a mark have been read. */
  readonly onMark: (mark: number) => void;
  /** Is told that a flush has gone through. */
  readonly onFlush: (id: number) => void;
  /** Is told that a message of a comm was handled. */
  readonly onHandled: (id: number, known: boolean) => void;
  /** Whether no user looks on, in any cell. */
  readonly headless: boolean;
  /** Is told that the kernel opened or closed a comm. */
  readonly onComm: (message: Envelope) => void;
}

/** Passes outputs on. */
export class OutputRelay {
  /** The cell that runs. */
  cell: RunningCell | undefined;
  /** The header of the comm message that is being handled. */
  handling: Header | undefined;
  readonly #front: FrontEnd;
  readonly #options: OutputRelayOptions;
  readonly #large = new Map<number, PromiseWithResolvers<SideMessage>>();
  #last: Header | undefined;

  /**
   * Begins with no cell.
   *
   * @param front Where outputs go.
   * @param options Who takes what is no output.
   */
  constructor(front: FrontEnd, options: OutputRelayOptions) {
    this.#front = front;
    this.#options = options;
  }

  /**
   * Notes that a cell begins; outputs that come after its end and before the next cell are its own.
   *
   * @param cell The cell.
   */
  begin(cell: RunningCell): void {
    this.cell = cell;
    this.#last = cell.asked.request.header;
  }

  /**
   * Takes the body of a large output, which comes by the side.
   *
   * @param message What the module said.
   */
  takeLarge(message: SideMessage): void {
    this.#waitingFor(Number(message.content.id)).resolve(message);
  }

  /**
   * Takes a message from the kernel.
   *
   * @param output The message.
   */
  async take(output: Envelope): Promise<void> {
    switch (output.type) {
      case "status":
        return; // the proxy says itself when it is busy
      case "iw_mark":
        if (this.cell !== undefined) this.cell.held = this.cell.ending = true;
        return this.#options.onMark(Number(output.content.mark));
      case "iw_flush":
        return this.#options.onFlush(Number(output.content.id));
      case "iw_ack":
        return this.#options.onHandled(Number(output.content.id), output.content.known === true);
      case "iw_large":
        return await this.#passLarge(Number(output.content.id));
      case "execute_input":
        if (this.#isSilent(output)) return;
        break;
      case "error":
        if (this.cell === undefined) break;
        this.cell.errors.push(output);
        return;
      case "comm_open":
      case "comm_close":
        this.#options.onComm(output);
        break;
    }
    await this.#publish(output);
  }

  /** The request that an output belongs to which comes now. */
  get parent(): Header | undefined {
    return this.cell?.asked.request.header ?? this.handling ?? this.#last;
  }

  /** Tells what the running cell threw. */
  async tellErrors(): Promise<void> {
    for (const error of this.cell?.errors ?? []) await this.#publish(error);
  }

  async #publish(output: Envelope): Promise<void> {
    const { parent } = this;
    const shown = widgetOutput(output, this.#front.codec, this.#isHeadless);
    if (shown === undefined) return;
    const same = parent === undefined || parent.msg_id === shown.parent.msg_id;
    this.#front.publish(same ? shown : this.#front.codec.changed(shown, { parent }));
    await this.#front.room();
  }

  async #passLarge(id: number): Promise<void> {
    const { content, buffers } = await this.#waitingFor(id).promise;
    this.#large.delete(id);
    const [json, ...rest] = buffers as [Frames[number], ...Frames];
    const message = this.#front.codec.seal({
      type: String(content.type),
      content: json,
      parent: this.parent ?? {},
      metadata: content.metadata as object,
      buffers: rest,
    });
    if (message.type === "comm_open") this.#options.onComm(message);
    await this.#publish(message);
  }

  #waitingFor(id: number): PromiseWithResolvers<SideMessage> {
    const waiting = this.#large.get(id) ?? Promise.withResolvers<SideMessage>();
    this.#large.set(id, waiting);
    return waiting;
  }

  /** Whether the cell's client has nobody to ask, as those that run whole notebooks. */
  get #isHeadless(): boolean {
    return this.#options.headless ||
      this.cell !== undefined && this.cell.asked.request.content.allow_stdin === false;
  }

  /** Whether an input is that of a request which nobody is to see: one of our own, or a silent one. */
  #isSilent(input: Envelope): boolean {
    const request = this.cell?.asked.request;
    return request === undefined || request.header.msg_id !== input.parent.msg_id ||
      request.content.silent === true;
  }
}
