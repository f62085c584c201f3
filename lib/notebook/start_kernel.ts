/**
 * Starts a kernel as a process and opens the four sockets to it.
 *
 * @module
 */

import { KernelError } from "./kernel_error.ts";
import { KernelProcess, type KernelProcessOptions } from "./kernel_process.ts";
import { ZmtpSocket } from "./zmtp.ts";

/** The sockets to a kernel. */
export interface KernelSockets {
  /** Where cells are sent. */
  readonly shell: ZmtpSocket;
  /** Where it is interrupted and shut down. */
  readonly control: ZmtpSocket;
  /** Where the kernel asks for input. */
  readonly stdin: ZmtpSocket;
  /** Where outputs come from. */
  readonly iopub: ZmtpSocket;
}

/** How to start a kernel. */
export interface StartKernelOptions extends KernelProcessOptions {
  /** Gives up starting when aborted. */
  readonly signal?: AbortSignal;
  /** Is told of each process as soon as there is one: of several if a port was taken meanwhile. */
  readonly onProcess?: (process: KernelProcess) => void;
}

/** Talks to a kernel that has just been reached, until it is known to answer. */
export type Greet<T> = (process: KernelProcess, sockets: KernelSockets) => Promise<T>;

const ATTEMPTS = 3;
const START_PATIENCE = 30_000;

/**
 * Starts a kernel and waits until it answers.
 *
 * @param options What to start, and where.
 * @param greet Talks to it until it answers.
 * @returns What `greet` returns.
 * @throws {KernelError} If it does not start.
 */
export async function startKernel<T>(options: StartKernelOptions, greet: Greet<T>): Promise<T> {
  let failure = "";
  // Someone else may take a free port before the kernel binds it: then everything is tried anew.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    options.signal?.throwIfAborted();
    const process = await KernelProcess.start(options);
    options.onProcess?.(process);
    try {
      const greeted = await connect(process, greet, options.signal);
      await process.forgetConnectionFile();
      return greeted;
    } catch (error) {
      process.kill();
      await process.end(0);
      options.signal?.throwIfAborted();
      failure = `${(error as Error).message}\n${process.printed}`.trim();
    }
  }
  throw new KernelError("start", `Cannot start the Deno kernel in "${options.cwd}": ${failure}`);
}

async function connect<T>(
  process: KernelProcess,
  greet: Greet<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
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
    return await Promise.race([
      greet(process, { shell, control, stdin, iopub }),
      stopped.promise,
    ]);
  } catch (error) {
    attempt.abort(error);
    for (const socket of opened) socket.close();
    throw error;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", stop);
  }
}
