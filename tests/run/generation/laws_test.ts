/** What must be true of a generation whatever does the arithmetic; `every_backend.ts` runs it on each backend. */

import {
  add,
  type Edit,
  generate,
  type GenerateOptions,
  scale,
  zero,
} from "../../../lib/run/mod.ts";
import { startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { idsOf, logProbabilities } from "./written.ts";

await startBackend();
/** The design's tolerance on logits: of double precision, or of float32. */
const tolerance = tf.getBackend() === "float64" ? 1e-9 : 1e-4;

/** Edits of a tiny model: of the prompt's last position, of generated tokens, of both, and of everything. */
function editLists(width: number): readonly (readonly Edit[])[] {
  const direction = Float32Array.from({ length: width }, (_, i) => Math.sin(i));
  return [
    [add("blocks.1.resid_pre", direction, { positions: -1 })],
    [add("blocks.1.resid_pre", direction, { steps: "generated", scale: 2 })],
    [scale("blocks.0.attn.z", -1, { heads: [1], steps: [0, 2] })],
    [
      add("blocks.1.resid_pre", direction, { positions: { from: 1, to: 3 } }),
      zero("blocks.1.mlp.post", { neurons: [0, 3, 5], steps: { from: 1 } }),
    ],
    [zero("blocks.0.attn.pattern", { heads: 0 })],
  ];
}

for (const family of FAMILIES) {
  Deno.test(`generate() with keys and values kept writes and captures what recomputing does, edited or not: ${family}`, async () => {
    const model = await fixtureModel(family), { width } = model.architecture;
    for (const edits of [[], ...editLists(width)]) {
      for (const prompts of [[PROMPTS[0]!], [PROMPTS[0]!, PROMPTS[1]!.slice(0, 6)]]) {
        const options: GenerateOptions = {
          tokens: 6,
          edits,
          stopTokens: [],
          capture: ["logits", "blocks.1.attn.pattern", "blocks.1.resid_post"],
        };
        using kept = await generate(model, prompts, options);
        using anew = await generate(model, prompts, { ...options, useCache: false });
        assertEquals(idsOf(kept), idsOf(anew));
        near(logProbabilities(kept), logProbabilities(anew), tolerance);
        assertEquals(kept.cache.sites, anew.cache.sites);
        for (const site of kept.cache.sites) {
          assertEquals(kept.cache.get(site).shape, anew.cache.get(site).shape, site);
          near(
            await kept.cache.get(site).data(),
            await anew.cache.get(site).data(),
            tolerance,
            site,
          );
        }
      }
    }
  });

  Deno.test(`generate() writes after each prompt of a batch what it writes after it alone: ${family}`, async () => {
    const model = await fixtureModel(family);
    const prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 5), PROMPTS[0]!.slice(3, 5)];
    for (const options of [{}, { edits: editLists(model.architecture.width)[1]! }]) {
      const given = { tokens: 5, stopTokens: [], ...options };
      const together = await generate(model, prompts, given);
      for (const [row, prompt] of prompts.entries()) {
        const alone = await generate(model, prompt, given);
        assertEquals(idsOf(together)[row], idsOf(alone)[0]);
        // Matrix products of more rows may add up in another order.
        near(
          together.texts[row]!.tokens.map(({ logProbability }) => logProbability),
          alone.texts[0]!.tokens.map(({ logProbability }) => logProbability),
          tolerance / 10,
        );
      }
    }
  });
}
