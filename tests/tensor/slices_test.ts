import { inSlices, refuseOddSignal } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

/** Works for a while in steps of some milliseconds, and says whether it was closed. */
function* work(steps: number, milliseconds: number, closed: () => void): Generator<void, number> {
  try {
    for (let step = 0; step < steps; step++) {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      yield;
    }
    return steps;
  } finally {
    closed();
  }
}

Deno.test("inSlices() returns what the steps return, and closes them", async () => {
  let closed = 0;
  assertEquals(await inSlices(work(3, 0, () => closed++)), 3);
  assertEquals(closed, 1);
});

Deno.test("inSlices() lets other tasks have their turn while it works", async () => {
  let turns = 0, over = false;
  const others = (): void => {
    turns++;
    if (!over) setTimeout(others, 0);
  };
  setTimeout(others, 0);
  await inSlices(work(40, 10, () => {}));
  over = true;
  // Four hundred milliseconds hold seven stretches of fifty, with one turn at least after each but the last.
  assert(turns >= 4, `${turns} turns`);
});

Deno.test("inSlices() stops at a signal, closes the steps and throws the reason", async () => {
  const controller = new AbortController(), reason = new Error("enough");
  let closed = 0, seen = 0;
  const steps = function* (): Generator<void, void> {
    try {
      for (;;) {
        if (++seen === 3) controller.abort(reason);
        yield;
      }
    } finally {
      closed++;
    }
  };
  assertEquals(await assertRejects(() => inSlices(steps(), controller.signal)), reason);
  assertEquals([seen, closed], [3, 1]);
});

Deno.test("inSlices() throws what a step throws", async () => {
  const steps = function* (): Generator<void, void> {
    yield;
    throw new RangeError("broken");
  };
  await assertRejects(() => inSlices(steps()), RangeError, "broken");
});

Deno.test("inSlices() refuses what is no signal before the first step, and closes the steps", async () => {
  let begun = 0;
  const steps = function* (): Generator<void, void> {
    begun++;
    yield;
  };
  const cases: [signal: unknown, found: string][] = [
    [200, "200, perhaps AbortSignal.timeout(200) is meant"],
    [new AbortController(), "an object of AbortController, its signal is meant"],
    ["soon", "soon"],
    [null, "null"],
    [{}, "an object of Object"],
  ];
  for (const [signal, found] of cases) {
    const { message } = await assertRejects(
      () => inSlices(steps(), signal as AbortSignal),
      TypeError,
    );
    assertEquals(
      message,
      `Cannot listen for an abort as signal must be an AbortSignal: current value is ${found}`,
    );
  }
  assertEquals(begun, 0);
  refuseOddSignal(undefined);
  refuseOddSignal(new AbortController().signal);
});
