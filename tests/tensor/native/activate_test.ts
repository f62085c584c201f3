import { activate, activationNames } from "../../../lib/tensor/mod.ts";
import { assertLikeCpu, shapes } from "./like_cpu.ts";

for (const name of activationNames) {
  Deno.test(`the kernel of ${name} gives what its composition gives on the cpu backend`, async () => {
    for (const shape of shapes) await assertLikeCpu((x) => activate(x, name), [shape]);
  });
}
