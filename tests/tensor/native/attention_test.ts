import {
  attentionMix,
  attentionScores,
  maskCausal,
  softmax,
  type tf,
} from "../../../lib/tensor/mod.ts";
import { assertLikeCpu } from "./like_cpu.ts";

Deno.test("whole attention gives what it gives on the cpu backend, with gradients", async () => {
  const attend = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
    attentionMix(softmax(attentionScores(q, k, { scale: 0.4 })), v);
  await assertLikeCpu(attend, [[4, 2, 3, 5], [2, 2, 3, 5], [2, 2, 3, 6]]);
  await assertLikeCpu(attend, [[3, 1, 1, 5], [1, 1, 7, 5], [1, 1, 7, 2]]);
});

Deno.test("the mask gives what its composition gives on the cpu backend", async () => {
  for (const shape of [[3, 3], [2, 1, 4], [2, 5, 3], [1, 2, 0, 2]]) {
    await assertLikeCpu(maskCausal, [shape], { gradients: false });
  }
});
