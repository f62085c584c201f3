import {
  activate,
  type ActivationName,
  linear,
  linearActivate,
  readNumbers,
  tf,
} from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertClose, normals, tensor } from "./plain.ts";

const [x, weight, bias] = [normals(1, 2, 3, 5), normals(2, 5, 7), normals(3, 7)].map(tensor) as [
  tf.Tensor3D,
  tf.Tensor2D,
  tf.Tensor1D,
];
const turned = tensor(normals(4, 7, 5)) as tf.Tensor2D;

testOn("linearActivate() has the bits of its parts, and their gradients", () => {
  for (const activation of ["gelu_tanh", "silu", "relu", "identity"] as ActivationName[]) {
    for (const [w, transposed] of [[weight, false], [turned, true]] as const) {
      for (const own of [bias, null]) {
        const whole = linearActivate(x, w, own, { transposed, activation });
        const parts = activate(linear(x, w, own, { transposed }), activation);
        assertEquals(whole.shape, [2, 3, 7]);
        assertEquals([...readNumbers(whole)], [...readNumbers(parts)]);
      }
    }
    const slope = (f: (x: tf.Tensor) => tf.Tensor) =>
      readNumbers(tf.grad(f)(x, tf.onesLike(tf.zeros([2, 3, 7]))));
    assertClose(
      slope((x) => linearActivate(x, weight, bias, { activation })),
      slope((x) => activate(linear(x, weight, bias), activation)),
      1e-6,
    );
  }
});

testOn("linearActivate() refuses what linear() and activate() refuse", () => {
  assertThrows(
    () => linearActivate(x, turned, bias, { activation: "silu" }),
    TypeError,
    "sizes must fit",
  );
  assertThrows(
    () => linearActivate(x, weight, bias, { activation: "swish" as ActivationName }),
    RangeError,
    "swish",
  );
});
