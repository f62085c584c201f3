/**
 * The kernel "Deno (Innerworks)": speaks Jupyter's protocol to the front end and has Deno's kernel run the cells.
 *
 * @module
 */

import { CellQueue } from "./cell_queue.ts";
import { CommRelay } from "./comm_relay.ts";
import type { ConnectionFile } from "./connection_file.ts";
import { type Asked, FrontEnd } from "./front_end.ts";
import { Guardian } from "./guardian.ts";
import { HelpDesk } from "./help_desk.ts";
import { History } from "./history.ts";
import { InnerKernel } from "./inner_kernel.ts";
import { kernelInfo } from "./kernel_info.ts";
import type { KernelSettings } from "./kernel_link.ts";
import { OutputRelay } from "./output_relay.ts";
import { SideChannel } from "./side_channel.ts";
import type { SideMessage } from "./side_socket.ts";
import { StopButton } from "./stop_button.ts";

/** How to run the kernel. */
export interface KernelProxyOptions {
  /** Where to listen. */
  readonly connection: ConnectionFile;
  /** The folder in which cells run. */
  readonly cwd: string;
  /** A folder that only this user can enter, for the socket to the module inside. */
  readonly folder: string;
  /** Further arguments of `deno jupyter`; none by default. */
  readonly arguments?: readonly string[];
  /** The module that is loaded inside Deno's kernel. */
  readonly inside?: string;
  /** Whether no user looks on, so that widgets and notes would be saved by nobody who can use them; one does by default. */
  readonly headless?: boolean;
  /** Whether type errors of cells are noted under their outputs; they are by default. */
  readonly diagnostics?: boolean;
  /** Is told what the user should know who reads the log. */
  readonly onNote?: (note: string) => void;
  /** Is told what cells write to the standard output past the notebook. */
  readonly onPrint?: (bytes: Uint8Array) => void;
}

const START_PATIENCE = 60_000, SHUTDOWN_PATIENCE = 2000, WRITE_PATIENCE = 2000;

/** A running kernel. */
export class KernelProxy {
  /** Settles with an exit code when the kernel has ended and its front end knows. */
  readonly ended: Promise<number>;
  readonly #options: KernelProxyOptions;
  readonly #front: FrontEnd;
  readonly #side: SideChannel;
  readonly #inner: Promise<InnerKernel>;
  readonly #relay: OutputRelay;
  readonly #comms: CommRelay;
  readonly #queue: CellQueue;
  readonly #stop: StopButton;
  readonly #history = new History();
  readonly #desk: HelpDesk;
  readonly #end = Promise.withResolvers<number>();
  #asking: { peers: Set<unknown> } | undefined;
  #ending = false;

