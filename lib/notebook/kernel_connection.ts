/**
 * A kernel and the four sockets to it: requests with their replies, outputs, questions, and the end.
 *
 * @module
 */

import { kernelCommand } from "./kernel/kernel_command.ts";
import type { KernelProcess } from "./kernel_process.ts";
import { type Message, MessageCodec } from "./message.ts";
import { type KernelSockets, startKernel } from "./start_kernel.ts";
import type { ZmtpSocket } from "./zmtp.ts";

/** How to start a kernel. */
export interface KernelClientOptions {
  /** The folder in which cells run, from which they import. */
  readonly cwd: string;
  /** Gives up starting when aborted. */
  readonly signal?: AbortSignal;
  /** Further arguments of `deno jupyter`; none by default. */
  readonly arguments?: readonly string[];
  /** Which kernel: Deno's own, which is the default, or that of this library, which runs Deno's behind it. */
  readonly kernel?: "deno" | "innerworks";
}

/** A request on its way. */
export interface Request {
  /** The id by which messages name the request. */
  readonly id: string;
  /** The answer; rejects if it cannot be sent, never settles if the kernel ends first. */
  readonly reply: Promise<Message>;
}

/** Until the subscription has reached the kernel its outputs are lost, so the first request is repeated. */
const FIRST_PULSE = 100;

/** A kernel whose sockets have ended has so many milliseconds to end itself. */
const LAST_WORDS = 1000;

/** The connection to a running kernel. */
export class KernelConnection {
  /** Says why the connection ended, once it has and everything was read. */
  readonly ended: Promise<string>;
  /** Takes messages about outputs. */
  onOutput: (message: Message) => void = () => {};
  /** Takes questions of the kernel. */
  onQuestion: (message: Message) => void = () => {};
  readonly #process: KernelProcess;
  readonly #sockets: KernelSockets;
  readonly #codec: MessageCodec;
  readonly #replies = new Map<string, (message: Message) => void>();

  private constructor(process: KernelProcess, sockets: KernelSockets, key: string) {
    this.#process = process;
    this.#sockets = sockets;
    this.#codec = new MessageCodec(key, crypto.randomUUID());
    const reply = (message: Message) => {
      this.#replies.get(message.parent)?.(message);
      this.#replies.delete(message.parent);
    };
    this.ended = Promise.all([
      this.#listen(sockets.shell, reply),
      this.#listen(sockets.control, reply),
      this.#listen(sockets.stdin, (message) => this.onQuestion(message)),
      this.#listen(sockets.iopub, (message) => this.onOutput(message)),
    ]).then((failures) => this.#explainEnd(failures));
  }

  /**
   * Starts a kernel and waits until it answers.
   *
   * @param options Where it runs.
   * @returns The connection.
   * @throws {KernelError} If it does not start.
   */
  static async start(options: KernelClientOptions): Promise<KernelConnection> {
    const key = crypto.randomUUID();
    const { kernel = "deno", arguments: further = [] } = options;
    if (kernel !== "deno" && kernel !== "innerworks") {
      throw new RangeError(
        `Cannot start a kernel as it must be "deno" or "innerworks": current value is "${kernel}"`,
      );
    }
    return await startKernel(
      {
        arguments: kernel === "innerworks"
          ? [...kernelCommand(), "--headless", ...further, "--conn"]
          : ["jupyter", ...further, "--kernel", "--conn"],
        cwd: options.cwd,
        key,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (process, sockets) => KernelConnection.greet(process, sockets, key),
    );
  }

  /**
   * Waits until the kernel answers and its outputs arrive here.
   *
   * @param process The kernel.
   * @param sockets The sockets to it.
   * @param key The secret that messages are signed with.
   * @returns The connection.
   */
  static async greet(
    process: KernelProcess,
    sockets: KernelSockets,
    key: string,
  ): Promise<KernelConnection> {
    const connection = new KernelConnection(process, sockets, key);
    const heard = Promise.withResolvers<void>();
    connection.onOutput = () => heard.resolve();
    const ask = () => connection.request("shell", "kernel_info_request", {}).reply;
    await Promise.race([ask(), lost(connection)]);
    const again = setInterval(() => ask().catch(heard.reject), FIRST_PULSE);
    try {
      await Promise.race([heard.promise, lost(connection)]);
    } finally {
      clearInterval(again);
    }
    connection.onOutput = () => {};
    return connection;
  }

  /**
   * Sends a request.
   *
   * @param channel Where: cells on the shell, interrupts on control.
   * @param type The kind of message.
   * @param content Its content.
   * @returns The request, whose id is known before anything is sent.
   */
  request(channel: "shell" | "control", type: string, content: object): Request {
    const { id, frames } = this.#codec.encode(type, content);
    const { promise: reply, resolve, reject } = Promise.withResolvers<Message>();
    this.#replies.set(id, resolve);
    this.#sockets[channel].send(frames).catch(reject);
    return { id, reply };
  }

  /**
   * Answers a question of the kernel.
   *
   * @param value The answer.
   */
  async answer(value: string): Promise<void> {
    await this.#sockets.stdin.send(this.#codec.encode("input_reply", { value }).frames);
  }

  /**
   * Waits for the kernel to end, ends it if it does not, and closes everything.
   *
   * @param patience How long it may take, in milliseconds.
   */
  async end(patience: number): Promise<void> {
    await this.#process.end(patience);
    this.#close();
    await this.ended;
  }

  #close(): void {
    for (const socket of Object.values(this.#sockets)) (socket as ZmtpSocket).close();
  }

  /** Hands on messages until the socket ends; returns what went wrong, if something did. */
  async #listen(socket: ZmtpSocket, take: (message: Message) => void): Promise<string | undefined> {
    try {
      for await (const frames of socket.messages()) take(this.#codec.decode(frames));
      return undefined;
    } catch (error) {
      this.#process.kill(); // what follows garbage is garbage
      const hint = "Deno mixes messages when a cell shows megabytes and then fails";
      return `${(error as Error).message} (${hint})`;
    }
  }

  async #explainEnd(failures: readonly (string | undefined)[]): Promise<string> {
    const failure = failures.find((each) => each !== undefined);
    // The sockets end with the process, or shortly before it, if they were not closed from here.
    const late = setTimeout(() => this.#process.kill(), LAST_WORDS);
    const { code, signal } = await this.#process.status;
    clearTimeout(late);
    this.#close();
    if (failure !== undefined) return failure;
    const printed = this.#process.printed.replace(/^Warning "deno jupyter" .*$/gm, "").trim();
    const how = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
    return printed === "" ? how : `${how}\n${printed}`;
  }
}

async function lost(connection: KernelConnection): Promise<never> {
  throw new Error(await connection.ended);
}
