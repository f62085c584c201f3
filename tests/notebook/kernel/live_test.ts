import { display, headPicker, live, slider, table, textField } from "../../../mod.ts";
import { LiveRun } from "../../../lib/notebook/kernel/live_run.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { type Answer, withKernel } from "./front.ts";

const view = "application/vnd.jupyter.widget-view+json";
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const square = (x: number) =>
  table({ title: "<Square>", columns: [{ name: "x²" }], rows: [[x * x]] });

Deno.test("live() is a document where no page can move it", async () => {
  const pending = live({
    controls: { x: slider(0, 4, { value: 3 }), "<b>": textField("<i>", { label: "<name>" }) },
    draw: ({ x }) => square(x),
  });
  const drawing = await pending[display]();
  assertEquals(Object.keys(drawing), ["text/html", "text/plain"]);
  assert("text/html" in drawing && !drawing["text/html"].includes("<i>"), "labels are escaped");
  assertEquals(drawing["text/plain"].split("\n").slice(0, 2), ['x: 3 · <name>: "<i>"', "<Square>"]);
  const done = await pending;
  assertEquals([done.isLive, done.values], [false, { x: 3, "<b>": "<i>" }]);
  assertEquals(Object.keys(done.toJSON()), ["values", "text"]);
  const failing = live({ controls: {}, draw: () => Promise.reject(new Error("no")) });
  await assertRejects(() => failing, Error, "no");
});

Deno.test("slider(), textField() and headPicker() refuse values that they cannot have", () => {
  assertThrows(() => slider(1, 1), RangeError, "its values must rise: current values are 1 and 1");
  assertThrows(() => slider(0, 1, { value: 2 }), RangeError, "from 0 to 1: current value is 2");
  assertThrows(() => slider(0, 1, { step: 0 }), RangeError, "step must be above 0");
  assertThrows(() => slider(0, 1).read("1"), RangeError, "current value is 1");
  assertThrows(() => textField(3 as unknown as string), TypeError, "must be text");
  const size = { layers: 2, heads: 3 };
  const picker = headPicker(size);
  const picked = picker.read([{ layer: 1, head: 2 }, { layer: 0, head: 1 }, { layer: 1, head: 2 }]);
  assertEquals(picker.describe(picked), "L0H1, L1H2");
  assertEquals(picker.describe([]), "none");
  assertThrows(
    () => picker.read([{ layer: 2, head: 0 }]),
    RangeError,
    "from 0 to 1: current value is 2",
  );
  assertThrows(() => picker.read([{ layer: 0 }]), RangeError, "head must be from 0 to 2");
  assertThrows(() => picker.read(7), TypeError, "must be a list of heads: current value is 7");
  const one = headPicker(size, { several: false });
  assertThrows(() => one.read([picked[0], picked[1]]), TypeError, "a list of at most one head");
});

Deno.test("LiveRun lets the last value win, and aborts what was begun for an earlier one", async () => {
  const [done, aborted]: [string[], string[]] = [[], []];
  const run = new LiveRun<string, string>(async (value, signal) => {
    signal.onabort = () => aborted.push(value);
    await wait(value === "slow" ? 400 : 1);
    if (value === "bad") throw new Error("bad");
    return value;
  }, { pause: 5, onDone: (value) => done.push(value), onError: (e) => done.push(String(e)) });
  await run.start("a");
  assertEquals(done, ["a"]);
  const start = performance.now();
  await run.start("slow");
  assert(performance.now() - start < 250, "a slow one holds nothing back");
  run.start("skipped"); // gone before its pause is over
  await run.start("b");
  await run.start("bad");
  assertEquals([done, aborted], [["a", "b", "Error: bad"], ["a", "slow", "b"]]);
  run.abort();
  await wait(450);
  assertEquals(done.length, 3, "what was aborted says nothing");
});

