/** In double precision, as heads add up exactly there. */

import { attentionLens } from "../../lib/lens/mod.ts";
import { run, scale } from "../../lib/run/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { readNumbers, startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS, ordered, probabilities } from "./kinds.ts";

await startBackend("float64");

const ALL = Array.from({ length: 96 }, (_, id) => id), PROMPT = PROMPTS[0]!.slice(0, 6);

/** Attention's part of the logits in plain loops: the last norm frozen, no bias of it, no b_U, no cap. */
async function attribution(model: Transformer, layer: number): Promise<number[]> {
  const { architecture } = model,
    { norm, logitScale = 1, writingScale = 1, norms = "before", width } = architecture;
  const sites = [
    `blocks.${layer}.attn_out`,
    "ln_final.scale",
    ...norms === "before" ? [] : [`blocks.${layer}.ln1_post.scale`],
  ];
  using result = await run(model, PROMPT, { capture: sites });
  const read = (site: string, size: number) => readNumbers(result.cache.get(site)).slice(-size);
  const weight = async (
    name: string,
  ) => [...await model.weight(name).data() as unknown as Float64Array];
  const own = read(sites[0]!, width), scale = read("ln_final.scale", 1)[0]!;
  let bias = (await model.layerWeight(layer, "b_O")!.data() as unknown as Float64Array).map((x) =>
    x * writingScale
  );
  if (norms !== "before") {
    const gain = await weight(`blocks.${layer}.ln1_post.w`), by = read(sites[2]!, 1)[0]!;
    bias = bias.map((x, i) => x / by * gain[i]!);
  }
  const part = [...own].map((x, i) => x - bias[i]!);
  const mean = norm.kind === "layer" ? part.reduce((a, b) => a + b) / width : 0;
  const gain = norm.gains === false ? Array(width).fill(1) : await weight("ln_final.w");
  const W = await weight("W_U");
  const normed = part.map((x, i) => (x - mean) / scale * gain[i]!);
  return ALL.map((id) => logitScale * normed.reduce((sum, x, i) => sum + x * W[i * 96 + id]!, 0));
}

for (const family of KINDS) {
  Deno.test(`F-05 ${family}: untrained, the heads of a layer add up to attention's direct attribution less its bias`, async () => {
    const model = await fixtureModel(family);
    const lens = await attentionLens(model, PROMPT, { track: ALL });
    using result = await run(model, PROMPT);
    const end = probabilities(readNumbers(result.logits).slice(-96));
    for (const { layer, heads, sum, gap, divergence } of lens.layers) {
      const expected = await attribution(model, layer);
      near(sum.tracked.map(({ logit }) => logit), expected, 1e-9);
      near(
        ALL.map((id) => heads.reduce((total, { tracked }) => total + tracked[id]!.logit, 0)),
        expected,
        1e-9,
      );
      assert(gap < 1e-9);
      const said = probabilities(expected);
      assertAlmostEquals(
        divergence,
        end.reduce((total, p, id) => total + p * Math.log(p / said[id]!), 0),
        1e-9,
      );
      for (const { promoted, suppressed, tracked, mean, deviation } of [...heads, sum]) {
        const row = tracked.map(({ logit }) => logit);
        assertEquals(promoted.map(({ id }) => id), ordered(row).slice(0, 5));
        assertEquals(suppressed.map(({ id }) => id), ordered(row.map((x) => -x)).slice(0, 5));
        assertAlmostEquals(mean, row.reduce((a, b) => a + b) / 96, 1e-9);
        assertAlmostEquals(deviation ** 2, row.reduce((a, b) => a + (b - mean) ** 2, 0) / 96, 1e-9);
      }
    }
    assertAlmostEquals(
      lens.facts.uniform,
      Math.log(96) + end.reduce((a, p) => a + p * Math.log(p), 0),
      1e-9,
    );
  });
}

Deno.test("attentionLens() takes layers, heads, a position and edits, and frees what it makes", async () => {
  const model = await fixtureModel("gpt2");
  const all = await attentionLens(model, PROMPT, { position: 2 }), before = heldTensors();
  const some = await attentionLens(model, PROMPT, {
    layers: -1,
    heads: [3, 0],
    position: 2,
    norm: "frozen",
  });
  assertEquals(heldTensors(), before);
  assertEquals(some.layers.map(({ layer }) => layer), [1]);
  assertEquals(some.layers[0]!.heads, [all.layers[1]!.heads[3]!, all.layers[1]!.heads[0]!]);
  assertEquals(some.layers[0]!.sum, all.layers[1]!.sum);
  const edited = await attentionLens(model, PROMPT, {
    layers: 1,
    edits: [scale("blocks.1.attn.z", 0)],
  });
  for (const { promoted } of edited.layers[0]!.heads) {
    assertAlmostEquals(promoted[0]!.logit, 0, 1e-12);
  }
  const bare = await attentionLens(model, PROMPT, { norm: "none" });
  assert(bare.layers[0]!.gap < 1e-9);
});

Deno.test("attentionLens() says what is wrong, and draws itself", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (options: object) =>
    (await assertRejects(() => attentionLens(model, PROMPT, options), RangeError)).message;
  assertEquals(
    await message({ layers: 2 }),
    "Cannot use an attention lens of layer 2 as it must be from -2 to 1",
  );
  assertEquals(
    await message({ heads: [4] }),
    "Cannot use an attention lens of head 4 as it must be from -4 to 3",
  );
  assertEquals(
    await message({ layers: [] }),
    "Cannot use an attention lens as there must be a layer: there is none",
  );
  await assertRejects(() => attentionLens(model, PROMPTS), RangeError, "there are 2");
  const words = await seedling();
  const { html, plain } = await drawings(
    attentionLens(words, "<img src=x> Mary", { layers: 3, track: " Mary" }),
  );
  assert(
    !html.includes("<img src") && plain.includes("3, all heads") &&
      plain.includes("of equal probabilities"),
  );
  const lens = await attentionLens(words, "Mary", { layers: 0 });
  assertEquals(JSON.parse(JSON.stringify(lens)).layers.length, 1);
  assert(Deno.inspect(lens).includes("promotes"));
});
