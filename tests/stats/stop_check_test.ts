import { givingWay, inSlices, stopCheck } from "../../mod.ts";
import { assertRejects, assertThrows } from "../assert.ts";

function* forever(): Generator<void, void> {
  for (;;) yield;
}

Deno.test("stopCheck() listens to the signal that was given, and to the cell that runs", async () => {
  stopCheck()();
  const given = AbortSignal.abort(new Error("given"));
  assertThrows(stopCheck(given), Error, "given");
  const cell = new AbortController();
  const key = Symbol.for("innerworks.kernel");
  Object.assign(globalThis, { [key]: { signal: cell.signal } });
  try {
    const check = stopCheck(), pause = givingWay();
    check();
    const slices = inSlices(forever());
    setTimeout(() => cell.abort(new Error("stopped")), 20);
    await assertRejects(() => slices, Error, "stopped");
    await assertRejects(
      async () => {
        while (true) await pause();
      },
      Error,
      "stopped",
    );
    assertThrows(check, Error, "stopped");
    // The next cell has a signal of its own.
    Object.assign(globalThis, { [key]: { signal: new AbortController().signal } });
    stopCheck()();
  } finally {
    delete (globalThis as Record<symbol, unknown>)[key];
  }
});
