/** Variants that are taken up within a block measure what a run of each does. */

import { type Edit, logit, run, scale, sweep, zero } from "../../../lib/run/mod.ts";
import type { Site, Transformer } from "../../../lib/model/mod.ts";
import { assert } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

/** Longer than the windows of those families that have some. */
const PROMPTS = [[3, 17, 24, 40, 9, 61, 12, 33, 7], [52, 9, 61, 70, 5, 6, 8]];

/** Edits of a site within a block, of one head where it has heads. */
function editsOf(model: Transformer, site: Site): readonly (readonly Edit[])[] {
  const axes = model.axesOf(site), size = model.shapeOf(site, 1, 1);
  const own = axes[0] === "head" ? { heads: size[0]! - 1 } : {};
  if (site.endsWith("moe.indices")) return [];
  const key = axes.includes("key") ? { keys: 1 } : {};
  return [
    [scale(site, 1.5, { ...own, ...key, positions: 2 })],
    [zero(site, { ...own, positions: -1 })],
  ];
}

for (
  const family of [
    "gpt2",
    "llama",
    "gpt_neox",
    "phi",
    "olmo",
    "olmo2",
    "qwen3",
    "mixtral",
    "gemma",
    "gemma2",
    "gemma3",
    "bloom",
    "mpt",
    "gpt_oss",
    "gpt_neo",
  ]
) {
  Deno.test(`sweep() takes variants up at every site of a block of ${family}, and measures what runs do`, async () => {
    const model = await fixtureModel(family);
    const sites = model.match("blocks.*").filter((site) => !/scale$/.test(site));
    const variants = sites.flatMap((site) => editsOf(model, site)).map((edits) => ({ edits }));
    const result = await sweep(model, PROMPTS, variants, logit(9));
    for (const [variant, { edits }] of variants.entries()) {
      using alone = await run(model, PROMPTS, { edits });
      alone.measure(logit(9)).forEach((value, example) => {
        const found = result.at(variant, example);
        const text = JSON.stringify(edits.map(({ at, kind }) => [at, kind]));
        assert(
          Math.abs(found - value) <= 1e-5 * Math.max(1, Math.abs(value)),
          `${text}: ${found} for ${value}`,
        );
      });
    }
  });
}
