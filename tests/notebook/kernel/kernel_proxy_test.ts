import { assert, assertEquals } from "../../assert.ts";
import type { Envelope } from "../../../lib/notebook/kernel/envelope.ts";
import { Front, withKernel } from "./front.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const states = (messages: Envelope[]) =>
  messages.filter(({ type }) => !type.endsWith("_reply")).map(({ type, content }) =>
    type === "status" ? String(content.execution_state) : type
  );

Deno.test("KernelProxy runs cells, every output between busy and idle, and none is lost", async () => {
  await withKernel(async (front) => {
    const first = await front.done(front.cell("console.log('a'); const six: number = 6; six * 7"));
    assertEquals(states(first), ["busy", "execute_input", "stream", "execute_result", "idle"]);
    const ids = Array.from({ length: 150 }, (_, i) => [
      front.cell(`await new Promise((r) => setTimeout(r, 0)); ${i}`),
      front.cell(`console.log(${i})`),
    ]).flat();
    await front.done(ids.at(-1)!);
    ids.forEach((id, i) => {
      assertEquals(front.outputs(id).map(Number), [i >> 1]);
      assertEquals(states(front.of(id)).at(-1), "idle");
    });
    const silent = front.send("execute_request", { code: "console.log('quiet')", silent: true });
    assertEquals(states(await front.done(silent)), ["busy", "stream", "idle"]);
    // What comes after a cell's end belongs to the last one.
    const late = front.cell("setTimeout(() => console.log('late'), 50); 1");
    await front.find(({ content }) => content.text === "late\n");
    assertEquals(front.outputs(late), ["1", "late\n"]);
  });
});

Deno.test("KernelProxy carries large outputs whole, also where the cell fails", async () => {
  await withKernel(async (front) => {
    const show = (megabytes: number) =>
      `await Deno.jupyter.display({ "text/plain": "x".repeat(${megabytes}e6) }, { raw: true });`;
    const value =
      `({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "x".repeat(30e6) }) })`;
    for (
      const [code, sizes] of [
        [`${show(30)} console.log(1)`, [30e6, 2]],
        [value, [30e6]],
        [`${show(20)} ${show(0)} throw new Error("no")`, [20e6, 0, 9]],
      ] as const
    ) {
      const outputs = await front.run(code);
      assertEquals(outputs.map((text) => text.length), [...sizes]);
    }
    // Not awaited: what is thrown stands behind them all the same.
    const queued = await front.run(
      `for (let i = 0; i < 100; i++) Deno.jupyter.display({ "text/plain": "x".repeat(2e5) }, { raw: true });
      throw new Error("no")`,
    );
    assertEquals([queued.length, queued.at(-1)], [101, "Error: no"]);
    assertEquals(await front.run("1"), ["1"]);
  });
});

Deno.test("KernelProxy answers while a cell runs, and says what it is", async () => {
  await withKernel(async (front) => {
    // The cell computes until a file says that all was answered: had an answer to wait for it, none would come in time.
    const answered = await Deno.makeTempFile(), own = JSON.stringify(answered);
    const busy = front.cell(
      `const stop = Date.now() + 15_000; while (Date.now() < stop && Deno.statSync(${own}).size === 0);`,
    );
    await front.find((m) => m.parent.msg_id === busy && m.type === "execute_input");
    const info = await front.ask("kernel_info_request", {});
    assertEquals([info.implementation, info.language_info.name], ["innerworks", "typescript"]);
    assert(/Innerworks .* Deno \d/.test(info.banner));
    assertEquals((await front.ask("kernel_info_request", {}, "control")).status, "ok");
    assertEquals((await front.ask("comm_info_request", {})).comms, {});
    assertEquals((await front.ask("is_complete_request", { code: "f(" })).status, "unknown");
    const unknown = await front.ask("debug_request", {}, "control");
    assertEquals([unknown.status, unknown.evalue], ["error", "The kernel knows no debug_request"]);
    assert(!front.of(busy).some(({ content }) => content.execution_state === "idle"), "waits");
    await Deno.writeTextFile(answered, "all");
    await front.done(busy);
    await Deno.remove(answered);
    assertEquals((await front.ask("is_complete_request", { code: "f(" })).status, "incomplete");
    const history = await front.ask("history_request", { hist_access_type: "tail", n: 3 });
    assertEquals(history.history.length, 1);
  });
});

