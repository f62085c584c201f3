import { hasKernel, runKernel } from "../../lib/tensor/kernel.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { testOn } from "./on_backends.ts";

testOn("hasKernel() knows which backend has fused kernels", () => {
  assertEquals(hasKernel("Linear"), ["native", "float64"].includes(tf.getBackend()));
  assertEquals(hasKernel("Add"), true);
});

testOn("runKernel() is recorded on the gradient tape", () => {
  const square = (x: tf.Tensor) => runKernel("Multiply", { a: x, b: x });
  assertEquals(tf.grad(square)(tf.scalar(3)).dataSync()[0], 6);
});
