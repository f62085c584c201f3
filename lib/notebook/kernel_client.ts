/**
 * Runs cells in the real Deno kernel, without Python: starts `deno jupyter --kernel` and speaks Jupyter's protocol.
 *
 * @module
 */

import { type CellError, type CellRun, type Displays, OutputGatherer } from "./cell_run.ts";
import { type KernelClientOptions, KernelConnection } from "./kernel_connection.ts";
import { KernelError } from "./kernel_error.ts";
import { kernelPrelude, markCode, markType } from "./kernel_prelude.ts";
import { LOST_VALUE } from "./lost_value.ts";
import type { Message } from "./message.ts";
import type { CellOutput } from "./notebook.ts";
import { timeLimit, TimeLimitError } from "./time_limit.ts";

/** How to run a cell. */
export interface ExecuteOptions {
  /** The longest time the cell may take, in milliseconds; no limit by default. */
  readonly timeout?: number;
  /** Stops the cell when aborted. */
  readonly signal?: AbortSignal;
  /** Is told each output when it arrives or changes. */
  readonly onOutput?: (output: CellOutput) => void;
}

/** The cell that runs, or ran last. */
interface Running {
  /** The requests whose messages belong to the cell. */
  readonly requests: Set<string>;
  readonly gatherer: OutputGatherer;
  readonly onOutput: ((output: CellOutput) => void) | undefined;
  readonly idle: PromiseWithResolvers<void>;
  /** What the cell asked the user, if it did. */
  question: string | undefined;
  /** Whether its end was held back until its outputs were read. */
  held: boolean;
  interrupted: boolean;
}

const INTERRUPT_PATIENCE = 1_500;
const SHUTDOWN_PATIENCE = 3_000;

/**
 * A running Deno kernel, to which cells are sent one after the other. End it by
 * {@linkcode KernelClient.shutdown} or `await using`.
 *
 * @example Usage
 * ```ts
 * import { KernelClient } from "@innerworks/innerworks";
 *
 * await using kernel = await KernelClient.start({ cwd: "." });
 * await kernel.execute("const answer: number = 6 * 7");
 * const { outputs } = await kernel.execute("console.log(answer)");
 * console.log(outputs); // [{ output_type: "stream", name: "stdout", text: "42\n" }]
 * ```
 */
export class KernelClient implements AsyncDisposable {
  readonly #connection: KernelConnection;
  readonly #secret = `${crypto.randomUUID()}:`;
  readonly #displays: Displays = new Map();
  readonly #marks = new Map<string, PromiseWithResolvers<void>>();
  /** Whether the kernel itself says that a cell has ended only when its outputs have been sent. */
  #ordered = false;
  #end: string | undefined;
  #running: Running | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #markCount = 0;
  #ending: Promise<void> | undefined;

  private constructor(connection: KernelConnection) {
    this.#connection = connection;
    connection.onOutput = (message) => this.#takeOutput(message);
    connection.onQuestion = (message) => this.#takeQuestion(message);
    connection.ended.then((why) => {
      this.#end = why;
    });
  }

