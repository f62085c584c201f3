import { rotate, type tf } from "../../../lib/tensor/mod.ts";
import { assertLikeCpu } from "./like_cpu.ts";

Deno.test("the kernel of rotate() gives what its composition gives on the cpu backend", async () => {
  for (const pairing of ["half", "interleaved"] as const) {
    const of = (x: tf.Tensor, c: tf.Tensor, s: tf.Tensor) =>
      rotate(x, c as tf.Tensor2D, s as tf.Tensor2D, { pairing });
    await assertLikeCpu(of, [[3, 2, 4, 9], [4, 3], [4, 3]]);
    await assertLikeCpu(of, [[4, 6], [4, 3], [4, 3]]);
  }
});
