import { cpuKernel, floatKernel, kernel, volume } from "../../../lib/tensor/native/kernels.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import type { NativeBackend } from "../../../lib/tensor/native/backend.ts";
import { assertEquals, assertStrictEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";

Deno.test("volume() multiplies sizes", () => {
  assertEquals([volume([]), volume([3]), volume([2, 0, 3]), volume([2, 3])], [1, 3, 0, 6]);
});

testOn("floatKernel() keeps floats, and sends the rest to the cpu backend", () => {
  const seen: string[] = [];
  const add = floatKernel<"a" | "b">("Add", ({ inputs: { a }, backend }) => {
    seen.push(a.dtype);
    return backend.output([1], Float32Array.of(42));
  });
  const backend = tf.backend() as unknown as NativeBackend;
  const run = (x: tf.Tensor) =>
    add({ inputs: { a: x, b: x }, attrs: {}, backend }) as tf.TensorInfo;
  assertEquals([...backend.readSync(run(tf.tensor1d([1])).dataId) as Float32Array], [42]);
  const whole = run(tf.tensor1d([1], "int32"));
  assertEquals([...backend.readSync(whole.dataId) as Int32Array], [2]);
  assertEquals(seen, ["float32"]);
}, ["native"]);

testOn("cpuKernel() exposes its inputs, whose arrays it may keep", () => {
  const backend = tf.backend() as unknown as NativeBackend;
  const values = backend.allocate(1).fill(3);
  const x = backend.output([1], values);
  cpuKernel("Square")({ inputs: { x }, attrs: {}, backend });
  assertEquals(backend.data.get(x.dataId).own, false);
}, ["native"]);

Deno.test("kernel() changes only the type", () => {
  const run = () => [];
  assertStrictEquals(kernel(run) as unknown, run);
});
