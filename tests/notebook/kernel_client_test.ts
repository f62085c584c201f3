import { KernelClient, KernelError } from "../../lib/notebook/mod.ts";
import type { CellOutput } from "../../lib/notebook/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";

const cwd = import.meta.dirname!;

Deno.test("KernelClient.execute() returns what a cell puts out", async () => {
  await using kernel = await KernelClient.start({ cwd });
  const typed = await kernel.execute(
    "const six: number = 6; enum E { A }; await Promise.resolve()",
  );
  assertEquals(typed, { executionCount: 1, outputs: [] });

  const seen: CellOutput[] = [];
  const run = await kernel.execute(
    'console.log("a"); console.log("b"); console.error("c"); console.log("d"); six * 7',
    { onOutput: (output) => seen.push(output) },
  );
  assertEquals(run, {
    executionCount: 2,
    outputs: [
      { output_type: "stream", name: "stdout", text: "a\nb\n" },
      { output_type: "stream", name: "stderr", text: "c\n" },
      { output_type: "stream", name: "stdout", text: "d\n" },
      {
        output_type: "execute_result",
        data: { "text/plain": "42" },
        metadata: {},
        execution_count: 2,
      },
    ],
  });
  assertEquals(seen.length, 5);

  const failed = await kernel.execute('console.log("last words"); throw new RangeError("no")');
  assertEquals(failed.error, { name: "RangeError", message: "no" });
  assertEquals(failed.outputs.map((output) => output.output_type), ["stream", "error"]);

  const undrawable = await kernel.execute(
    '({ [Symbol.for("Jupyter.display")]() { throw new TypeError("cannot draw"); } })',
  );
  assertEquals(undrawable.error, { name: "TypeError", message: "cannot draw" });

  const shown = await kernel.execute(
    'await Deno.jupyter.display({ "text/plain": "old" }, { raw: true, display_id: "x" })',
  );
  await kernel.execute(
    'await Deno.jupyter.display({ "text/plain": "new" }, { raw: true, display_id: "x", update: true })',
  );
  assertEquals(shown.outputs, [
    { output_type: "display_data", data: { "text/plain": "new" }, metadata: {} },
  ]);

  const cleared = await kernel.execute(
    'console.log(1); Deno.jupyter.broadcast("clear_output", { wait: true }); console.log(2)',
  );
  assertEquals(cleared.outputs, [{ output_type: "stream", name: "stdout", text: "2\n" }]);
});

Deno.test("KernelClient.execute() loses no output, however late or large", async () => {
  await using kernel = await KernelClient.start({ cwd });
  for (let i = 0; i < 60; i++) {
    const late = await kernel.execute(`await new Promise((r) => setTimeout(r, 0)); ${i}`);
    assertEquals(late.outputs.length, 1);
    const failing = await kernel.execute(`console.log(${i}); throw new Error("${i}")`);
    assertEquals(failing.outputs.length, 2);
  }
  // Without the barrier of the prelude, Deno may write other messages into the middle of this one.
  const large = await kernel.execute(
    '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "x".repeat(50e6) }) })',
  );
  const [output] = large.outputs;
  assert(output?.output_type === "execute_result");
  assertEquals((output.data["text/html"] as string).length, 50e6);
  assertEquals((await kernel.execute("1")).outputs.length, 1);
});

Deno.test("KernelClient.execute() stops a cell that takes too long and keeps the variables", async () => {
  await using kernel = await KernelClient.start({ cwd });
  await kernel.execute("let kept = 5");
  const error = await assertRejects(
    () => kernel.execute('console.log("begun"); while (true);', { timeout: 200 }),
    KernelError,
    "Cannot run the cell as it must end within 200 ms",
  );
  assertEquals(error.reason, "timeout");
  assertEquals(error.outputs[0], { output_type: "stream", name: "stdout", text: "begun\n" });
  assertEquals((await kernel.execute("kept")).outputs.length, 1);

  const stopped = kernel.execute("while (true);");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await kernel.interrupt();
  assertEquals((await stopped).error, { name: "Interrupted", message: "the cell was stopped" });

  const onOutput = () => {
    throw new Error("cannot take this");
  };
  const untaken = () => kernel.execute("console.log(1)", { onOutput });
  await assertRejects(untaken, Error, "cannot take this");
  assertEquals((await kernel.execute("kept")).outputs.length, 1);

  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => kernel.execute("1", { signal }), Error, "enough");
});