Deno.test("KernelProxy passes over the cells behind one that fails, and counts right", async () => {
  await withKernel(async (front) => {
    const ids = [
      front.cell("await 0; 1"),
      front.cell("throw new RangeError('no')"),
      front.cell("'never'"),
      front.cell("'nor this'"),
    ];
    await front.done(ids[3]!);
    const reply = (id: string) =>
      front.of(id).find(({ type }) => type === "execute_reply")!.content;
    assertEquals(ids.map((id) => reply(id).status), ["ok", "error", "aborted", "aborted"]);
    assertEquals(states(front.of(ids[2]!)), ["busy", "idle"]);
    assertEquals(reply(ids[1]!).ename, "RangeError");
    // A value that cannot be drawn has failed too, though Deno calls such a cell "ok".
    const undrawable = `({ [Symbol.for("Jupyter.display")]() { throw new TypeError("no") } })`;
    const failing = [front.cell(undrawable), front.cell("3")];
    await front.done(failing[1]!);
    assertEquals(failing.map((id) => reply(id).status), ["error", "aborted"]);
    const going = [front.cell("throw 1", { stop_on_error: false }), front.cell("4")];
    await front.done(going[1]!);
    assertEquals(going.map((id) => reply(id).execution_count), [4, 5]);
  });
});

Deno.test("KernelProxy asks the page whose cell asks, and goes on when that has gone", async () => {
  await withKernel(async (front, _proxy, connection) => {
    const other = await Front.connect(connection);
    const id = front.cell("console.log(prompt('Name?'), confirm('Sure?'))");
    const question = await front.find(({ type }) => type === "input_request");
    assertEquals([question.content.prompt, question.parent.msg_id], ["Name?", id]);
    other.send("input_reply", { value: "Mallory" }, {}, "stdin");
    await wait(30);
    front.send("input_reply", { value: "Ada" }, {}, "stdin");
    await front.find(({ content }) => content.prompt === "Sure? [y/N]");
    front.send("input_reply", { value: "y" }, {}, "stdin");
    await front.done(id);
    assertEquals(front.outputs(id), ["Ada true\n"]);
    assert(!other.heard.some(({ type }) => type === "input_request"));
    other.cell("prompt('Who?')");
    await other.find(({ type }) => type === "input_request");
    await other.close();
    assertEquals(await front.run("1"), ["1"]);
  });
});

Deno.test("KernelProxy stops a loop, and an await that listens, and keeps the variables", async () => {
  await withKernel(async (front, proxy) => {
    await front.run("let kept = 5");
    const stopped = async (code: string, press: () => unknown) => {
      const id = front.cell(code);
      await front.find((m) => m.parent.msg_id === id && m.type === "stream");
      const start = performance.now();
      press();
      await front.done(id);
      assert(performance.now() - start < 8000, "stops");
      const { status } = front.of(id).find(({ type }) => type === "execute_reply")!.content;
      assertEquals(status, "error");
      return front.outputs(id).slice(1);
    };
    const message = () => front.ask("interrupt_request", {}, "control");
    const signal = () => proxy.interrupt();
    const told = ["Interrupted: the cell was stopped"];
    const loop = "console.log(1); while (true);";
    assertEquals(await stopped(loop, message), told);
    assertEquals(await stopped(loop, signal), told);
    // Behind an await, where the engine ends the code, and nothing would ever end the cell.
    const behind = "await new Promise((r) => setTimeout(r, 1)); console.log(1); while (true);";
    assertEquals(await stopped(behind, message), told);
    assertEquals(await stopped("console.log(1); await new Promise(() => {})", message), told);
    const url = import.meta.resolve("../../../lib/notebook/kernel/mod.ts");
    await front.run(`const { cellSignal } = await import("${url}")`);
    const listens =
      "const signal = cellSignal(); console.log(1); await new Promise((_, no) => signal.onabort = () => no(signal.reason))";
    assertEquals(await stopped(listens, message), ["AbortError: The cell was stopped"]);
    // Also between two pieces of work that each take the signal anew.
    const pieces =
      "console.log(1); for (;;) { cellSignal().throwIfAborted(); await new Promise((r) => setTimeout(r, 5)); }";
    assertEquals(await stopped(pieces, message), ["AbortError: The cell was stopped"]);
    // Each cell has a signal of its own.
    assertEquals(await front.run("cellSignal().aborted"), ["false"]);
    // Of what can be ended by no means its user is told.
    const deaf = front.cell("await new Promise((r) => setTimeout(r, 4000)); kept");
    await front.find((m) => m.parent.msg_id === deaf && m.type === "execute_input");
    await message();
    await front.done(deaf);
    const [note, value] = front.outputs(deaf);
    assert(note!.includes("only a restart of the kernel will"), note);
    assertEquals(value, "5");
  });
});

