/** Edits that change nothing must change nothing: at every site, of every kind. */

import {
  add,
  apply,
  type Cache,
  type Edit,
  replace,
  resample,
  run,
  scale,
} from "../../lib/run/mod.ts";
import type { Site, Transformer } from "../../lib/model/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near, same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";

/** At these sites the forward pass takes another way to the same numbers: a product per head instead of one for all. */
const REROUTED = /attn\.(result|q_input|k_input|v_input)$/;

async function logitsOf(
  model: Transformer,
  edits: readonly Edit[],
  capture: readonly string[] = [],
): Promise<Float32Array> {
  using result = await run(model, PROMPTS, { edits, capture });
  return result.logits.dataSync<"float32">().slice();
}

for (const family of FAMILIES) {
  Deno.test(`A-26 ${family}: a capture of everything changes no bit of the logits`, async () => {
    const model = await fixtureModel(family);
    same(await logitsOf(model, [], ["*"]), await logitsOf(model, []));
  });

  Deno.test(`A-26 C-12 ${family}: identity edits at every site leave the logits as they are`, async () => {
    const model = await fixtureModel(family);
    const plain = await logitsOf(model, []);
    using cached = await run(model, PROMPTS, { capture: ["*"] });
    const sites = model.match("*");
    assertEquals(sites.length, { gpt2: 49, llama: 56, gpt_neox: 50 }[family]);
    for (const site of sites) {
      for (const [title, edit] of identities(site, cached.cache)) {
        const actual = await logitsOf(model, [edit]);
        if (REROUTED.test(site)) near(actual, plain, 1e-5, `${title} at ${site}`);
        else same(actual, plain, `${title} at ${site}`);
      }
    }
  });

  Deno.test(`A-26 C-12 ${family}: identity edits at all sites at once leave the logits as they are`, async () => {
    const model = await fixtureModel(family);
    const plain = await logitsOf(model, []);
    const all = model.match("*"), direct = all.filter((site) => !REROUTED.test(site));
    const identity = (site: Site) => apply(site, (x) => x);
    same(await logitsOf(model, direct.map(identity)), plain, "without captures");
    same(await logitsOf(model, direct.map(identity), ["*"]), plain, "with captures");
    near(await logitsOf(model, all.map(identity), ["*"]), plain, 1e-5, "at all sites");
  });

  Deno.test(`A-26 ${family}: a stream written back at one layer gives the whole run`, async () => {
    const model = await fixtureModel(family);
    using cached = await run(model, PROMPTS, { capture: ["blocks.0.resid_post"] });
    const value = cached.cache.get("blocks.0.resid_post");
    // Were layer 0 run again on top, other tokens would give other logits.
    const others = PROMPTS.map((ids) => ids.map((id) => (id + 1) % 96));
    using written = await run(model, others, { edits: [replace("blocks.0.resid_post", value)] });
    same(written.logits.dataSync(), await logitsOf(model, []));
  });
}

function identities(site: Site, cache: Cache): [title: string, edit: Edit][] {
  return [
    ["apply of x => x", apply(site, (x) => x)],
    ["scale by 1", scale(site, 1)],
    ["add of 0", add(site, 0)],
    ["replace by its own value", replace(site, cache.get(site))],
    ["resample from its own run", resample(site, cache)],
    ["apply of x => x in one row", apply(site, (x) => x, { examples: [1] })],
  ];
}

Deno.test("identity edits can fail: the same edits with other values change logits at every site", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const plain = await logitsOf(model, []);
    for (const site of model.match("*")) {
      const actual = await logitsOf(model, [scale(site, 1.5, { examples: [0] })]);
      assert(actual.slice(0, 96 * 11).some((x, i) => x !== plain[i]), `${family} ${site}`);
      const [other, expected] = [actual.slice(96 * 11), plain.slice(96 * 11)];
      near(other, expected, REROUTED.test(site) ? 1e-5 : 0, `${family} ${site}: the other row`);
    }
  }
});