  /**
   * Starts a kernel and waits until it can run cells.
   *
   * @param options Where it runs.
   * @returns The kernel.
   * @throws {KernelError} If it does not start.
   */
  static async start(options: KernelClientOptions): Promise<KernelClient> {
    const client = new KernelClient(await KernelConnection.start(options));
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    client.#ordered = options.kernel === "innerworks";
    const code = client.#ordered ? "0" : kernelPrelude(client.#secret);
    try {
      await client.#run({ code, silent: true }, signal);
      return client;
    } catch (error) {
      await client.shutdown();
      if (!client.#ordered || !(error instanceof KernelError)) throw error;
      throw new KernelError("start", `Cannot start the kernel in "${options.cwd}": ${client.#end}`);
    }
  }

  /**
   * Runs one cell, after those that were sent before.
   *
   * @param code The code of the cell.
   * @param options How long it may take, and who is told of its outputs.
   * @returns What it put out, and what it threw if it failed.
   * @throws {KernelError} If the kernel dies or the cell takes too long or asks for input.
   * @throws The reason of the signal, if that stopped the cell; what `onOutput` threw, once the cell has ended.
   */
  execute(code: string, options: ExecuteOptions = {}): Promise<CellRun> {
    const run = this.#queue.then(() => {
      options.signal?.throwIfAborted();
      return this.#run({ code, silent: false }, options);
    });
    this.#queue = run.catch(() => {});
    return run;
  }

  /** Stops the running cell, if it computes: one that waits goes on waiting, as Deno has no way to stop it. */
  async interrupt(): Promise<void> {
    if (this.#running !== undefined) this.#running.interrupted = true;
    const { reply } = this.#connection.request("control", "interrupt_request", {});
    await Promise.race([reply, this.#connection.ended]);
  }

  /** Ends the kernel, politely first. Doing so twice does no harm. */
  shutdown(): Promise<void> {
    return this.#ending ??= this.#shutdown();
  }

  /** Ends the kernel at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #shutdown(): Promise<void> {
    if (this.#end === undefined) {
      const { reply } = this.#connection.request("control", "shutdown_request", { restart: false });
      reply.catch(() => {}); // a kernel that died a moment ago: it is ended below all the same
    }
    await this.#connection.end(SHUTDOWN_PATIENCE);
  }

  async #run(cell: { code: string; silent: boolean }, options: ExecuteOptions): Promise<CellRun> {
    const running: Running = {
      requests: new Set(),
      gatherer: new OutputGatherer(this.#displays),
      onOutput: options.onOutput,
      idle: Promise.withResolvers(),
      question: undefined,
      held: false,
      interrupted: false,
    };
    if (this.#end !== undefined) throw this.#death(running);
    running.idle.promise.catch(() => {}); // may be rejected before anyone waits for it
    this.#running = running;
    const limit = timeLimit(options);
    const work = this.#work(cell, running);
    work.catch(() => {}); // may fail after it was cut off
    try {
      return await Promise.race([work, limit.passed, this.#died(running)]);
    } catch (error) {
      if (limit.isPassed) await this.#stop(work);
      const outputs = running.gatherer.settle();
      throw error instanceof TimeLimitError
        ? new KernelError("timeout", error.message, outputs)
        : error;
    } finally {
      limit.clear();
    }
  }

  async #work(cell: { code: string; silent: boolean }, running: Running): Promise<CellRun> {
    const { content } = await this.#send(cell.code, cell.silent, running);
    await running.idle.promise;
    // A cell that fails does not hold its end back, so its last outputs may still be on their way.
    if (!running.held && !this.#ordered) await this.#flush(running);
    const outputs = running.gatherer.settle();
    const executionCount = Number(content.execution_count);
    if (running.question !== undefined) {
      throw new KernelError(
        "input",
        `Cannot run the cell as nobody can answer what it asks: "${running.question}"`,
        outputs,
      );
    }
    // A value whose drawing throws is an error too, though Deno calls such a cell "ok".
    const thrown = outputs.find((output) => output.output_type === "error");
    // Ours says itself that Deno's behind it has ended, and then ends too.
    if (this.#ordered && thrown?.ename === "KernelEnded") await this.#connection.ended;
    if (thrown !== undefined) {
      return { executionCount, outputs, error: { name: thrown.ename, message: thrown.evalue } };
    }
    if (content.status === "ok") return { executionCount, outputs };
    const error = lostError(running.interrupted);
    const traceback = [`${error.name}: ${error.message}`];
    running.gatherer.outputs.push({
      output_type: "error",
      ename: error.name,
      evalue: error.message,
      traceback,
    });
    return { executionCount, outputs, error };
  }

  async #send(code: string, silent: boolean, running: Running): Promise<Message> {
    const { id, reply } = this.#connection.request("shell", "execute_request", {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
    });
    running.requests.add(id);
    return await reply;
  }

  async #flush(running: Running): Promise<void> {
    const id = `${this.#secret}flush${++this.#markCount}`;
    const { content } = await this.#send(markCode(id), true, running);
    if (content.status === "ok") await this.#mark(id).promise;
    this.#marks.delete(id);
  }

  /** Stops a cell: asks the kernel, and ends it if that does not help. */
  async #stop(work: Promise<unknown>): Promise<void> {
    const quiet = work.catch(() => {});
    const patience = Promise.withResolvers<"late">();
    const timer = setTimeout(() => patience.resolve("late"), INTERRUPT_PATIENCE);
    const interrupted = this.interrupt().then(() => quiet, () => quiet);
    if (await Promise.race([interrupted, patience.promise]) === "late") {
      await (this.#ending ??= this.#connection.end(0));
    }
    clearTimeout(timer);
  }

  async #died(running: Running): Promise<never> {
    this.#end = await this.#connection.ended;
    throw this.#death(running);
  }

  #death(running: Running): KernelError {
    const outputs = running.gatherer.settle();
    return new KernelError(
      "died",
      `Cannot run the cell as the kernel has ended: ${this.#end}`,
      outputs,
    );
  }

  #takeOutput(message: Message): void {
    if (message.type === markType) return this.#mark(String(message.content.id)).resolve();
    const running = this.#running;
    if (running === undefined || !running.requests.has(message.parent)) return;
    if (message.type === "status") {
      if (message.content.execution_state === "idle") running.idle.resolve();
      return;
    }
    const output = running.gatherer.take(message);
    if (output === undefined) return;
    try {
      running.onOutput?.(output);
    } catch (error) {
      running.idle.reject(error); // the fault of the caller, not of the kernel
    }
  }

  #takeQuestion(message: Message): void {
    const question = String(message.content.prompt);
    if (!question.startsWith(this.#secret)) {
      if (this.#running !== undefined) this.#running.question ??= question;
      this.#answer();
      return;
    }
    if (this.#running !== undefined) this.#running.held = true;
    this.#mark(question).promise.then(() => {
      this.#marks.delete(question);
      this.#answer();
    });
  }

  #answer(): void {
    // A kernel that died while asking is noticed by its end.
    this.#connection.answer("").catch(() => {});
  }

  #mark(id: string): PromiseWithResolvers<void> {
    const mark = this.#marks.get(id) ?? Promise.withResolvers<void>();
    this.#marks.set(id, mark);
    return mark;
  }
}

/** Names a failure of which Deno sends no error, so that the cell would look as if it had succeeded. */
function lostError(interrupted: boolean): CellError {
  const [name, message] = interrupted ? ["Interrupted", "the cell was stopped"] : LOST_VALUE;
  return { name, message };
}
