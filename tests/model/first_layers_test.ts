import { families, loadFolder } from "../../lib/model/mod.ts";
import { firstLayers, usesOf } from "../../lib/model/first_layers.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { near } from "../near.ts";
import {
  FAMILIES,
  fixtureModel,
  fixturePath,
  PROMPTS,
  readFixture,
  withFolder,
  writePlain,
} from "./fixture.ts";

Deno.test("load() with first gives the stream that the whole model has after those layers", async () => {
  for (const name of FAMILIES) {
    const whole = await fixtureModel(name);
    using expected = await run(whole, [...PROMPTS], { capture: ["resid_post"] });
    const model = await loadFolder(fixturePath(`families/${name}`), { first: 1 });
    assertEquals(model.architecture.layers, 1);
    assertEquals(model.architecture.attentionScales.length, 1);
    assertEquals(model.provenance.changes, ["the first 1 of 2 layers"]);
    assertThrows(() => model.site("blocks.1.resid_post"), RangeError);
    using actual = await run(model, [...PROMPTS], { capture: ["resid_post"] });
    const site = "blocks.0.resid_post";
    // The same kernels on the same numbers.
    near(actual.cache.get(site).dataSync(), expected.cache.get(site).dataSync(), 0, name);
    model.dispose();
  }
});

Deno.test("loadFolder() with first needs no shard of later layers, and says which of the others it lacks", async () => {
  const plain = await readFixture("gpt2");
  await withFolder(async (folder) => {
    writePlain(folder, plain, { shard: 1 });
    const index = JSON.parse(Deno.readTextFileSync(`${folder}/model.safetensors.index.json`));
    for (const [tensor, file] of Object.entries<string>(index.weight_map)) {
      if (tensor.includes("h.1.")) Deno.removeSync(`${folder}/${file}`);
    }
    (await loadFolder(folder, { first: 1 })).dispose();
    await assertRejects(() => loadFolder(folder), Error, "it must exist, as");
    const lost = index.weight_map["transformer.h.0.mlp.c_fc.weight"];
    Deno.removeSync(`${folder}/${lost}`);
    await assertRejects(() => loadFolder(folder, { first: 1 }), Error, `${lost} as it must exist`);
  });
});

Deno.test("firstLayers() refuses layers that the model has not", async () => {
  const { architecture } = await fixtureModel("llama");
  const start =
    "Cannot load the first layers of a model as first must be a whole number from 1 to 2, its layers: current value is";
  for (const first of [0, 3, 1.5, NaN, -1, "1" as unknown as number]) {
    const error = assertThrows(() => firstLayers(architecture, first), RangeError);
    assertEquals(error.message, `${start} ${Deno.inspect(first)}`);
  }
  assertEquals(firstLayers(architecture, 2), architecture);
});

Deno.test("usesOf() knows the layers of a checkpoint by their numbers, however many it claims", async () => {
  const family = families.get("gpt2")!, { architecture } = await fixtureModel("gpt2");
  const uses = usesOf(family, { ...architecture, layers: 2 ** 31 - 1 }, 3);
  for (
    const [name, of] of [
      ["transformer.wte.weight", true],
      ["wte.weight", true],
      ["transformer.h.2.ln_1.weight", true],
      ["h.3.ln_1.weight", false],
      ["transformer.h.30.attn.anything", false],
      ["transformer.h.0.attn.bias", false], // a buffer
      ["transformer.h.2147483647.ln_1.weight", true], // beyond the last layer: to be refused
      ["something.h.5.else", true],
    ] as const
  ) assertEquals(uses(name), of, name);
  assert(usesOf(family, architecture, 2)("transformer.h.1.ln_1.weight"));
});
