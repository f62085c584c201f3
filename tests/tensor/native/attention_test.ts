import {
  attend,
  attentionMix,
  attentionScores,
  maskCausal,
  mergeHeads,
  softmax,
  tf,
} from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { assertClose, normals, tensor } from "../plain.ts";
import { assertLikeCpu } from "./like_cpu.ts";

Deno.test("whole attention gives what it gives on the cpu backend, with gradients", async () => {
  const inSteps = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
    attentionMix(softmax(attentionScores(q, k, { scale: 0.4 })), v);
  await assertLikeCpu(inSteps, [[4, 2, 3, 5], [2, 2, 3, 5], [2, 2, 3, 6]]);
  await assertLikeCpu(inSteps, [[3, 1, 1, 5], [1, 1, 7, 5], [1, 1, 7, 2]]);
});

Deno.test("the mask gives what its composition gives on the cpu backend", async () => {
  for (const shape of [[3, 3], [2, 1, 4], [2, 5, 3], [1, 2, 0, 2]]) {
    await assertLikeCpu(maskCausal, [shape], { gradients: false });
  }
});

Deno.test("attention takes later keys only where a pattern has weight on them, and the bits of attention in one", async () => {
  await tf.setBackend("native");
  // More than are taken together.
  const length = 300, shape = [2, 1, length, 4];
  const [query, key, value] = [1, 2, 3].map((seed) => tensor(normals(seed, ...shape))) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const pattern = softmax(attentionScores(query, key, { scale: 0.5 }));
  const whole = attend(
    { query: { of: query }, key: { of: key }, value: { of: value } },
    { heads: 2, groups: 2, headWidth: 4, scale: 0.5 },
  );
  const mixed = attentionMix(pattern, value);
  assertEquals(whole.dataSync(), mergeHeads(mixed).dataSync());
  const edited = pattern.dataSync().slice();
  edited[10 * length + 299] = 2;
  const changed = attentionMix(tf.tensor(edited, [2, 1, length, length]), value).dataSync();
  const expected = mixed.dataSync().slice(), values = value.dataSync();
  for (let i = 0; i < 4; i++) expected[10 * 4 + i]! += 2 * values[299 * 4 + i]!;
  assertClose(changed, expected, 1e-6);
});
