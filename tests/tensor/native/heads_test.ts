import { mergeHeads, splitHeads } from "../../../lib/tensor/mod.ts";
import { assertLikeCpu } from "./like_cpu.ts";

Deno.test("the kernels of heads give what their compositions give on the cpu backend", async () => {
  const layout = { heads: 3, headWidth: 5, offset: 2, stride: 7 };
  await assertLikeCpu((x) => splitHeads(x, layout), [[2, 3, 24]]);
  await assertLikeCpu((x) => splitHeads(x, { heads: 2, headWidth: 40 }), [[2, 3, 80]]);
  await assertLikeCpu(mergeHeads, [[3, 2, 4, 5]]);
});
