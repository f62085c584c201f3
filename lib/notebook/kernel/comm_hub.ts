/**
 * The comms of a kernel, inside it: who handles what the page says.
 *
 * @module
 */

import type { Frames } from "../zmtp.ts";
import type { Comm, CommData, CommMessage, CommOptions, CommTarget } from "./comm.ts";

/** Sends a message to the page, in order with all other outputs. */
export type Broadcast = (
  type: string,
  content: object,
  options?: { metadata?: object; buffers?: Frames },
) => void;

/** All comms of a kernel, and the targets that take new ones. */
export class CommHub {
  readonly #broadcast: Broadcast;
  readonly #comms = new Map<string, OpenComm>();
  readonly #targets = new Map<string, CommTarget>();

  /**
   * Begins without comms.
   *
   * @param broadcast Sends a message to the page.
   */
  constructor(broadcast: Broadcast) {
    this.#broadcast = broadcast;
  }

  /**
   * Opens a comm to the page.
   *
   * @param target What the page knows it by.
   * @param options What is said with it.
   * @returns This end of the line.
   */
  open(target: string, { data = {}, metadata = {}, buffers = [] }: CommOptions): Comm {
    const comm = this.#add(crypto.randomUUID().replaceAll("-", ""), target);
    const content = { comm_id: comm.id, target_name: target, data };
    this.#broadcast("comm_open", content, { metadata, buffers });
    return comm;
  }

  /**
   * Takes the comms that the page opens for a target.
   *
   * @param name The target.
   * @param target Takes them; undefined takes them no longer.
   */
  setTarget(name: string, target: CommTarget | undefined): void {
    if (target === undefined) this.#targets.delete(name);
    else this.#targets.set(name, target);
  }

  /**
   * Hands what the page says to its handler.
   *
   * @param type The type of the message: `comm_open`, `comm_msg` or `comm_close`.
   * @param content Its content.
   * @param rest Its metadata and buffers.
   * @returns Whether anyone handles this comm.
   */
  async take(
    type: string,
    content: CommData,
    rest: { metadata: CommData; buffers: Frames },
  ): Promise<boolean> {
    const id = String(content.comm_id);
    const message: CommMessage = { data: (content.data ?? {}) as CommData, ...rest };
    if (type === "comm_open") {
      const name = String(content.target_name);
      const target = this.#targets.get(name);
      if (target === undefined) return false;
      await target(this.#add(id, name), message);
      return true;
    }
    const comm = this.#comms.get(id);
    if (comm === undefined) return false;
    if (type === "comm_close") {
      this.#comms.delete(id);
      await comm.onClose(message);
    } else {
      await comm.onMessage(message);
    }
    return true;
  }

  #add(id: string, target: string): OpenComm {
    const comm = new OpenComm(id, target, this.#broadcast, () => this.#comms.delete(id));
    this.#comms.set(id, comm);
    return comm;
  }
}

class OpenComm implements Comm {
  readonly id: string;
  readonly target: string;
  onMessage: Comm["onMessage"] = () => {};
  onClose: Comm["onClose"] = () => {};
  readonly #broadcast: Broadcast;
  readonly #forget: () => void;

  constructor(id: string, target: string, broadcast: Broadcast, forget: () => void) {
    this.id = id;
    this.target = target;
    this.#broadcast = broadcast;
    this.#forget = forget;
  }

  send(data: CommData, options: Omit<CommOptions, "data"> = {}): void {
    const { metadata = {}, buffers = [] } = options;
    this.#broadcast("comm_msg", { comm_id: this.id, data }, { metadata, buffers });
  }

  close(data: CommData = {}): void {
    this.#forget();
    this.#broadcast("comm_close", { comm_id: this.id, data });
  }
}
