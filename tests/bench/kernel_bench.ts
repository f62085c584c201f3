/**
 * What the kernel costs, beside Deno's own.
 *
 * `deno bench -A tests/bench/kernel_bench.ts` times a cell, a message of a comm and a move of a slider.
 * `deno run -A tests/bench/kernel_bench.ts` prints what is lost, how long starts and stops take, and the memory (Linux).
 *
 * @module
 */

import { kernelCommand } from "../../lib/notebook/kernel/kernel_command.ts";
import { KernelProcess } from "../../lib/notebook/kernel_process.ts";
import { Front } from "../notebook/kernel/front.ts";

const cwd = import.meta.dirname!;
const modules = ["kernel", "../show"].map((folder) =>
  new URL(`../../lib/notebook/${folder}/mod.ts`, import.meta.url).href
);

/** A kernel with a page on it. */
class Side implements AsyncDisposable {
  readonly front: Front;
  readonly process: KernelProcess;

  constructor(front: Front, process: KernelProcess) {
    this.front = front;
    this.process = process;
  }

  static async start(kind: "deno" | "innerworks"): Promise<Side> {
    const key = crypto.randomUUID();
    const process = await KernelProcess.start({
      cwd,
      key,
      arguments: kind === "deno"
        ? ["jupyter", "--kernel", "--conn"]
        : [...kernelCommand(), "--conn"],
      environment: { INNERWORKS_DIAGNOSTICS: "off" },
    });
    const connection = { ...process.ports, ip: "127.0.0.1", key };
    return new Side(await Front.connect(connection), process);
  }

  /** Runs a cell as nbclient does: what comes after its idle is lost. Returns how many outputs came. */
  async outputs(code: string): Promise<number> {
    const id = this.front.cell(code, { allow_stdin: false });
    await this.front.find((m) => m.parent.msg_id === id && m.content.execution_state === "idle");
    const count = this.front.outputs(id).length;
    this.front.heard.length = 0;
    return count;
  }

  /** Sends a message on a comm and waits until the kernel is idle again. */
  async say(comm: string, data: object): Promise<void> {
    const id = this.front.send("comm_msg", { comm_id: comm, data });
    await this.front.find((m) => m.parent.msg_id === id && m.content.execution_state === "idle");
    this.front.heard.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.front.send("shutdown_request", { restart: false }, {}, "control");
    await this.process.end(3000);
    await this.front.close();
  }
}

/** Opens an echo, and a view with a slider that runs no model; returns the ids of their comms. */
async function openComms(side: Side): Promise<{ echo: string; view: string }> {
  const { front } = side;
  await front.run(`const { commTarget, live, slider } = await import("${modules[0]}");
    const { table } = await import("${modules[1]}");
    commTarget("echo", (comm) => { comm.onMessage = ({ data }) => comm.send(data); });
    const draw = ({ x }) => table({ title: "Square", columns: [{ name: "x" }], rows: [[x * x]] });`);
  front.send("comm_open", { comm_id: "echo", target_name: "echo", data: {} });
  await front.run("live({ controls: { x: slider(0, 1e6) }, draw, pause: 0 })");
  const open = front.heard.find(({ type }) => type === "comm_open")!;
  front.heard.length = 0;
  return { echo: "echo", view: String(open.content.comm_id) };
}

if (import.meta.main) await report();
else {
  const [deno, own] = [await Side.start("deno"), await Side.start("innerworks")];
  const { echo, view } = await openComms(own);
  let x = 0;
  Deno.bench({ name: "1 + 1 in Deno's kernel", group: "cell", baseline: true }, async () => {
    await deno.outputs("1 + 1");
  });
  Deno.bench({ name: "1 + 1 in ours", group: "cell" }, async () => {
    await own.outputs("1 + 1");
  });
  Deno.bench("a message of a comm, answered", () => own.say(echo, { x: 1 }));
  Deno.bench(
    "a move of a slider, drawn",
    () => own.say(view, { method: "update", state: { values: { x: x++ } }, buffer_paths: [] }),
  );
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The proportional share of memory of a process, in MB. */
async function memory(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+)/m.exec(text)![1]) / 1024;
}