Deno.test("KernelClient.execute() ends a kernel whose cell waits past its time", async () => {
  await using kernel = await KernelClient.start({ cwd });
  const controller = new AbortController();
  const waiting = kernel.execute("await new Promise((r) => setTimeout(r, 60_000))", {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(new Error("stopped by the user")), 100);
  await assertRejects(() => waiting, Error, "stopped by the user");
  const error = await assertRejects(() => kernel.execute("1"), KernelError);
  assertEquals(error.reason, "died");
});

Deno.test("KernelClient.execute() says that a cell ended the kernel", async () => {
  await using kernel = await KernelClient.start({ cwd });
  const error = await assertRejects(
    () => kernel.execute('console.log("bye"); await 0; Deno.exit(3)'),
    KernelError,
    "Cannot run the cell as the kernel has ended: it exited with code 3",
  );
  assertEquals(error.reason, "died");
  await assertRejects(() => kernel.execute("1"), KernelError, "the kernel has ended");
});

Deno.test("KernelClient.execute() refuses a cell that asks for input", async () => {
  await using kernel = await KernelClient.start({ cwd });
  const error = await assertRejects(
    () => kernel.execute('prompt("Your name?")'),
    KernelError,
    'Cannot run the cell as nobody can answer what it asks: "Your name?"',
  );
  assertEquals(error.reason, "input");
});

Deno.test("KernelClient.shutdown() leaves no process, no file and no port", async () => {
  const kernel = await KernelClient.start({ cwd });
  const { outputs } = await kernel.execute(
    "console.log(Deno.pid, Deno.args.length, Deno.env.get('NO_COLOR'))",
  );
  const [output] = outputs;
  assert(output?.output_type === "stream");
  const [pid, , noColour] = output.text.split(" ").map(Number);
  assertEquals(noColour, 1);
  await Promise.all([kernel.shutdown(), kernel.shutdown()]);
  // The sanitizers of the test runner hold the sockets, timers and pipes of this process.
  if (Deno.build.os === "linux") {
    await assertRejects(() => Deno.stat(`/proc/${pid}`), Deno.errors.NotFound);
  }
});

Deno.test("KernelClient.start() says why a kernel did not start", async () => {
  const error = await assertRejects(
    () => KernelClient.start({ cwd, arguments: ["--no-such-option"] }),
    KernelError,
  );
  assertEquals(error.reason, "start");
  assertStringIncludes(error.message, `Cannot start the Deno kernel in "${cwd}": it exited with`);
  assertStringIncludes(error.message, "--no-such-option");
  await assertRejects(
    () => KernelClient.start({ cwd, signal: AbortSignal.abort(new Error("never mind")) }),
    Error,
    "never mind",
  );
});

Deno.test("KernelClient.start() starts the kernel of this library too, and says why it did not start", async () => {
  const kernel = "innerworks";
  await using client = await KernelClient.start({ cwd, kernel });
  const { outputs } = await client.execute("const six: number = 6; console.log(six); six * 7");
  assertEquals(outputs.map((output) => output.output_type), ["stream", "execute_result"]);
  const error = await assertRejects(() => client.execute("prompt('Who?')"), KernelError);
  assertEquals(error.reason, "input");
  const ended = await assertRejects(() => client.execute("await 0; Deno.exit(3)"), KernelError);
  assertEquals(ended.reason, "died");
  assertStringIncludes(ended.message, "Deno's kernel has ended: it exited with code 3");
  const wrong = await assertRejects(
    () => KernelClient.start({ cwd, kernel, arguments: ["--no-such-option"] }),
    KernelError,
  );
  assertEquals(wrong.reason, "start");
  assertStringIncludes(wrong.message, "--no-such-option");
  await assertRejects(
    () => KernelClient.start({ cwd, kernel: "ours" as typeof kernel }),
    RangeError,
    'Cannot start a kernel as it must be "deno" or "innerworks": current value is "ours"',
  );
});
