import { ofCache, ofRun, replace, run, swapSubspace } from "../../../lib/run/mod.ts";
import type { Edit } from "../../../lib/run/mod.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const SITE: Site = "blocks.0.resid_post";

async function edited(...edits: Edit[]): Promise<Float32Array> {
  using result = await run(await fixtureModel("llama"), PROMPTS, { edits, capture: [SITE] });
  return result.cache.get(SITE).dataSync<"float32">().slice();
}

Deno.test("swapSubspace() by a basis of the whole space is a replacement, by its own value the identity", async () => {
  const random = new RandomStream(1, "whole space");
  const all = Array.from({ length: 32 }, () => [...random.normals(32)]);
  const model = await fixtureModel("llama");
  using other = await run(model, PROMPTS.map((ids) => ids.toReversed()), { capture: [SITE] });
  using own = await run(model, PROMPTS, { capture: [SITE] });
  const value = ofCache(other.cache);
  // 32 random rows, made perpendicular one by one in float32
  near(await edited(swapSubspace(SITE, all, value)), await edited(replace(SITE, value)), 1e-3);
  near(await edited(swapSubspace(SITE, all[0]!, ofCache(own.cache))), await edited(), 1e-6);
});

Deno.test("swapSubspace() of a coordinate between the rows of a batch moves that coordinate alone", async () => {
  const third = Array.from({ length: 32 }, (_, i) => i === 3 ? -2 : 0);
  const plain = await edited();
  const swapped = await edited(swapSubspace(SITE, third, ofRun({ examples: [1, 0] })));
  const half = plain.length / 2;
  const expected = plain.map((x, i) => i % 32 === 3 ? plain[(i + half) % plain.length]! : x);
  near(swapped, expected, 1e-6);
});
