import { kernelPrelude, markCode, markType } from "../../lib/notebook/kernel_prelude.ts";
import { assertEquals } from "../assert.ts";

/** Runs code as the kernel would, with what it finds there. */
function runIn(code: string, world: Record<string, unknown>): unknown {
  return new Function("globalThis", ...Object.keys(world), code)(world, ...Object.values(world));
}

Deno.test("kernelPrelude() holds the end of a cell until its mark was answered", async () => {
  const log: string[] = [];
  const internal = {
    jupyter: { broadcastResult: (_: number, value: unknown) => void log.push(`result ${value}`) },
  };
  const jupyter = {
    broadcast: (type: string, { id }: { id: string }) => void log.push(`${type} ${id}`),
  };
  const world = {
    Deno: { internal: "x", x: internal, jupyter, ppid: 1 },
    prompt: (text: string) => void log.push(`ask ${text}`),
    setInterval: () => {},
  };
  runIn(kernelPrelude("secret:"), world);
  await internal.jupyter.broadcastResult(1, "a");
  await internal.jupyter.broadcastResult(2, "b");
  assertEquals(log, [
    "result a",
    `${markType} secret:1`,
    "ask secret:1",
    "result b",
    `${markType} secret:2`,
    "ask secret:2",
  ]);
  log.length = 0;
  runIn(markCode('quote " and \\'), world);
  assertEquals(log, [`${markType} quote " and \\`]);
});

Deno.test("kernelPrelude() leaves a Deno alone that lacks the internal", () => {
  const jupyter = { broadcast: () => {} };
  for (const Deno of [{ jupyter, ppid: 1 }, { internal: "x", x: { jupyter: {} }, jupyter }]) {
    runIn(kernelPrelude("s"), { Deno, prompt: () => {}, setInterval: () => {} });
  }
});

Deno.test("kernelPrelude() ends a kernel whose client is gone", () => {
  let check = () => {};
  const ended: number[] = [];
  const world = { jupyter: {}, ppid: 7, exit: (code: number) => ended.push(code) };
  runIn(kernelPrelude("s"), {
    Deno: world,
    prompt: () => {},
    setInterval: (callback: () => void) => void (check = callback),
  });
  check();
  assertEquals(ended, []);
  world.ppid = 1;
  check();
  assertEquals(ended, [1]);
});
