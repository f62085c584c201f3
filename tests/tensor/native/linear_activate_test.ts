import { activate, linear, readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { runKernel } from "../../../lib/tensor/kernel.ts";
import { assertClose, normals, tensor } from "../plain.ts";
import "../on_backends.ts";

Deno.test("the kernel of map and function has gradients of its own, where one is recorded past it", async () => {
  await tf.setBackend("native");
  const inputs = [normals(1, 3, 4), normals(2, 4, 8), normals(3, 8)].map(tensor),
    dy = tensor(normals(4, 3, 8));
  const gradients = (f: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => tf.Tensor) =>
    tf.grads((...own: tf.Tensor[]) => f(own[0]!, own[1]!, own[2]!))(inputs, dy).map(readNumbers);
  const whole = gradients((x, weight, bias) =>
    runKernel("LinearActivate", { x, weight, bias }, { transposed: false, name: "silu" })
  );
  const parts = gradients((x, weight, bias) =>
    activate(linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D), "silu")
  );
  whole.forEach((gradient, i) => assertClose(gradient, parts[i]!, 1e-6));
});
