import { givingWay, nextTurn } from "../../lib/stats/give_way.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";

/** Keeps the thread busy. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

Deno.test("nextTurn() comes after all that the running turn has promised", async () => {
  let depth = 0;
  (async () => {
    for (; depth < 100; depth++) await null;
  })();
  await nextTurn();
  assertEquals(depth, 100);
});

Deno.test("givingWay() lets a timer fire in a long loop, and waits only at the beginning of a short one", async () => {
  const pause = givingWay();
  await pause()!;
  assertEquals(pause(), undefined);
  let fired = false;
  const timer = setTimeout(() => fired = true, 0);
  for (let i = 0; i < 4; i++) {
    work(30);
    await pause();
  }
  clearTimeout(timer);
  assert(fired, "the timer had its turn");
});

Deno.test("givingWay() throws the reason of a signal, before the loop and within it", async () => {
  const reason = new Error("enough");
  assertEquals(assertThrows(() => givingWay(AbortSignal.abort(reason))), reason);
  const controller = new AbortController(), pause = givingWay(controller.signal);
  await pause();
  setTimeout(() => controller.abort(reason), 0);
  work(60);
  assertEquals(await assertRejects(() => pause()!), reason);
});

Deno.test("nextTurn() lets messages in, also where every slice is long", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = (listener.addr as Deno.NetAddr).port;
  const [near, far] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  let heard = false;
  const reading = far.read(new Uint8Array(1)).then(() => heard = true);
  await near.write(Uint8Array.of(1));
  let slices = 0;
  for (; !heard && slices < 40; slices++) {
    work(51);
    await nextTurn();
  }
  await reading;
  near.close();
  far.close();
  assert(slices <= 4, `heard after ${slices} slices`);
});
