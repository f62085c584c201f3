import { attentionPatterns, run, scale } from "../../lib/run/mod.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { same } from "../near.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("attentionPatterns() gives the weights that a capture of the patterns gives", async () => {
  const model = await fixtureModel("llama");
  const prompt = PROMPTS[0]!, edits = [scale("blocks.0.attn.q", 3)];
  using result = await run(model, prompt, { capture: ["attn.pattern"], edits });
  const before = heldTensors();
  const patterns = await attentionPatterns(model, prompt, { edits });
  assertEquals(heldTensors(), before, "it holds plain numbers");
  assertEquals([patterns.layers, patterns.heads], [[0, 1], 4]);
  for (const layer of [0, 1]) {
    const values = result.cache.get(`blocks.${layer}.attn.pattern`).dataSync();
    same(patterns.patterns[layer]!, values);
    assertEquals(patterns.weight(layer, 3, 7, 2), values[(3 * 11 + 7) * 11 + 2]);
    for (let head = 0; head < 4; head++) {
      for (let query = 0; query < 11; query++) {
        let sum = 0;
        for (let key = 0; key < 11; key++) {
          const weight = patterns.weight(layer, head, query, key);
          assert(key <= query ? weight > 0 : weight === 0);
          sum += weight;
        }
        assertAlmostEquals(sum, 1, 1e-6);
      }
    }
  }
});

Deno.test("attentionPatterns() takes one layer, several, and negative ones", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals((await attentionPatterns(model, [1, 2], { layers: -1 })).layers, [1]);
  const two = await attentionPatterns(model, [1, 2], { layers: [1, 0] });
  const one = await attentionPatterns(model, [1, 2], { layers: 0 });
  assertEquals(two.layers, [1, 0]);
  same(two.patterns[1]!, one.patterns[0]!);
  assertEquals(two.weight(0, 2, 1, 0), one.weight(0, 2, 1, 0));
});

Deno.test("attentionPatterns() says what is out of range", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (
    prompt: Parameters<typeof attentionPatterns>[1],
    layers?: number | number[],
  ) =>
    (await assertRejects(
      () => attentionPatterns(model, prompt, layers === undefined ? {} : { layers }),
      RangeError,
    )).message;
  assertEquals(
    await message([1], 2),
    "Cannot read attention of layer 2 as it must be from -2 to 1",
  );
  assertEquals(
    await message([1], [0, -3]),
    "Cannot read attention of layer -3 as it must be from -2 to 1",
  );
  assertEquals(await message([1], []), "Cannot read attention of no layers as there must be one");
  assertEquals(
    await message([[1], [2]]),
    "Cannot read attention as there must be one prompt: there are 2",
  );
  const patterns = await attentionPatterns(model, [1, 2], { layers: 1 });
  for (
    const [layer, head, query, key] of [[0, 0, 0, 0], [1, 4, 0, 0], [1, 0, 2, 0], [1, 0, 0, -3], [
      1,
      0.5,
      0,
      0,
    ]]
  ) {
    assertEquals(patterns.weight(1, -1, -1, -2), patterns.weight(1, 3, 1, 0));
    assertEquals(
      assertThrows(() => patterns.weight(layer!, head!, query!, key!), RangeError).message,
      `Cannot read the weight of layer ${layer}, head ${head}, query ${query}, key ${key} as there are layers 1, heads 0 to 3 and positions 0 to 1`,
    );
  }
});

Deno.test("attentionPatterns() draws every layer that it holds, tokens escaped", async () => {
  const model = await seedling();
  const prompt = "</script><img src=x onerror=alert(1)> \u2028 & Mary";
  const { html, plain } = await drawings(attentionPatterns(model, prompt));
  assert(!/<img src=x|<\/script><img/.test(html));
  assert(plain.length > 0);
  const one = await attentionPatterns(model, prompt, { layers: 2, edits: [scale("logits", 1)] });
  assert((await drawings(one)).html.includes("scale logits by 1"));
  assert(Deno.inspect(one).length > 0);
  assertEquals(JSON.parse(JSON.stringify(one)).patterns[0].length, one.patterns[0]!.length);
});
