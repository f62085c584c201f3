/**
 * Passes what the page says on its comms into the kernel, one message after the other.
 *
 * @module
 */

import type { Envelope } from "./envelope.ts";
import type { Asked, FrontEnd } from "./front_end.ts";
import type { InnerKernel } from "./inner_kernel.ts";
import type { OutputRelay } from "./output_relay.ts";
import type { SideChannel } from "./side_channel.ts";

/** A handler that takes longer than this, in milliseconds, holds the next message back no more. */
const HANDLER_PATIENCE = 60_000;
const LONGEST_QUEUE = 10_000;

/** What it works with. */
export interface CommRelayOptions {
  /** Where the page is. */
  readonly front: FrontEnd;
  /** The kernel, once it can be talked to. */
  readonly inner: Promise<InnerKernel>;
  /** Passes outputs on. */
  readonly relay: OutputRelay;
  /** The line to the module inside the kernel. */
  readonly side: SideChannel;
}

/** The comms of a kernel, as the proxy sees them. */
export class CommRelay {
  readonly #options: CommRelayOptions;
  readonly #targets = new Map<string, string>();
  readonly #handled = new Map<number, (known: boolean) => void>();
  #last: Promise<void> = Promise.resolve();
  #count = 0;
  #waiting = 0;

  /**
   * Begins without comms.
   *
   * @param options What it works with.
   */
  constructor(options: CommRelayOptions) {
    this.#options = options;
  }

  /**
   * Notes that one end opened or closed a comm.
   *
   * @param message How it said so.
   */
  note({ type, content }: Envelope): void {
    const id = String(content.comm_id);
    if (type === "comm_open") this.#targets.set(id, String(content.target_name));
    else if (type === "comm_close") this.#targets.delete(id);
  }

  /**
   * Notes that the kernel has handled a message.
   *
   * @param id The number of the message.
   * @param known Whether anyone handles its comm.
   */
  handled(id: number, known: boolean): void {
    this.#handled.get(id)?.(known);
  }

  /**
   * Answers a `comm_info_request`.
   *
   * @param target The target whose comms are asked for; all if it is no text.
   * @returns The content of the answer.
   */
  info(target: unknown): object {
    const comms = [...this.#targets]
      .filter(([, name]) => typeof target !== "string" || target === "" || name === target)
      .map(([id, name]) => [id, { target_name: name }]);
    return { status: "ok", comms: Object.fromEntries(comms) };
  }

  /**
   * Takes a message of the page. The page is told that the kernel is busy until it has been handled: a widget sends one
   * update and holds the rest back until then.
   *
   * @param asked The message.
   */
  take(asked: Asked): void {
    if (this.#waiting >= LONGEST_QUEUE) return;
    this.#waiting++;
    this.#last = this.#last.then(() => this.#pass(asked)).finally(() => this.#waiting--);
  }

  async #pass({ request }: Asked): Promise<void> {
    const { front, relay } = this.#options;
    const { header, content } = request;
    front.status("busy", header);
    relay.handling = header;
    const known = await this.#handle(request);
    if (relay.handling === header) relay.handling = undefined;
    if (request.type === "comm_open" && !known) {
      const closed = { comm_id: content.comm_id, data: {} };
      front.say({ type: "comm_close", content: closed, parent: header });
    } else {
      this.note(request);
    }
    front.status("idle", header);
  }

  /** Has the module inside the kernel handle a message; returns whether anyone there knows its comm. */
  async #handle({ type, content, metadata, buffers }: Envelope): Promise<boolean> {
    const { inner, side } = this.#options;
    await inner.catch(() => {}); // its end is told elsewhere
    if (!side.isOpen) return false;
    const id = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#handled.set(id, resolve);
    const timer = setTimeout(() => resolve(true), HANDLER_PATIENCE);
    side.tell({ op: "comm", id, type, content, metadata }, buffers);
    const known = await promise;
    clearTimeout(timer);
    this.#handled.delete(id);
    return known;
  }
}
