/**
 * Deno's own kernel behind ours: a process, the four sockets to it, and every message checked.
 *
 * @module
 */

import type { KernelProcess } from "../kernel_process.ts";
import { type KernelSockets, startKernel, type StartKernelOptions } from "../start_kernel.ts";
import type { ZmtpSocket } from "../zmtp.ts";
import { type Envelope, EnvelopeCodec } from "./envelope.ts";

/** Until the subscription has reached the kernel its outputs are lost, so the first request is repeated. */
const FIRST_PULSE = 10;

/** The kernel that runs the cells. */
export class InnerKernel {
  /** Says why it ended, once it has and everything was read. */
  readonly ended: Promise<string>;
  /** Takes an output; the next one is read when it returns. */
  onOutput: (output: Envelope) => void | Promise<void> = () => {};
  /** Takes a question to the user. */
  onQuestion: (question: Envelope) => void = () => {};
  readonly #process: KernelProcess;
  readonly #sockets: KernelSockets;
  readonly #codec: EnvelopeCodec;
  readonly #replies = new Map<string, PromiseWithResolvers<Envelope>>();
  #end: string | undefined;

  private constructor(process: KernelProcess, sockets: KernelSockets, key: string) {
    this.#process = process;
    this.#sockets = sockets;
    this.#codec = new EnvelopeCodec(key);
    const reply = (message: Envelope) => {
      const id = String(message.parent.msg_id);
      this.#replies.get(id)?.resolve(message);
      this.#replies.delete(id);
    };
    this.ended = Promise.all([
      this.#listen(sockets.shell, reply),
      this.#listen(sockets.control, reply),
      this.#listen(sockets.stdin, (message) => this.onQuestion(message)),
      this.#listen(sockets.iopub, (message) => this.onOutput(message)),
    ]).then((failures) => this.#explainEnd(failures));
    this.ended.then((why) => {
      this.#end = why;
      for (const waiting of this.#replies.values()) waiting.reject(new Error(why));
    });
  }

  /**
   * Starts the kernel and waits until it answers.
   *
   * @param options Where it runs, and with which key.
   * @returns The kernel.
   * @throws {KernelError} If it does not start.
   */
  static start(options: StartKernelOptions): Promise<InnerKernel> {
    return startKernel(options, async (process, sockets) => {
      const inner = new InnerKernel(process, sockets, options.key);
      const heard = Promise.withResolvers<void>();
      inner.onOutput = () => heard.resolve();
      await inner.ask("shell", "kernel_info_request", {});
      const again = setInterval(
        () => inner.ask("shell", "kernel_info_request", {}).catch(heard.reject),
        FIRST_PULSE,
      );
      try {
        await heard.promise;
      } finally {
        clearInterval(again);
      }
      inner.onOutput = () => {};
      return inner;
    });
  }

  /** The number of its process. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Passes a request on as it came.
   *
   * @param request The request.
   * @returns The answer.
   * @throws {Error} If the kernel ends first; the message says why.
   */
  pass(request: Envelope): Promise<Envelope> {
    return this.#send("shell", request);
  }

  /**
   * Makes a request of our own.
   *
   * @param channel Where.
   * @param type The kind of request.
   * @param content Its content.
   * @returns The answer.
   * @throws {Error} If the kernel ends first; the message says why.
   */
  ask(channel: "shell" | "control", type: string, content: object): Promise<Envelope> {
    return this.#send(channel, this.#codec.seal({ type, content }));
  }

  /**
   * Passes an answer of the user on.
   *
   * @param answer The answer.
   */
  answer(answer: Envelope): void {
    this.#sockets.stdin.send(answer.frames).catch(() => {}); // its end is noticed elsewhere
  }

  /** Answers a question that nobody can be asked any more. */
  answerNothing(): void {
    this.answer(this.#codec.seal({ type: "input_reply", content: { value: "" } }));
  }

  /**
   * Waits for the kernel to end, ends it if it does not, and closes everything.
   *
   * @param patience How long it may take, in milliseconds.
   */
  async end(patience: number): Promise<void> {
    await this.#process.end(patience);
    for (const socket of Object.values(this.#sockets)) (socket as ZmtpSocket).close();
    await this.ended;
  }

  #send(channel: "shell" | "control", request: Envelope): Promise<Envelope> {
    const waiting = Promise.withResolvers<Envelope>();
    this.#replies.set(request.header.msg_id, waiting);
    this.#sockets[channel].send(request.frames).catch(() => {}); // its end is noticed elsewhere
    if (this.#end !== undefined) waiting.reject(new Error(this.#end));
    return waiting.promise;
  }

  async #listen(
    socket: ZmtpSocket,
    take: (message: Envelope) => void | Promise<void>,
  ): Promise<string | undefined> {
    try {
      for await (const frames of socket.messages()) await take(this.#codec.open(frames));
      return undefined;
    } catch (error) {
      this.#process.kill(); // what follows garbage is garbage
      return `what it sent could not be read: ${(error as Error).message}`;
    }
  }

  async #explainEnd(failures: readonly (string | undefined)[]): Promise<string> {
    const failure = failures.find((each) => each !== undefined);
    this.#process.kill();
    const { code, signal } = await this.#process.status;
    if (failure !== undefined) return failure;
    const printed = this.#process.printed.replace(/^Warning "deno jupyter" .*$/gm, "").trim();
    const how = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
    return printed === "" ? how : `${how}\n${printed}`;
  }
}
