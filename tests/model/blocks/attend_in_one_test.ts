import { mayRunInOne } from "../../../lib/model/blocks/attend_in_one.ts";
import { nobody, type Observer } from "../../../lib/model/observer.ts";
import { KeyValueCache, type Transformer } from "../../../lib/model/mod.ts";
import { ruled } from "../../../lib/run/rules/rule.ts";
import { inSlices, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { largestGap } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { DECODERS, fixtureModel } from "../fixture.ts";

await startBackend("native");

/** An observer that looks at some sites and changes nothing. */
const looking = (at: RegExp): Observer => ({ ...nobody, watches: (site) => at.test(site) });
const PROMPTS = [[3, 9, 0, 17, 17, 21], [5, 4, 3, 2, 1, 0]];

/** The logits, in one pass or in two. */
async function logits(
  model: Transformer,
  observer: Observer,
  first: number,
): Promise<Float32Array> {
  using past = new KeyValueCache();
  const passes: Float32Array[] = [];
  for (const [from, to] of first > 0 ? [[0, first], [first, 6]] as const : [[0, 6]] as const) {
    const ids = PROMPTS.map((row) => row.slice(from, to));
    const made = await inSlices(model.forward({ ids, ...first > 0 ? { past } : {} }, observer));
    passes.push(made.dataSync<"float32">().slice());
    made.dispose();
  }
  return passes.at(-1)!;
}

Deno.test("attention in one gives what attention in steps does, to the bit, in every family, with and without a past", async () => {
  for (const name of DECODERS) {
    const model = await fixtureModel(name);
    for (const first of [0, 4]) {
      const [whole, steps] = [
        await logits(model, nobody, first),
        await logits(model, looking(/attn\.(z|pattern)$/), first),
      ];
      assertEquals(largestGap(whole, steps), 0, `${name}, after ${first}`);
    }
  }
});

Deno.test("mayRunInOne() says no where somebody looks, scores are more than products, or gradients are others", async () => {
  const may = async (family: string, observer = nobody, more = {}) =>
    mayRunInOne({ ...blockContext(await fixtureModel(family), 0, 4, observer), ...more });
  assertEquals(await may("gpt2"), true);
  assertEquals(await may("llama"), true);
  for (const site of ["attn.q", "attn.v", "attn.scores", "attn.pattern", "attn.z", "attn.result"]) {
    assertEquals(await may("gpt2", looking(new RegExp(`^blocks.0.${site}$`))), false, site);
  }
  assertEquals(await may("gpt2", looking(/^blocks.(1.attn.z|0.attn_out|0.attn.q_input)$/)), true);
  assertEquals(await may("gemma2"), false, "scores are bounded");
  assertEquals(await may("gpt_oss"), false, "heads have sinks");
  const mask = tf.zeros([1, 1, 4, 4]);
  assertEquals(await may("bloom", nobody, { alibi: mask }), false, "scores have a bias");
  assertEquals(await may("gpt2", nobody, { mask }), false);
  assertEquals(await may("gpt2", nobody, { mechanisms: ruled("frozenPattern") }), false);
  assertEquals(await may("gpt2", nobody, { mechanisms: ruled("frozenNorm") }), true);
});
