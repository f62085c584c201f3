/** Every decoder among the fixtures, against the numbers that transformers computed from the same files. */

import { run } from "../../../lib/run/mod.ts";
import { families } from "../../../lib/model/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { same } from "../../near.ts";
import { DECODERS, fixtureModel, readFixture, withModel } from "../fixture.ts";
import { checkExpected, expectedPrompts } from "./families_check.ts";

for (const name of DECODERS) {
  Deno.test(`${name}: logits, streams and attention are those of transformers, to the parity that it claims`, async () => {
    const model = await fixtureModel(name), { parity } = families.get(model.architecture.family)!;
    assert(parity <= 1e-4, `${parity}`);
    await checkExpected(model, name, parity);
  });
}

/** The nearest number of a 16-bit type. */
function rounded(values: Float32Array, dtype: "F16" | "BF16"): Float32Array {
  if (dtype === "F16") return Float32Array.from(Float16Array.from(values));
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  const upper = bits.map((whole) => ((whole + 0x7FFF + (whole >>> 16 & 1)) >>> 16) << 16);
  return new Float32Array(upper.buffer);
}

for (const name of DECODERS) {
  Deno.test(`${name}: 16-bit weights, in shards, give what the widened weights give, bit for bit`, async () => {
    for (const dtype of ["F16", "BF16"] as const) {
      const plain = await readFixture(name), prompts = expectedPrompts(name);
      for (const tensor of plain.tensors.values()) tensor.values = rounded(tensor.values, dtype);
      const logits = (options: { dtype?: "F16" | "BF16"; shard?: number }) =>
        withModel(plain, async (model) => {
          using result = await run(model, prompts);
          assertEquals(model.weights.storedTypes, [options.dtype ?? "F32"]);
          return Float32Array.from(result.logits.dataSync());
        }, options);
      const [wide, narrow] = [await logits({}), await logits({ dtype, shard: 5 })];
      same(narrow, wide, `${name} ${dtype}`);
    }
  });
}
