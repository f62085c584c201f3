import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import "../on_backends.ts";

Deno.test("registerNative() leaves out no kernel of the cpu backend", () => {
  const names = (backend: string) =>
    tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
  const own = new Set(names("native"));
  assertEquals(names("cpu").filter((name) => !own.has(name)), []);
});

Deno.test("every kernel that registerNative() adds has a gradient, or is one", () => {
  const cpu = new Set(tf.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName));
  const added = tf.getKernelsForBackend("native").map(({ kernelName }) => kernelName)
    .filter((name) => !cpu.has(name));
  // Where a gradient is taken of that of attend(), it is made of others: its own has three results.
  // The parts of a norm are made at once where nothing is recorded alone.
  assertEquals(added.filter((name) => !tf.getGradient(name)), ["NormParts", "AttendGradient"]);
  assertEquals(added.includes("Linear"), true);
});

Deno.test("tfjs would choose native before cpu", () => {
  const { registryFactory } = tf.engine();
  assertEquals(registryFactory["native"]!.priority > registryFactory["cpu"]!.priority, true);
});
