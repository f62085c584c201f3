import { crossEntropy, gradients } from "../../../lib/run/mod.ts";
import { readNumbers } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const greatest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
const total = (rows: readonly Float64Array[]) =>
  rows.flatMap((row) => [...row]).reduce((a, b) => a + b);

for (const family of FAMILIES) {
  Deno.test(`A-27 ${family}: frozenPattern() leaves queries, keys and scores without gradient, and values with theirs`, async () => {
    const model = await fixtureModel(family);
    const at = ["attn.q", "attn.k", "attn.scores", "attn.v", "attn.pattern", "attn.z", "resid_pre"];
    if (family !== "gpt2") at.push("attn.rot_q", "attn.rot_k");
    using frozen = await gradients(model, PROMPTS, crossEntropy(), { at, rules: "frozenPattern" });
    using exact = await gradients(model, PROMPTS, crossEntropy(), { at });
    for (const site of frozen.at.sites) {
      const most = greatest(readNumbers(frozen.get(site)));
      if (/attn\.(q|k|scores|rot_.)$/.test(site)) {
        assertEquals(most, 0, site);
        assert(greatest(readNumbers(exact.get(site))) > 1e-6, `${site} has a gradient otherwise`);
      } else {
        assert(most > 1e-6, site);
      }
    }
    // In the last layer nothing but the pattern's own path is gone.
    for (const site of ["blocks.1.attn.v", "blocks.1.attn.z", "blocks.1.attn.pattern"]) {
      near(readNumbers(frozen.get(site)), readNumbers(exact.get(site)), 1e-6, site);
    }
  });
}

Deno.test("A-12 by frozenPattern() attention is linear in what it reads: gradient × value is the same before and after it", async () => {
  // This family has neither biases nor a centred norm.
  const model = await fixtureModel("llama");
  for (const layer of [0, 1]) {
    const [read, value] = [`blocks.${layer}.ln1.normalized`, `blocks.${layer}.attn.v`];
    const sums = async (rules: "exact" | "frozenPattern") => {
      using found = await gradients(model, PROMPTS, crossEntropy(), { at: [read, value], rules });
      return [total(found.timesValue(read)), total(found.timesValue(value))] as const;
    };
    const [before, after] = await sums("frozenPattern");
    near([before], [after], 1e-5, `layer ${layer}`);
    const [exact, own] = await sums("exact");
    assert(Math.abs(exact - own) > 1e-4, `layer ${layer}: ${exact} is ${own}`);
  }
});
