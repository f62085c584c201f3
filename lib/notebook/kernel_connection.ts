/**
 * A kernel and the four sockets to it: requests with their replies, outputs, questions, and the end.
 *
 * @module
 */

import { KernelError } from "./kernel_error.ts";
import { KernelProcess } from "./kernel_process.ts";
import { type Message, MessageCodec } from "./message.ts";
import { ZmtpSocket } from "./zmtp.ts";

/** How to start a kernel. */
export interface KernelClientOptions {
  /** The folder in which cells run, from which they import. */
  readonly cwd: string;
  /** Gives up starting when aborted. */
  readonly signal?: AbortSignal;
  /** Further arguments of `deno jupyter`; none by default. */
  readonly arguments?: readonly string[];
}

/** A request on its way. */
export interface Request {
  /** The id by which messages name the request. */
  readonly id: string;
  /** The answer; rejects if it cannot be sent, never settles if the kernel ends first. */
  readonly reply: Promise<Message>;
}

interface Sockets {
  readonly shell: ZmtpSocket;
  readonly control: ZmtpSocket;
  readonly stdin: ZmtpSocket;
  readonly iopub: ZmtpSocket;
}

const ATTEMPTS = 3;
const START_PATIENCE = 30_000;
/** Until the subscription has reached the kernel its outputs are lost, so the first request is repeated. */
const FIRST_PULSE = 100;

/** The connection to a running kernel. */
export class KernelConnection {
  /** Says why the connection ended, once it has and everything was read. */
  readonly ended: Promise<string>;
  /** Takes messages about outputs. */
  onOutput: (message: Message) => void = () => {};
  /** Takes questions of the kernel. */
  onQuestion: (message: Message) => void = () => {};
  readonly #process: KernelProcess;
  readonly #sockets: Sockets;
  readonly #codec: MessageCodec;
  readonly #replies = new Map<string, (message: Message) => void>();

  private constructor(process: KernelProcess, sockets: Sockets, key: string) {
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
    const { cwd, signal } = options;
    let failure = "";
    // Someone else may take a free port before the kernel binds it: then everything is tried anew.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      signal?.throwIfAborted();
      const key = crypto.randomUUID();
      const process = await KernelProcess.start({ cwd, key, arguments: options.arguments ?? [] });
      try {
        const connection = await connect(process, key, signal);
        await process.forgetConnectionFile();
        return connection;
      } catch (error) {
        process.kill();
        await process.end(0);
        signal?.throwIfAborted();
        failure = `${(error as Error).message}\n${process.printed}`.trim();
      }
    }
    throw new KernelError("start", `Cannot start the Deno kernel in "${cwd}": ${failure}`);
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
    sockets: Sockets,
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
    // The sockets end with the process, if they were not closed from here.
    this.#process.kill();
    const { code, signal } = await this.#process.status;
    this.#close();
    if (failure !== undefined) return failure;
    const printed = this.#process.printed.replace(/^Warning "deno jupyter" .*$/gm, "").trim();
    const how = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
    return printed === "" ? how : `${how}\n${printed}`;
  }
}

async function connect(
  process: KernelProcess,
  key: string,
  signal: AbortSignal | undefined,
): Promise<KernelConnection> {
  const attempt = new AbortController();
  const late = setTimeout(
    () => attempt.abort(new Error(`it did not answer within ${START_PATIENCE} ms`)),
    START_PATIENCE,
  );
  process.status.then(({ code }) => attempt.abort(new Error(`it exited with code ${code}`)));
  const stop = () => attempt.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  attempt.signal.addEventListener("abort", () => stopped.reject(attempt.signal.reason));
  const opened: ZmtpSocket[] = [];
  const open = async (port: number, type: "DEALER" | "SUB") => {
    const socket = await ZmtpSocket.connect({ port, type, signal: attempt.signal });
    opened.push(socket);
    return socket;
  };
  try {
    const { shell_port, control_port, stdin_port, iopub_port } = process.ports;
    const [shell, control, stdin, iopub] = await Promise.all([
      open(shell_port, "DEALER"),
      open(control_port, "DEALER"),
      open(stdin_port, "DEALER"),
      open(iopub_port, "SUB"),
    ]);
    const sockets = { shell, control, stdin, iopub };
    return await Promise.race([KernelConnection.greet(process, sockets, key), stopped.promise]);
  } catch (error) {
    attempt.abort(error);
    for (const socket of opened) socket.close();
    throw error;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", stop);
  }
}

async function lost(connection: KernelConnection): Promise<never> {
  throw new Error(await connection.ended);
}