  /**
   * Begins to listen, and starts Deno's kernel. Requests are taken from now on.
   *
   * @param options Where, and what to start.
   */
  constructor(options: KernelProxyOptions) {
    this.#options = options;
    this.ended = this.#end.promise;
    this.#front = new FrontEnd(options.connection, {
      onRequest: (asked) => this.#take(asked),
      onGone: (peer) => this.#gone(peer),
      onDropped: (why) => options.onNote?.(why),
    });
    this.#side = new SideChannel(options.folder);
    this.#side.onMessage = (message) => this.#hear(message);
    this.#relay = new OutputRelay(this.#front, {
      onMark: (mark) => this.#side.tell({ op: "marked", mark }),
      onFlush: (id) => this.#queue.flushed(id),
      onHandled: (id, known) => this.#comms.handled(id, known),
      onComm: (message) => this.#comms.note(message),
      headless: options.headless ?? false,
    });
    this.#inner = this.#start();
    this.#inner.catch((error) => this.#died(`it could not be started: ${error.message}`));
    const parts = {
      front: this.#front,
      inner: this.#inner,
      relay: this.#relay,
      side: this.#side,
      history: this.#history,
    };
    this.#comms = new CommRelay(parts);
    this.#desk = new HelpDesk({
      front: this.#front,
      cwd: options.cwd,
      diagnostics: options.diagnostics ?? true,
      askInner: (asked) => this.#askInner(asked),
    });
    this.#queue = new CellQueue({
      ...parts,
      onRun: (asked) => {
        const headless = options.headless || asked.request.content.allow_stdin === false;
        this.#desk.ran(asked, headless);
      },
    });
    this.#stop = new StopButton(parts);
  }

  /** Presses the stop button, as a signal to the process does. */
  async interrupt(): Promise<void> {
    await this.#stop.press();
  }

  /** Ends the kernel, politely first. Doing so twice does no harm. */
  async shutdown(): Promise<void> {
    if (this.#ending) return void await this.ended;
    this.#ending = true;
    const inner = await this.#inner.catch(() => undefined);
    inner?.ask("control", "shutdown_request", { restart: false }).catch(() => {});
    await inner?.end(SHUTDOWN_PATIENCE);
    await this.#close(0);
  }

  async #start(): Promise<InnerKernel> {
    const { connection, cwd } = this.#options;
    const inner = await InnerKernel.start({
      arguments: ["jupyter", ...this.#options.arguments ?? [], "--kernel", "--conn"],
      cwd,
      key: connection.key,
      environment: this.#side.environment,
      detached: true,
      onProcess: ({ pid, status }) => {
        const guardian = new Guardian(pid, this.#options.folder);
        status.then(() => guardian.dismiss());
      },
      ...(this.#options.onPrint === undefined ? {} : { onPrint: this.#options.onPrint }),
    });
    inner.ended.then((why) => this.#died(why));
    inner.onQuestion = (question) => {
      const peers = this.#front.question(this.#relay.cell?.asked, question);
      this.#asking = { peers: new Set(peers) };
      if (peers.length === 0) inner.answerNothing();
    };
    await this.#enter(inner);
    inner.onOutput = (output) => this.#relay.take(output);
    return inner;
  }

  /**
   * Loads the module inside the kernel. Without it, as under a frozen lock file that does not know it, cells run all the
   * same, and outputs are still in order; nothing else of the page is heard.
   */
  async #enter(inner: InnerKernel): Promise<void> {
    const module = this.#options.inside ?? import.meta.resolve("./inside.ts");
    const code = `await (await import(${JSON.stringify(module)})).enterKernel()`;
    // What it puts out if it fails belongs to no cell, and may come after the answer.
    const over = Promise.withResolvers<void>();
    let begun = false;
    inner.onOutput = ({ type, content }) => {
      begun ||= type === "execute_input";
      if (begun && content.execution_state === "idle") over.resolve();
    };
    const cell = { code, silent: true, store_history: false, allow_stdin: false };
    const { content } = await inner.ask("shell", "execute_request", cell);
    await Promise.race([over.promise, inner.ended]);
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => late.resolve("it did not call"), START_PATIENCE);
    const failure = content.status === "ok"
      ? await Promise.race([this.#side.opened.then(() => undefined), late.promise])
      : `${content.evalue}`;
    clearTimeout(timer);
    if (failure === undefined) return;
    this.#side.close();
    this.#options.onNote?.(
      `Cannot hear the page, nor the stop button during an await, as "${module}" must be loaded: ${failure}`,
    );
  }

  #take(asked: Asked): void {
    const { type } = asked.request;
    if (asked.channel === "stdin") return void this.#answered(asked);
    if (type === "execute_request") return this.#queue.push(asked);
    if (type.startsWith("comm_") && type !== "comm_info_request") return this.#comms.take(asked);
    this.#front.status("busy", asked.request.header);
    this.#answer(asked).catch((error) => {
      const { name, message } = error as Error;
      this.#front.reply(asked, { status: "error", ename: name, evalue: message, traceback: [] });
    }).finally(() => {
      this.#front.status("idle", asked.request.header);
      if (type === "shutdown_request") this.shutdown();
    });
  }

  async #answer(asked: Asked): Promise<void> {
    const { type, content } = asked.request;
    const reply = (answer: object) => this.#front.reply(asked, answer);
    switch (type) {
      case "kernel_info_request":
        return reply(kernelInfo());
      case "comm_info_request":
        return reply(this.#comms.info(content.target_name));
      case "history_request":
        return reply(this.#history.answer(content));
      case "interrupt_request":
        reply({ status: "ok" });
        return await this.#stop.press();
      case "shutdown_request":
        return reply({ status: "ok", restart: content.restart === true });
      case "is_complete_request":
        return reply(await this.#askInner(asked) ?? { status: "unknown" });
      case "complete_request":
        return reply(await this.#desk.complete(asked));
      case "inspect_request":
        return reply(await this.#desk.inspect(asked));
    }
    const message = `The kernel knows no ${type}`;
    reply({ status: "error", ename: "NotImplemented", evalue: message, traceback: [] });
  }

  /** Has Deno's kernel answer, if it does not run a cell, for then it would only answer afterwards. */
  async #askInner({ request }: Asked): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (this.#relay.cell !== undefined) return undefined;
    return (await (await this.#inner).pass(request)).content;
  }

  async #answered({ request, peer }: Asked): Promise<void> {
    // Only who was asked may answer, and only once.
    if (request.type !== "input_reply" || !this.#asking?.peers.has(peer)) return;
    this.#asking = undefined;
    (await this.#inner).answer(request);
  }

  async #gone(peer: unknown): Promise<void> {
    if (!this.#asking?.peers.delete(peer) || this.#asking.peers.size > 0) return;
    this.#asking = undefined;
    (await this.#inner).answerNothing(); // else the cell would wait for ever
  }

  #hear(message: SideMessage): void {
    const { op, topic, names, settings } = message.content;
    if (op === "large") this.#relay.takeLarge(message);
    else if (op === "names") this.#desk.learn(String(topic), names as string[]);
    else if (op === "listening") this.#side.isListening = true;
    else if (op === "settings") this.#desk.set(settings as KernelSettings);
  }

  /** Tells the front end that Deno's kernel has ended, whatever it was doing. */
  async #died(why: string): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#options.onNote?.(`Deno's kernel has ended: ${why}`);
    this.#queue.end(`Deno's kernel has ended: ${why}`);
    await this.#close(1);
  }

  async #close(code: number): Promise<void> {
    this.#side.close();
    await this.#desk.close();
    await this.#front.drained(WRITE_PATIENCE);
    await this.#front.close();
    this.#end.resolve(code);
  }
}
