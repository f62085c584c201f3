import { type Displays, OutputGatherer } from "../../lib/notebook/cell_run.ts";
import { assertEquals } from "../assert.ts";

const message = (type: string, content: Record<string, unknown>) => ({
  type,
  parent: "",
  content,
});
const stream = (text: string, name = "stdout") => message("stream", { name, text });

Deno.test("OutputGatherer.settle() joins what was printed in pieces", () => {
  const gatherer = new OutputGatherer(new Map());
  for (let i = 0; i < 100_000; i++) gatherer.take(stream("x"));
  gatherer.take(stream("y", "stderr"));
  gatherer.take(stream("z"));
  assertEquals(gatherer.settle(), [
    { output_type: "stream", name: "stdout", text: "x".repeat(100_000) },
    { output_type: "stream", name: "stderr", text: "y" },
    { output_type: "stream", name: "stdout", text: "z" },
  ]);
});

Deno.test("OutputGatherer.settle() puts the error last, which the kernel sends past the queue", () => {
  const gatherer = new OutputGatherer(new Map());
  gatherer.take(stream("a"));
  gatherer.take(message("error", { ename: "E", evalue: "v", traceback: ["E: v"] }));
  gatherer.take(stream("b"));
  assertEquals(gatherer.settle(), [
    { output_type: "stream", name: "stdout", text: "ab" },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["E: v"] },
  ]);
});

Deno.test("OutputGatherer.take() updates a display of an earlier cell", () => {
  const displays: Displays = new Map();
  const first = new OutputGatherer(displays);
  const transient = { display_id: "d" };
  first.take(message("display_data", { data: { "text/plain": "1" }, metadata: {}, transient }));
  const second = new OutputGatherer(displays);
  second.take(message("update_display_data", { data: { "text/plain": "2" }, transient }));
  const unknown = { data: {}, transient: { display_id: "other" } };
  assertEquals(second.take(message("update_display_data", unknown)), undefined);
  assertEquals(second.settle(), []);
  assertEquals(first.settle(), [
    { output_type: "display_data", data: { "text/plain": "2" }, metadata: {} },
  ]);
});

Deno.test("OutputGatherer.take() clears at once or before the next output", () => {
  const gatherer = new OutputGatherer(new Map());
  gatherer.take(stream("a"));
  gatherer.take(message("clear_output", { wait: false }));
  assertEquals(gatherer.outputs, []);
  gatherer.take(stream("b"));
  gatherer.take(message("clear_output", { wait: true }));
  assertEquals(gatherer.outputs.length, 1);
  gatherer.take(message("status", { execution_state: "busy" }));
  gatherer.take(stream("c"));
  assertEquals(gatherer.settle(), [{ output_type: "stream", name: "stdout", text: "c" }]);
});