async function report(): Promise<void> {
  const starts: Record<string, number[]> = { deno: [], innerworks: [] };
  const ends: number[] = [];
  for (let i = 0; i < 7; i++) {
    for (const kind of ["deno", "innerworks"] as const) {
      const start = performance.now();
      const side = await Side.start(kind);
      await side.outputs("1");
      starts[kind]!.push(performance.now() - start);
      const end = await timed(() => side[Symbol.asyncDispose]());
      if (kind === "innerworks") ends.push(end);
    }
  }
  const line = (what: string, value: string) => console.log(`${what.padEnd(52)} ${value}`);
  const ms = (time: number) => `${time.toFixed(1)} ms`;
  line("start to the end of the first cell, Deno's", ms(median(starts.deno!)));
  line("start to the end of the first cell, ours", ms(median(starts.innerworks!)));
  line("shutdown", ms(median(ends)));

  await using deno = await Side.start("deno");
  await using own = await Side.start("innerworks");
  line("proxy at rest", `${(await memory(own.process.pid)).toFixed(0)} MB PSS`);
  const cells: Record<string, number[]> = { deno: [], own: [] };
  for (let i = 0; i < 300; i++) {
    cells.deno!.push(await timed(() => deno.outputs("1 + 1")));
    cells.own!.push(await timed(() => own.outputs("1 + 1")));
  }
  line(
    "1 + 1, interleaved, median: Deno's, ours",
    `${ms(median(cells.deno!))}, ${ms(median(cells.own!))}`,
  );

  for (
    const [name, code] of [
      ["1,000 cells that print at their end", (i: number) => `console.log(${i})`],
      [
        "1,000 cells that await and have a value",
        (i: number) => `await new Promise((r) => setTimeout(r, 0)); ${i}`,
      ],
    ] as const
  ) {
    const lost = { deno: 0, own: 0 };
    for (let i = 0; i < 1000; i++) {
      lost.deno += await deno.outputs(code(i)) === 1 ? 0 : 1;
      lost.own += await own.outputs(code(i)) === 1 ? 0 : 1;
    }
    line(`${name}, lost: Deno's, ours`, `${lost.deno}, ${lost.own}`);
  }
  let bad = 0;
  const sizes = [2, 5, 10, 20, 50, 100];
  for (const megabytes of sizes) {
    const show =
      `await Deno.jupyter.display({ "text/plain": "x".repeat(${megabytes}e6) }, { raw: true });`;
    bad += await own.outputs(`${show} console.log(1)`) === 2 ? 0 : 1;
  }
  line(`displays of ${sizes.join(", ")} MB, bad`, String(bad));
  line("proxy after them", `${(await memory(own.process.pid)).toFixed(0)} MB PSS`);

  const { echo, view } = await openComms(own);
  const messages: number[] = [], moves: number[] = [];
  for (let i = 0; i < 300; i++) messages.push(await timed(() => own.say(echo, { i })));
  for (let i = 0; i < 100; i++) {
    const state = { values: { x: i } };
    moves.push(await timed(() => own.say(view, { method: "update", state, buffer_paths: [] })));
  }
  line("message of a comm, answered, median", ms(median(messages)));
  line("move of a slider, drawn, median", ms(median(moves)));
  const library = new URL("../../mod.ts", import.meta.url).href;
  await own.outputs(
    `import { generate, headsByLayers, load, logitDifference, sweep, zero } from "${library}";
    const model = await load("seedling"); const prompt = "When Mary and John went to the store, John gave a key to"; 1`,
  );
  for (
    const [name, code] of [
      ["a tight loop", "console.log(1); while (true);"],
      [
        "a loop behind an await",
        "await new Promise((r) => setTimeout(r, 1)); console.log(1); while (true);",
      ],
      [
        "sweeps",
        `console.log(1); for (;;) await sweep(model, prompt, headsByLayers("z"), logitDifference(" Mary", " John"))`,
      ],
      ["generate()", "console.log(1); for (;;) await generate(model, prompt, { tokens: 30 })"],
      [
        "an await that listens",
        "console.log(1); await new Promise((_, no) => { const s = globalThis[Symbol.for('innerworks.kernel')].signal; s.onabort = () => no(s.reason); })",
      ],
    ] as const
  ) {
    const id = own.front.cell(code);
    await own.front.find((m) => m.parent.msg_id === id && m.type === "stream");
    await new Promise((resolve) => setTimeout(resolve, 150));
    const took = await timed(async () => {
      own.front.send("interrupt_request", {}, {}, "control");
      await own.front.done(id);
    });
    line(`stop button in ${name}`, ms(took));
  }
  await completions(own);
}

/** Times the language service on the library itself, cold and warm. */
async function completions(side: Side): Promise<void> {
  const ask = (type: string, code: string) =>
    timed(() => side.front.ask(type, { code, cursor_pos: code.length, detail_level: 0 }));
  console.log(`first completion ${(await ask("complete_request", "model.to")).toFixed(0)} ms`);
  for (let i = 0; i < 20; i++) await ask("complete_request", "model.to");
  const warm = async (type: string, code: string) => {
    const times: number[] = [];
    for (let i = 0; i < 30; i++) times.push(await ask(type, code + " ".repeat(i % 2)));
    return median(times).toFixed(0);
  };
  console.log(`completion ${await warm("complete_request", "model.to")} ms, median`);
  console.log(`documentation ${await warm("inspect_request", "zero(")} ms, median`);
}