Deno.test("KernelProxy stops a long sweep within a slice, and keeps what the cell had made", async () => {
  await withKernel(async (front) => {
    const url = import.meta.resolve("../../../mod.ts");
    await front.run(
      `const { generate, headsByLayers, load, logitDifference, sweep } = await import("${url}");
      const model = await load("seedling");
      const prompt = "When Mary and John went to the store, John gave a key to";
      let sweeps = 0;`,
      60_000,
    );
    const stopped = async (code: string) => {
      const id = front.cell(code);
      await front.find((m) => m.parent.msg_id === id && m.type === "stream");
      await wait(150);
      await front.ask("interrupt_request", {}, "control");
      await front.done(id, 8000);
      return front.outputs(id).at(-1);
    };
    const swept = await stopped(`console.log("begins"); for (;; sweeps++) {
      await sweep(model, prompt, headsByLayers("z"), logitDifference(" Mary", " John"));
    }`);
    assertEquals(swept, "AbortError: The cell was stopped");
    const wrote = await stopped(
      `console.log("begins"); for (;;) await generate(model, prompt, { tokens: 30 });`,
    );
    assertEquals(wrote, "AbortError: The cell was stopped");
    assertEquals(
      await front.run("sweeps >= 0 && (await generate(model, prompt, { tokens: 1 })).text"),
      [
        '" Mary"',
      ],
    );
  });
});

Deno.test("KernelProxy says that only a restart helps where the end of a loop takes Deno's kernel along", async () => {
  await withKernel(async (front) => {
    const id = front.cell(
      "setTimeout(() => { console.log(1); while (true); }, 1); await new Promise((r) => setTimeout(r, 60_000))",
    );
    await front.find((m) => m.parent.msg_id === id && m.type === "stream");
    await front.ask("interrupt_request", {}, "control");
    const { content } = await front.find((m) => m.content.name === "stderr", 8000);
    assert(String(content.text).includes("only a restart of the kernel helps"));
  });
});

Deno.test("KernelProxy tells the front end when Deno's kernel is killed in a cell", async () => {
  await withKernel(async (front, proxy) => {
    const id = front.cell("Deno.kill(Deno.pid, 'SIGKILL'); await new Promise(() => {})");
    await front.done(id);
    assertEquals(front.outputs(id), [
      "KernelEnded: Deno's kernel has ended: it was ended by SIGKILL",
    ]);
    assertEquals(await proxy.ended, 1);
  });
});

Deno.test("KernelProxy runs nothing that is unsigned, changed or sent twice, and survives junk", async () => {
  await withKernel(async (front, _proxy, connection) => {
    const code = "globalThis.ran = (globalThis.ran ?? 0) + 1";
    const { frames, header } = front.codec.seal({ type: "execute_request", content: { code } });
    const { shell } = front.sockets;
    const changed = (part: number) =>
      frames.map((frame, i) =>
        i === part ? frame.map((byte, at) => at === 12 ? byte ^ 1 : byte) : frame
      );
    await shell.send(frames);
    await shell.send(frames);
    for (let part = 1; part < 6; part++) await shell.send(changed(part));
    await shell.send(frames.map((frame, i) => i === 1 ? new Uint8Array() : frame));
    await shell.send([Uint8Array.of(1, 2, 3)]);
    await shell.send([]);
    const list = front.codec.seal({ type: "execute_request", content: [1] });
    await shell.send(list.frames);
    const odd = front.codec.seal({ type: "execute_request", content: { code: 7 } });
    await shell.send(odd.frames);
    await front.done(header.msg_id);
    assertEquals((await front.run("ran")).at(-1), "1");
    // A page that goes away in the middle of a cell does not take the kernel with it.
    const passing = await Front.connect(connection);
    const left = passing.cell("await new Promise((r) => setTimeout(r, 50)); ran = 2");
    await passing.find((m) => m.parent.msg_id === left && m.type === "execute_input");
    await passing.close();
    assertEquals(await front.run("ran"), ["2"]);
  });
});

Deno.test("KernelProxy says that its module cannot be loaded, and runs cells all the same", async () => {
  const notes: string[] = [];
  await withKernel(async (front) => {
    for (let i = 0; i < 10; i++) {
      assertEquals(await front.run(`await new Promise((r) => setTimeout(r, 0)); ${i}`), [
        String(i),
      ]);
    }
    assertEquals(await front.run("console.log('last'); throw new Error('no')"), [
      "last\n",
      "Error: no",
    ]);
    const id = front.send("comm_open", { comm_id: "1", target_name: "t", data: {} });
    await front.find(({ type, parent }) => type === "comm_close" && parent.msg_id === id);
    const loop = front.cell("console.log(1); while (true);");
    await front.find((m) => m.parent.msg_id === loop && m.type === "stream");
    await front.ask("interrupt_request", {}, "control");
    await front.done(loop);
  }, { inside: "file:///no/such/module.ts", onNote: (note) => notes.push(note) });
  assert(notes[0]!.startsWith("Cannot hear the page"), notes[0]);
});
