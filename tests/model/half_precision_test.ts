/** Checkpoints whose weights are stored in other types than float32. */

import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import { FAMILIES, type PlainCheckpoint, PROMPTS, readFixture, withModel } from "./fixture.ts";
import { referenceForward } from "./reference_forward.ts";

/** The nearest number of a 16-bit type. */
function rounded(values: Float32Array, dtype: "F16" | "BF16"): Float32Array {
  if (dtype === "F16") return Float32Array.from(Float16Array.from(values));
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  const upper = bits.map((whole) => ((whole + 0x7FFF + (whole >>> 16 & 1)) >>> 16) << 16);
  return new Float32Array(upper.buffer);
}

for (const dtype of ["F16", "BF16"] as const) {
  Deno.test(`weights stored in ${dtype} are computed with in float32`, async () => {
    for (const family of FAMILIES) {
      const plain = await readFixture(family);
      plain.config.torch_dtype = dtype === "F16" ? "float16" : "bfloat16";
      delete plain.config.dtype;
      const small: PlainCheckpoint = {
        config: plain.config,
        tensors: new Map([...plain.tensors].map(([name, { shape, values }]) => [
          name,
          { shape, values: rounded(values, dtype) },
        ])),
      };
      const expected = referenceForward(small, PROMPTS).get("logits")!;
      const whole = referenceForward(plain, PROMPTS).get("logits")!;
      for (const shard of [undefined, 5]) {
        await withModel(plain, async (model) => {
          assertEquals(model.weights.storedTypes, [dtype]);
          using result = await run(model, PROMPTS);
          near(result.logits.dataSync(), expected, 1e-4, `${family} ${dtype}`);
          const gap = whole.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
          assert(gap > 1e-4, "the rounding is seen, so that the comparison above could fail");
        }, { dtype, ...shard === undefined ? {} : { shard } });
      }
    }
  });
}

Deno.test("weights stored in F64 are rounded to float32, and types may be mixed in a file", async () => {
  for (const family of FAMILIES) {
    const plain = await readFixture(family);
    const expected = referenceForward(plain, PROMPTS).get("logits")!;
    [...plain.tensors.values()].forEach((tensor, i) => tensor.dtype = i % 2 ? "F64" : "F32");
    await withModel(plain, async (model) => {
      assertEquals(model.weights.storedTypes, ["F32", "F64"]);
      using result = await run(model, PROMPTS);
      near(result.logits.dataSync(), expected, 1e-4, family);
    });
  }
});
