/**
 * What runs inside Deno's kernel: it holds a cell's end back until its outputs were read, hears the page, and hears the
 * stop button.
 *
 * The proxy loads it before the first cell. Of Deno's internals it wraps one, `jupyter.broadcastResult`, which runs at the
 * end of every cell that does not fail: nothing else can hold back the end of a cell, which overtakes the outputs and is
 * written into the middle of long ones. Where that is missing, the proxy finds late outputs by the mark that it asks for.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Frames } from "../zmtp.ts";
import { type Broadcast, CommHub } from "./comm_hub.ts";
import { CellSignals } from "./cell_signals.ts";
import { holdEnds } from "./hold_ends.ts";
import { type KernelLink, linkSymbol } from "./kernel_link.ts";
import { outputsAside } from "./outputs_aside.ts";
import { sideAddress, sideSecret } from "./side_names.ts";
import { type SideMessage, SideSocket } from "./side_socket.ts";
import { Widgets } from "./widgets.ts";

/** How often to look whether the proxy lives, in milliseconds, where its end is not heard. */
const LOOK = 2000;

/** Enters the kernel: connects to the proxy and makes the link that the notebook's code finds. */
export async function enterKernel(): Promise<void> {
  const [address, secret] = [sideAddress, sideSecret].map((name) => {
    const value = Deno.env.get(name)!;
    // What cells start must not inherit it.
    Deno.env.delete(name);
    return value;
  });
  const connection = /^\d+$/.test(address!)
    ? await Deno.connect({ hostname: "127.0.0.1", port: Number(address) })
    : await Deno.connect({ transport: "unix", path: address! });
  const socket = new SideSocket(connection);
  await socket.send({ op: "hello", secret, thread: threadNumber() });
  const inside = new Inside(socket);
  const link = inside.link();
  Object.defineProperty(globalThis, linkSymbol, { value: link, configurable: true });
  inside.listen();
  globalThis.confirm = (message = "Confirm") =>
    /^\s*y(es)?\s*$/i.test(prompt(`${message} [y/N]`) ?? "");
  const parent = Deno.ppid;
  Deno.unrefTimer(setInterval(() => {
    if (Deno.ppid !== parent) Deno.exit(1);
  }, LOOK));
}

class Inside {
  readonly #socket: SideSocket;
  readonly #broadcast: Broadcast;
  readonly #signals: CellSignals;
  readonly #hub: CommHub;
  readonly #release: (mark: number) => void;

  constructor(socket: SideSocket) {
    this.#socket = socket;
    this.#signals = new CellSignals(() => void socket.send({ op: "listening" }));
    this.#broadcast = outputsAside(socket);
    this.#hub = new CommHub(this.#broadcast);
    this.#release = holdEnds(this.#broadcast, () => this.#signals.renew());
  }

  link(): KernelLink {
    const [signals, hub, socket] = [this.#signals, this.#hub, this.#socket];
    const widgets = new Widgets(hub);
    return {
      get signal() {
        return signals.take();
      },
      openComm: (target, options) => hub.open(target, options),
      setTarget: (name, target) => hub.setTarget(name, target),
      openWidget: (options) => widgets.open(options),
      broadcast: (type, content) => this.#broadcast(type, content),
      offerNames: (topic, names) => void socket.send({ op: "names", topic, names }),
      set: (settings) => void socket.send({ op: "settings", settings }),
    };
  }

  /** Listens until the proxy has gone, and ends the kernel then. The reader keeps the event loop alive between cells. */
  async listen(): Promise<void> {
    try {
      for await (const message of this.#socket.messages()) this.#take(message);
    } finally {
      Deno.exit(1);
    }
  }

  #take({ content, buffers }: SideMessage): void {
    switch (content.op) {
      case "marked":
        this.#signals.renew(); // the stop button may have been pressed while the cell ended
        return this.#release(Number(content.mark));
      case "flush":
        this.#signals.renew();
        return this.#broadcast("iw_flush", { id: content.id });
      case "interrupt":
        this.#socket.send({ op: "answer", id: content.id });
        this.#signals.abort();
        if (content.idle === true) this.#signals.renew();
        return;
      case "ping":
        return void this.#socket.send({ op: "answer", id: content.id });
      case "collect":
        return void this.#collect(content.id);
      case "comm":
        return void this.#takeComm(content, buffers);
    }
  }

  async #collect(id: unknown): Promise<void> {
    const { collectGarbage } = await import("./collect_garbage.ts");
    collectGarbage();
    // The engine says what it has collected when its event loop turns next.
    // No timers, which the loop of a cell that follows might be ended among: Deno's event loop does not outlive that.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#socket.send({ op: "answer", id });
  }

  async #takeComm(content: SideMessage["content"], buffers: Frames): Promise<void> {
    const metadata = content.metadata as Record<string, unknown>;
    let known = true;
    try {
      known = await this.#hub.take(
        String(content.type),
        content.content as Record<string, unknown>,
        { metadata, buffers },
      );
    } catch (error) {
      console.error(error);
    }
    // Through the outputs and not over the socket, where it would overtake what the handler said.
    this.#broadcast("iw_ack", { id: content.id, known });
  }
}

/** The number of the thread that runs the cells, which is not the process's first; undefined where there is none. */
function threadNumber(): number | undefined {
  try {
    return Number(/\d+$/.exec(Deno.readLinkSync("/proc/thread-self"))![0]);
  } catch {
    return undefined;
  }
}
