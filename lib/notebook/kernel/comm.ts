/**
 * Comms: lines between a page and the code of a notebook, in Jupyter's own protocol.
 *
 * @module
 */

import type { Frames } from "../zmtp.ts";
import { kernelLink } from "./kernel_link.ts";

/** Plain data, as JSON has it. */
export type CommData = Readonly<Record<string, unknown>>;

/** What the other end of a comm says. */
export interface CommMessage {
  /** What it says. */
  readonly data: CommData;
  /** Its metadata. */
  readonly metadata: CommData;
  /** The binary buffers that came with it. */
  readonly buffers: Frames;
}

/** What goes along when a comm is opened or something is said on it. */
export interface CommOptions {
  /** What is said; nothing by default. */
  readonly data?: CommData;
  /** Its metadata; none by default. */
  readonly metadata?: CommData;
  /** Binary buffers; none by default. */
  readonly buffers?: Frames;
}

/** One end of a line to a page. */
export interface Comm {
  /** Its id, which both ends know. */
  readonly id: string;
  /** What the line is for. */
  readonly target: string;
  /**
   * Takes what the page says. Until it has returned (or its promise has settled) the page counts the kernel as busy, and
   * most pages hold back what they would say next.
   */
  onMessage: (message: CommMessage) => void | Promise<void>;
  /** Is told that the page closed the line. */
  onClose: (message: CommMessage) => void | Promise<void>;
  /** Says something to the page. */
  send(data: CommData, options?: Omit<CommOptions, "data">): void;
  /** Closes the line. */
  close(data?: CommData): void;
}

/** Takes a line that a page opened; what it opened it with is the message. */
export type CommTarget = (comm: Comm, message: CommMessage) => void | Promise<void>;

/**
 * Takes the comms that a page opens for a target. Needs the kernel "Deno (Innerworks)": Deno's own drops them.
 *
 * @param name The name of the target.
 * @param target Takes each comm; undefined takes them no longer.
 * @returns Whether there is a kernel that hears them.
 *
 * @example Usage
 * ```ts
 * import { commTarget } from "@innerworks/innerworks";
 *
 * const heard = commTarget("echo", (comm) => {
 *   comm.onMessage = ({ data }) => comm.send(data);
 * });
 * console.log(heard); // false in a script
 * ```
 */
export function commTarget(name: string, target: CommTarget | undefined): boolean {
  const link = kernelLink();
  link?.setTarget(name, target);
  return link !== undefined;
}

/**
 * Opens a comm to the page.
 *
 * @param target What the page knows it by.
 * @param options What is said with it.
 * @returns This end of the line; undefined where no kernel of this library runs.
 *
 * @example Usage
 * ```ts
 * import { openComm } from "@innerworks/innerworks";
 *
 * const comm = openComm("echo", { data: { greeting: "hello" } });
 * console.log(comm); // undefined in a script
 * ```
 */
export function openComm(target: string, options: CommOptions = {}): Comm | undefined {
  return kernelLink()?.openComm(target, options);
}
