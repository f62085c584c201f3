import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import "../on_backends.ts";

const names = (backend: string) =>
  tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName).sort();

Deno.test("registerFloat64() answers for every kernel of the native backend, the fused ones too", () => {
  assertEquals(names("float64"), names("native"));
});

Deno.test("tfjs never chooses float64 by itself", () => {
  const { registryFactory } = tf.engine();
  const priorities = Object.values(registryFactory).map(({ priority }) => priority);
  assertEquals(registryFactory["float64"]!.priority, Math.min(...priorities));
});
