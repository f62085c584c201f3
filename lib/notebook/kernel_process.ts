/**
 * A kernel as a process of this machine: its ports, its connection file, its end.
 *
 * @module
 */

/** The ports of a kernel. */
export interface KernelPorts {
  /** Where cells are sent. */
  readonly shell_port: number;
  /** Where outputs come from. */
  readonly iopub_port: number;
  /** Where the kernel asks for input. */
  readonly stdin_port: number;
  /** Where it is interrupted and shut down. */
  readonly control_port: number;
  /** Where it answers that it lives. */
  readonly hb_port: number;
}

/** How to start a {@linkcode KernelProcess}. */
export interface KernelProcessOptions {
  /** The folder in which cells run. */
  readonly cwd: string;
  /** The secret that messages are signed with. */
  readonly key: string;
  /** The arguments of Deno, to which the path of the connection file is added. */
  readonly arguments: readonly string[];
  /** Further environment variables; none by default. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether signals to this process's group pass it by; they do not by default. */
  readonly detached?: boolean;
  /** Is told what the process itself prints. */
  readonly onPrint?: (bytes: Uint8Array) => void;
}

/** How much of what the process printed an error may quote, in characters. */
const QUOTED = 2000;
/** How long to read on after the end of the process, in milliseconds. */
const PIPE_PATIENCE = 200;

/** A running `deno jupyter --kernel`, or another kernel. */
export class KernelProcess {
  /** Its ports. */
  readonly ports: KernelPorts;
  /** How it ended, once it has. */
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #onPrint: (bytes: Uint8Array) => void;
  readonly #onUnload = (): void => this.kill();
  readonly #drained: Promise<unknown>;
  readonly #enough = new AbortController();
  #printed = "";
  #ended = false;

  private constructor(
    child: Deno.ChildProcess,
    ports: KernelPorts,
    folder: string,
    onPrint: (bytes: Uint8Array) => void = () => {},
  ) {
    this.#child = child;
    this.ports = ports;
    this.#folder = folder;
    this.#onPrint = onPrint;
    this.#drained = Promise.all([this.#drain(child.stdout), this.#drain(child.stderr)]);
    this.status = child.status.then((status) => {
      this.#ended = true;
      globalThis.removeEventListener("unload", this.#onUnload);
      return status;
    });
    // An exit of this process during a cell must not leave the kernel behind.
    globalThis.addEventListener("unload", this.#onUnload);
  }

  /** Its number on this machine. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The end of what the process itself printed: not its cells, whose output comes as messages. */
  get printed(): string {
    return this.#printed;
  }

  /**
   * Starts a kernel on five free ports.
   *
   * @param options Where and with which key.
   * @returns The process, which may not be listening yet.
   */
  static async start(options: KernelProcessOptions): Promise<KernelProcess> {
    const ports = freePorts();
    const folder = await Deno.makeTempDir({ prefix: "innerworks-kernel-" });
    try {
      const file = `${folder}/connection.json`;
      const connection = {
        ...ports,
        ip: "127.0.0.1",
        transport: "tcp",
        key: options.key,
        signature_scheme: "hmac-sha256",
        kernel_name: "deno",
      };
      await Deno.writeTextFile(file, JSON.stringify(connection), { mode: 0o600 });
      const command = new Deno.Command(Deno.execPath(), {
        args: [...options.arguments, file],
        cwd: options.cwd,
        env: { NO_COLOR: "1", ...options.environment },
        detached: options.detached ?? false,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      });
      return new KernelProcess(command.spawn(), ports, folder, options.onPrint);
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  /** Removes the connection file, which nobody needs once the kernel has read it. */
  async forgetConnectionFile(): Promise<void> {
    await removeFolder(this.#folder);
  }

  /** Ends the process at once. */
  kill(): void {
    if (this.#ended) return;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It ended by itself between the check and the signal.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /**
   * Waits for the process to end, and ends it if it does not.
   *
   * @param patience How long it may take, in milliseconds.
   * @returns How it ended.
   */
  async end(patience: number): Promise<Deno.CommandStatus> {
    const timer = setTimeout(() => this.kill(), patience);
    try {
      const status = await this.status;
      // A process that a cell started may hold the pipes open longer than the kernel lives.
      const enough = setTimeout(() => this.#enough.abort(), PIPE_PATIENCE);
      await this.#drained;
      clearTimeout(enough);
      return status;
    } finally {
      clearTimeout(timer);
      await removeFolder(this.#folder);
    }
  }

  async #drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const decoder = new TextDecoder();
    const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
      write: (bytes) => {
        this.#onPrint(bytes);
        this.#printed = (this.#printed + decoder.decode(bytes, { stream: true })).slice(-QUOTED);
      },
    });
    const { signal } = this.#enough;
    await stream.pipeTo(sink, { signal }).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Finds five ports that are free, all held at once so that they differ. */
function freePorts(): KernelPorts {
  const listeners = Array.from(
    { length: 5 },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const [shell, iopub, stdin, control, heartbeat] = listeners.map((l) => l.addr.port);
  for (const listener of listeners) listener.close();
  return {
    shell_port: shell!,
    iopub_port: iopub!,
    stdin_port: stdin!,
    control_port: control!,
    hb_port: heartbeat!,
  };
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
