import { logSoftmax, softmax } from "../../../lib/tensor/mod.ts";
import { assertLikeCpu, shapes } from "./like_cpu.ts";

Deno.test("softmax() and logSoftmax() give what the cpu backend gives, at every rank", async () => {
  for (const shape of shapes.filter(({ length }) => length > 0)) {
    const gradients = !shape.includes(0);
    await assertLikeCpu(softmax, [shape], { gradients });
    await assertLikeCpu(logSoftmax, [shape], { gradients });
  }
});
