import { blockSites, outerSites, type Site, type SitePattern } from "../../lib/model/mod.ts";
import { listSites } from "../../lib/model/sites.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { DECODERS, FAMILIES, fixtureModel, PROMPTS } from "./fixture.ts";

Deno.test("A-26 a run reaches every listed site, in the listed order, with the listed axes and shapes", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family);
    using result = await run(model, PROMPTS, { capture: ["*"] });
    assertEquals(result.cache.sites, [...listSites(model.architecture).keys()]);
    assertEquals(result.cache.sites, model.match("*"));
    for (const site of result.cache.sites) {
      const { shape } = result.cache.get(site);
      assertEquals(shape, model.shapeOf(site, 2, 11), `${family} ${site}`);
      assertEquals(model.axesOf(site).length, shape.length, site);
      assertEquals(result.cache.axes(site), model.axesOf(site), site);
    }
  }
});

Deno.test("axes stand in the one order of the library", () => {
  const order = [
    "head",
    "component",
    "expert",
    "batch",
    "position",
    "query",
    "key",
    "width",
    "head_width",
    "neuron",
    "vocabulary",
    "one",
  ];
  for (const [site, axes] of Object.entries({ ...blockSites, ...outerSites })) {
    const places = axes.split(" ").map((axis) => order.indexOf(axis));
    assert(places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]!)), site);
  }
});

Deno.test("a family lacks the sites that it does not compute: none is aliased", async () => {
  const has = async (family: typeof FAMILIES[number]) => {
    const all = (await fixtureModel(family)).match("*");
    const names = [
      "pos_embed",
      "blocks.0.attn.rot_q",
      "blocks.0.mlp.gate",
      "blocks.0.mlp.pre_linear",
      "blocks.0.resid_mid",
    ];
    return names.map((name) => all.includes(name as Site));
  };
  assertEquals(await has("gpt2"), [true, false, false, false, true]);
  assertEquals(await has("llama"), [false, true, true, true, true]);
  // side by side there is no stream between attention and feed-forward.
  assertEquals(await has("gpt_neox"), [false, true, false, false, false]);
});

Deno.test("the tree of sites has each as a leaf, so that completion finds it", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), leaves: string[] = [];
    const walk = (branch: unknown): void => {
      if (typeof branch === "string") leaves.push(branch);
      else Object.values(branch as object).forEach(walk);
    };
    walk(model.sites);
    assertEquals(leaves.sort(), [...model.match("*")].sort());
    const { attn, resid_pre } = model.sites.blocks[1]!;
    assertEquals(resid_pre, "blocks.1.resid_pre");
    assertEquals((attn as Record<string, Site>).pattern, "blocks.1.attn.pattern");
    assertEquals(model.sites.ln_final?.scale, "ln_final.scale");
  }
});

Deno.test("shapeOf() counts key heads where heads are shared, in both spellings", async () => {
  const model = await fixtureModel("llama");
  assertEquals(model.shapeOf("blocks.0.attn.k", 3, 5), [2, 3, 5, 8]);
  assertEquals(model.shapeOf("blocks.0.attn.hook_k" as Site, 3, 5), [2, 3, 5, 8]);
  assertEquals(model.shapeOf("blocks.0.attn.q", 3, 5), [4, 3, 5, 8]);
  assertEquals(model.shapeOf("blocks.1.attn.v_input", 1, 2), [2, 1, 2, 32]);
  assertEquals(model.shapeOf("ln_final.scale", 1, 2), [1, 2, 1]);
  assertEquals(model.shapeOf("logits", 1, 2), [1, 2, 96]);
});

Deno.test("a typo in the name of a site or of a weight is a compile error, and a RangeError in a notebook", async () => {
  const right: Site[] = ["embed", "blocks.0.attn.pattern", "blocks.12.resid_post", "logits"];
  const patterns: SitePattern[] = [...right, "resid_post", "blocks.*.attn.z", "hook_embed"];
  assertEquals(patterns.length, right.length + 3);
  // @ts-expect-error: there is no such site in any family
  const misspelt: Site = "blocks.0.attn.patern";
  // @ts-expect-error: a layer is a number
  const unnumbered: Site = "blocks.first.resid_pre";
  // @ts-expect-error: a site of a block stands with its layer, but in patterns
  const bare: Site = "resid_pre";
  // @ts-expect-error: a pattern without a star is the bare name of a block's site
  const pattern: SitePattern = "resid_pst";
  const model = await fixtureModel("gpt2");
  for (const name of [misspelt, unnumbered, bare, "resid_pst"]) {
    assertThrows(() => model.axesOf(name as Site), RangeError, "the nearest is");
  }
  assertThrows(() => model.match(pattern), RangeError, 'the nearest is "resid_post"');
  // @ts-expect-error: no weight has this name
  assertThrows(() => model.layerWeight(0, "W_q"), RangeError);
  // @ts-expect-error: a leaf of the tree that no family has
  assertEquals(model.sites.blocks[0]!.attn.patern, undefined);
});
