import { KernelClient, Progress, progress, type ProgressOutput } from "../../lib/notebook/mod.ts";
import { LineOutput, NotebookOutput, notebookOutput } from "../../lib/notebook/progress.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

/** Keeps every state that is shown. */
function recorder(): ProgressOutput & { states: string[]; html: string } {
  return {
    states: [],
    html: "",
    show(drawing, last) {
      this.states.push(drawing["text/plain"] + (last ? " (last)" : ""));
      this.html = drawing["text/html"];
    },
  };
}

Deno.test("Progress shows a last state that holds no times", () => {
  const output = recorder();
  const shown = new Progress("Heads <b>", 4, { output, interval: 0 });
  shown.advance();
  shown.advance(3);
  shown.end();
  shown.end();
  const states = output.states.map((state) => state.replace(/about \d+ s/, "about N s"));
  assertEquals(states, [
    "Heads <b>: 0 of 4",
    "Heads <b>: 1 of 4, about N s left",
    "Heads <b>: 4 of 4 (last)",
  ]);
  assertStringIncludes(output.html, '<progress max="4" value="4" aria-label="Heads &lt;b&gt;">');
  assertStringIncludes(output.html, " Heads &lt;b&gt;: 4 of 4</div>");
});

Deno.test("Progress shows no more than one state in its interval", () => {
  const output = recorder();
  const shown = new Progress("x", 1000, { output, interval: 60_000 });
  for (let i = 0; i < 1000; i++) shown.advance();
  assertEquals(output.states, ["x: 0 of 1000", "x: 1000 of 1000 (last)"]);
  shown.end();
  assertEquals(output.states.length, 2);
});

Deno.test("Progress says that the work was stopped", () => {
  const output = recorder();
  assertThrows(() => {
    for (const item of progress("x", [1, 2, 3], { output })) {
      if (item === 2) throw new Error("no");
    }
  });
  assertEquals(output.states.at(-1), "x: 1 of 3, stopped (last)");
});

Deno.test("progress() goes through all items, none too", () => {
  const output = recorder();
  assertEquals([...progress("x", ["a", "b"], { output })], ["a", "b"]);
  assertEquals([...progress("y", [], { output })], []);
  assertEquals(output.states.filter((state) => state.endsWith("(last)")), [
    "x: 2 of 2 (last)",
    "y: 0 of 0 (last)",
  ]);
});

Deno.test("Progress refuses counts that cannot be", () => {
  const output = recorder();
  for (const total of [-1, 0.5, NaN, Infinity]) {
    assertThrows(
      () => new Progress("x", total, { output }),
      RangeError,
      `Cannot show progress as the total must be a whole number from 0: current value is ${total}`,
    );
  }
  const shown = new Progress("x", 2, { output });
  shown.advance();
  assertThrows(
    () => shown.advance(2),
    RangeError,
    'Cannot advance "x" as its count must be from 1 to 2: it would be 3',
  );
  assertThrows(() => shown.advance(-1), RangeError);
  assertEquals(shown.count, 1);
});

Deno.test("LineOutput writes over its line, and ends it last", () => {
  let written = "";
  const output = new LineOutput((text) => written += text);
  const drawing = (text: string) => ({ "text/html": "", "text/plain": text });
  output.show(drawing("a"), false);
  output.show(drawing("b"), true);
  assertEquals(written, "\r\x1b[Ka\r\x1b[Kb\n");
});

Deno.test("NotebookOutput shows one display and updates it", () => {
  const sent: [string, { transient: { display_id: string } }][] = [];
  const output = new NotebookOutput((type, content) =>
    sent.push([type, content as { transient: { display_id: string } }])
  );
  const drawing = { "text/html": "", "text/plain": "" };
  output.show(drawing);
  output.show(drawing);
  assertEquals(sent.map(([type]) => type), ["display_data", "update_display_data"]);
  assertEquals(new Set(sent.map(([, { transient }]) => transient.display_id)).size, 1);
});

Deno.test("notebookOutput() is nothing outside a notebook", () => {
  assertEquals(notebookOutput(), undefined);
});

Deno.test("Progress leaves one output in a notebook: its last state", async () => {
  await using kernel = await KernelClient.start({ cwd: import.meta.dirname! });
  let states = 0;
  const { outputs } = await kernel.execute(
    `const { Progress } = await import("../../lib/notebook/progress.ts");
    using progress = new Progress("Layers", 3, { interval: 0 });
    for (let i = 0; i < 3; i++) progress.advance();`,
    { onOutput: () => states++ },
  );
  assert(states >= 4, `${states} states`);
  assertEquals(outputs.length, 1);
  const [output] = outputs;
  assert(output?.output_type === "display_data");
  assertEquals(output.data["text/plain"], "Layers: 3 of 3");
});
