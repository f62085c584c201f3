/**
 * A front end for tests: it speaks to a kernel as Jupyter's pages do, and keeps what it hears.
 *
 * @module
 */

import type { ConnectionFile } from "../../../lib/notebook/kernel/connection_file.ts";
import { type Envelope, EnvelopeCodec } from "../../../lib/notebook/kernel/envelope.ts";
import { KernelProxy, type KernelProxyOptions } from "../../../lib/notebook/kernel/kernel_proxy.ts";
import { type Frames, ZmtpSocket } from "../../../lib/notebook/zmtp.ts";

/** What a request may have beside its content. */
export interface Extras {
  /** Its metadata. */
  readonly metadata?: object;
  /** Its buffers. */
  readonly buffers?: Frames;
}

type Channel = "shell" | "control" | "stdin";

/** Finds ports that are free, and makes up a key. */
export function freshConnection(): ConnectionFile {
  const listeners = Array.from(
    { length: 5 },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = listeners.map((l) =>
    l.addr.port
  ) as [number, number, number, number, number];
  for (const listener of listeners) listener.close();
  return {
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
    ip: "127.0.0.1",
    key: crypto.randomUUID(),
  };
}

/** A page that talks to a kernel. */
export class Front {
  /** All that was heard, in order: outputs and, once they came, replies. */
  readonly heard: Envelope[] = [];
  readonly codec: EnvelopeCodec;
  readonly sockets: Record<Channel | "iopub", ZmtpSocket>;
  readonly #listening: Promise<unknown>;
  #wake = Promise.withResolvers<void>();

  private constructor(key: string, sockets: Record<Channel | "iopub", ZmtpSocket>) {
    this.codec = new EnvelopeCodec(key);
    this.sockets = sockets;
    this.#listening = Promise.all(Object.values(sockets).map((socket) => this.#listen(socket)));
  }

  /** Connects, all sockets under one name, and waits until outputs are heard. */
  static async connect(connection: ConnectionFile): Promise<Front> {
    const signal = AbortSignal.timeout(10_000);
    const identity = crypto.randomUUID();
    const open = (port: number, type: "DEALER" | "SUB") =>
      ZmtpSocket.connect({ port, type, signal, identity });
    const [shell, control, stdin, iopub] = await Promise.all([
      open(connection.shell_port, "DEALER"),
      open(connection.control_port, "DEALER"),
      open(connection.stdin_port, "DEALER"),
      open(connection.iopub_port, "SUB"),
    ]);
    const front = new Front(connection.key, { shell, control, stdin, iopub });
    while (!front.heard.some(({ type }) => type === "status")) {
      await front.ask("kernel_info_request", {});
    }
    return front;
  }

  /** Sends a request; returns its id. */
  send(type: string, content: object, extras: Extras = {}, channel: Channel = "shell"): string {
    const { frames, header } = this.codec.seal({ type, content, ...extras });
    this.sockets[channel].send(frames);
    return header.msg_id;
  }

  /** Waits for a message that was not heard before, or was. */
  async find(
    wanted: (message: Envelope) => boolean,
    patience: number = 20_000,
  ): Promise<Envelope> {
    const end = performance.now() + patience;
    for (;;) {
      const found = this.heard.find(wanted);
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0) {
        const last = this.heard.slice(-8).map(({ type, content }) =>
          `${type} ${JSON.stringify(content).slice(0, 120)}`
        );
        throw new Error(`Cannot find a message in time; the last were\n${last.join("\n")}`);
      }
      const timer = setTimeout(() => this.#wake.resolve(), left);
      await this.#wake.promise;
      clearTimeout(timer);
    }
  }

  /** The messages that a request led to. */
  of(id: string): Envelope[] {
    return this.heard.filter(({ parent }) => parent.msg_id === id);
  }

  /** Waits until a request was worked on; returns all that it led to. */
  async done(id: string, patience?: number): Promise<Envelope[]> {
    const about = ({ parent }: Envelope) => parent.msg_id === id;
    await this.find((m) => about(m) && m.content.execution_state === "idle", patience);
    await this.find((m) => about(m) && m.type.endsWith("_reply"), patience);
    return this.of(id);
  }

  /** Sends a request and waits for the content of its answer. */
  async ask(type: string, content: object, channel: Channel = "shell"): Promise<Answer> {
    const id = this.send(type, content, {}, channel);
    const reply = await this.find((m) => m.parent.msg_id === id && m.type.endsWith("_reply"));
    return reply.content as Answer;
  }

  /** Sends a cell; returns its id. */
  cell(code: string, further: object = {}): string {
    const usual = { silent: false, store_history: true, allow_stdin: true, stop_on_error: true };
    return this.send("execute_request", { code, user_expressions: {}, ...usual, ...further });
  }

  /** Runs a cell; returns its outputs as text, in order. */
  async run(code: string, patience?: number): Promise<string[]> {
    const id = this.cell(code);
    await this.done(id, patience);
    return this.outputs(id);
  }

  /** The outputs of a cell as text, in order. */
  outputs(id: string): string[] {
    return this.of(id).flatMap(({ type, content }) =>
      type === "stream"
        ? [String(content.text)]
        : type === "error"
        ? [`${content.ename}: ${content.evalue}`]
        : type === "execute_result" || type === "display_data"
        ? [String((content.data as Record<string, unknown>)["text/plain"])]
        : []
    );
  }

  /** Closes everything. */
  async close(): Promise<void> {
    for (const socket of Object.values(this.sockets)) socket.close();
    await this.#listening;
  }

  async #listen(socket: ZmtpSocket): Promise<void> {
    for await (const frames of socket.messages()) {
      this.heard.push(this.codec.open(frames));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    }
  }
}

/** The content of an answer, which each test reads as what it asked for. */
// deno-lint-ignore no-explicit-any -- the protocol's own types, of which each test knows the fields
export type Answer = Record<string, any>;

/** Runs a kernel in this process with a page on it, and ends both. Type errors are not noted unless asked for. */
export async function withKernel(
  use: (front: Front, proxy: KernelProxy, connection: ConnectionFile) => Promise<void>,
  options: Partial<KernelProxyOptions> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const connection = freshConnection();
  const proxy = new KernelProxy({
    connection,
    folder,
    cwd: import.meta.dirname!,
    diagnostics: false,
    ...options,
  });
  try {
    const front = await Front.connect(connection);
    try {
      await use(front, proxy, connection);
    } finally {
      await front.close();
    }
  } finally {
    await proxy.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}