Deno.test("live() talks to the page as ipywidgets and anywidget do", async () => {
  await withKernel(async (front) => {
    const url = import.meta.resolve("../../../lib/notebook/kernel/mod.ts");
    const show = import.meta.resolve("../../../lib/show/mod.ts");
    await front.run(`const { live, slider } = await import("${url}");
      const { table } = await import("${show}");
      const make = () => live({ controls: { x: slider(0, 9, { value: 2 }) }, draw({ x }) {
        if (x === 7) throw new RangeError("not seven");
        return table({ title: "Square", columns: [{ name: "x²" }], rows: [[x * x]] });
      } })`);
    const cell = front.cell("make()");
    const shown = await front.done(cell);
    const types = shown.map(({ type }) => type).filter((type) => type !== "status");
    assertEquals(types, ["execute_input", "comm_open", "display_data", "execute_reply"]);
    const [, open, output] = shown.filter(({ type }) => type !== "status") as Answer[];
    assertEquals([open!.content.target_name, open!.metadata.version], ["jupyter.widget", "2.1.0"]);
    const id = open!.content.comm_id;
    const { _esm, _model_module, _view_name, _model_module_version, values } =
      open!.content.data.state;
    assertEquals([_model_module, _view_name, _model_module_version], ["anywidget", "AnyView", "*"]);
    assertEquals([values, typeof _esm], [{ x: 2 }, "string"]);
    assertEquals(output!.content.data[view], { version_major: 2, version_minor: 0, model_id: id });
    assertEquals(output!.content.transient, { display_id: id });
    assert(output!.content.data["text/plain"].includes("4"));

    const say = async (data: object) => {
      const sent = front.send("comm_msg", { comm_id: id, data });
      await front.find((m) => m.parent.msg_id === sent && m.content.execution_state === "idle");
      return front.of(sent).filter(({ type }) => type !== "status") as Answer[];
    };
    const move = (state: object) => say({ method: "update", state, buffer_paths: [] });
    const [echo, update] = await move({ values: { x: 5 } });
    assertEquals(echo!.content.data, {
      method: "echo_update",
      state: { values: { x: 5 } },
      buffer_paths: [],
    });
    assert(update!.content.data.state.html.includes(">25<"), "before the idle of the message");
    const failed = (await move({ values: { x: 7 } })).at(-1)!;
    assertEquals(failed.content.data.state, { state: "failed", error: "RangeError: not seven" });
    const odd = (await move({ values: { x: 70 } })).at(-1)!;
    assertEquals(odd.content.data.state.values, { x: 7 });
    await move({ values: { x: 6 } });
    // A page that is loaded anew asks for everything.
    front.send("comm_open", { comm_id: "c", target_name: "jupyter.widget.control", data: {} });
    front.send("comm_msg", { comm_id: "c", data: { method: "request_states" } });
    const { content } = await front.find(({ content }) =>
      (content.data as Answer)?.method === "update_states"
    );
    const { states } = content.data as Answer;
    assertEquals([states[id].model_name, states[id].state.values], ["AnyModel", { x: 6 }]);
    // The last state goes into the notebook when the reader has left the view.
    const [kept] = await say({ method: "custom", content: { event: "left" } });
    assertEquals([kept!.type, kept!.content.transient.display_id], ["update_display_data", id]);
    assert(kept!.content.data["text/plain"].startsWith("x: 6\nSquare"));
    assertEquals(await say({ method: "custom", content: { event: "left" } }), []);
    const [, state] = await say({ method: "request_state" }).then((all) => [0, all[0]!]);
    assertEquals((state as Answer).content.data.state.values, { x: 6 });

    // A client without a user gets the document alone.
    const headless = await front.done(front.cell("make()", { allow_stdin: false }));
    const plain = headless.find(({ type }) => type === "execute_result") as Answer | undefined;
    assertEquals(Object.keys(plain!.content.data), ["text/html", "text/plain"]);
    assert(!headless.some(({ type }) => type === "comm_open"));
  });
});
