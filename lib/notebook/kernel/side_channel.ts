/**
 * The proxy's end of the line to the module inside Deno's kernel.
 *
 * @module
 */

import { timingSafeEqual } from "node:crypto";
import type { Frames } from "../zmtp.ts";
import { sideAddress, sideSecret } from "./side_names.ts";
import { type SideMessage, SideSocket } from "./side_socket.ts";

const HELLO_PATIENCE = 10_000;
/** A longer path does not fit into a socket's address. */
const LONGEST_PATH = 100;

/** The line, or what it will be once the module has called. */
export class SideChannel {
  /** What the kernel must find in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what the module says. */
  onMessage: (message: SideMessage) => void = () => {};
  readonly #listener: Deno.Listener;
  readonly #secret: string = crypto.randomUUID() + crypto.randomUUID();
  readonly #answers = new Map<
    number,
    (answer: SideMessage["content"] | undefined) => void
  >();
  readonly #opened = Promise.withResolvers<void>();
  #socket: SideSocket | undefined;
  #thread: number | undefined;
  #closed = false;
  #count = 0;

  /**
   * Waits for the module to call.
   *
   * @param folder A folder that only this user can enter, where the socket is made.
   */
  constructor(folder: string) {
    const path = `${folder}/kernel.sock`;
    // Elsewhere the secret alone keeps others out, as it does on the ports of Jupyter itself.
    const unix = Deno.build.os !== "windows" && path.length < LONGEST_PATH;
    this.#listener = unix ? listenAlone(path) : Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { addr } = this.#listener;
    this.environment = {
      [sideAddress]: addr.transport === "tcp" ? String(addr.port) : path,
      [sideSecret]: this.#secret,
    };
    this.#accept();
  }

  /** Whether the module listens. */
  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /**
   * Whether the running cell has taken its signal, as the library's work does. The module says so; the proxy forgets it
   * when the next cell begins.
   */
  isListening = false;

  /** The thread that runs the cells, by the system's number; undefined where the system has none. */
  get thread(): number | undefined {
    return this.#thread;
  }

  /** Settles when the module has called. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /**
   * Says something to the module, if it is there.
   *
   * @param content What.
   * @param buffers The buffers that come with it.
   */
  tell(content: SideMessage["content"], buffers: Frames = []): void {
    this.#socket?.send(content, buffers);
  }

  /**
   * Asks the module, which can only answer while the kernel does not compute.
   *
   * @param content What.
   * @param patience How long to wait, in milliseconds; Infinity for as long as the module is there.
   * @returns The answer; undefined if there is none in time.
   */
  async ask(
    content: SideMessage["content"],
    patience: number,
  ): Promise<SideMessage["content"] | undefined> {
    if (this.#socket === undefined) return undefined;
    const id = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<SideMessage["content"] | undefined>();
    this.#answers.set(id, resolve);
    const timer = patience === Infinity ? 0 : setTimeout(() => resolve(undefined), patience);
    this.#socket.send({ ...content, id });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#answers.delete(id);
    }
  }

  /** Closes the line. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket?.close();
    this.#stopListening();
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) this.#hear(new SideSocket(connection));
    } catch {
      // The listener was closed while it waited.
    }
  }

  async #hear(socket: SideSocket): Promise<void> {
    const late = setTimeout(() => socket.close(), HELLO_PATIENCE);
    try {
      for await (const message of socket.messages()) {
        if (this.#socket === socket) this.#take(message);
        else if (this.#socket !== undefined || !this.#isModule(message)) break;
        else {
          clearTimeout(late);
          this.#socket = socket;
          const { thread } = message.content;
          this.#thread = Number.isInteger(thread) ? thread as number : undefined;
          this.#stopListening(); // one module, one line
          this.#opened.resolve();
        }
      }
    } catch {
      // A stranger who says what nobody understands is sent away.
    } finally {
      clearTimeout(late);
      socket.close();
      if (this.#socket === socket) this.#lose();
    }
  }

  /** Whoever waits for an answer waits in vain. */
  #lose(): void {
    this.#socket = undefined;
    for (const settle of this.#answers.values()) settle(undefined);
  }

  #isModule({ content }: SideMessage): boolean {
    const [given, secret] = [String(content.secret), this.#secret].map((text) =>
      new TextEncoder().encode(text)
    );
    return content.op === "hello" && given!.length === secret!.length &&
      timingSafeEqual(given!, secret!);
  }

  #take(message: SideMessage): void {
    if (message.content.op === "answer") {
      this.#answers.get(Number(message.content.id))?.(message.content);
    } else this.onMessage(message);
  }

  #stopListening(): void {
    try {
      this.#listener.close();
    } catch {
      // Closed before.
    }
  }
}

/** Listens on a socket that no other user can open. */
function listenAlone(path: string): Deno.Listener {
  const usual = Deno.umask(0o077);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(usual); // the kernel inherits it, and makes the user's files
  }
}
