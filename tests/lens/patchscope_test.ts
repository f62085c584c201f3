import { identityPrompt, logitLens, patchscope } from "../../lib/lens/mod.ts";
import { generate, nextTokens, ofCache, replace, run, scale } from "../../lib/run/mod.ts";
import { loadFolder } from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, SEEDLING, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS } from "./kinds.ts";

const [SOURCE, TARGET] = PROMPTS as [readonly number[], readonly number[]];
const byId = (list: readonly { id: number; logit: number }[]) =>
  list.toSorted((a, b) => a.id - b.id).map(({ logit }) => logit);

for (const family of KINDS) {
  Deno.test(`F-07 ${family}: a state put where it came from changes nothing`, async () => {
    const model = await fixtureModel(family);
    for (const position of [4, -1]) {
      const found = await patchscope(model, { prompt: SOURCE, position }, {
        prompt: SOURCE,
        position,
        tokens: 4,
        top: 96,
      });
      assertEquals(found.patches.map(({ source, target }) => [source, target]), [[0, 0], [1, 1], [
        2,
        2,
      ]]);
      for (const { text, next } of found.patches) {
        assertEquals(text, found.baseline.text);
        near(byId(next), byId(found.baseline.next), 1e-5);
      }
    }
  });

  Deno.test(`F-07 ${family}: put into the last stream, a state says what the logit lens says`, async () => {
    const model = await fixtureModel(family);
    const lens = await logitLens(model, SOURCE, { top: 96 });
    const found = await patchscope(model, { prompt: SOURCE, position: 5 }, {
      prompt: TARGET,
      layer: -1,
      top: 96,
      tokens: 1,
    });
    for (const { source, target, next, text } of found.patches) {
      assertEquals(target, 2);
      near(byId(next), byId(lens.at(source, 5).top), 1e-5);
      assertEquals(text, next[0]!.token.text);
    }
  });

  Deno.test(`F-07 ${family}: one layer without a map is an activation patch, in what is written too`, async () => {
    const model = await fixtureModel(family), site = "blocks.1.resid_pre";
    const found = await patchscope(model, { prompt: SOURCE, position: 3, layer: 1 }, {
      prompt: TARGET,
      position: 6,
      tokens: 6,
      top: 96,
    });
    using clean = await run(model, SOURCE, { capture: [site] });
    const edits = [replace(site, ofCache(clean.cache, { positions: 3 }), { positions: 6 })];
    const { tokens } = await nextTokens(model, TARGET, { edits, count: 96 });
    near(byId(found.patches[0]!.next), byId(tokens), 1e-5);
    using anew = await generate(model, TARGET, { edits, tokens: 6, useCache: false });
    assertEquals(
      found.patches[0]!.text,
      anew.text,
      "no keys of the target without the patch are used",
    );
  });
}

Deno.test("F-07 a grid of layers, a map and several positions are what single patches are", async () => {
  const model = await fixtureModel("mistral"), before = heldTensors();
  const source = { prompt: SOURCE, position: 3 }, put = { prompt: TARGET, tokens: 3, top: 96 };
  const grid = await patchscope(model, { ...source, layer: [0, 1] }, { ...put, layer: [1, 2, 0] });
  assertEquals(heldTensors(), before);
  assertEquals(grid.patches.map(({ source, target }) => `${source}${target}`), [
    "01",
    "02",
    "00",
    "11",
    "12",
    "10",
  ]);
  for (const patch of grid.patches) {
    const one = await patchscope(model, { ...source, layer: patch.source }, {
      ...put,
      layer: patch.target,
    });
    assertEquals(one.patches[0]!.text, patch.text);
    near(byId(one.patches[0]!.next), byId(patch.next), 1e-5);
  }
  const same = await patchscope(model, { ...source, layer: 1 }, {
    ...put,
    layer: 1,
    map: (state) => state.mul(1),
  });
  assertEquals(same.patches[0]!.text, grid.at(1, 1).text);
  const asked: unknown[] = [];
  const doubled = await patchscope(model, { ...source, layer: 1 }, {
    ...put,
    position: [2, 4],
    map: (state, layers) => (asked.push(layers), state.mul(2)),
  });
  assertEquals(asked, [{ source: 1, target: 1 }]);
  using clean = await run(model, SOURCE, { capture: ["blocks.1.resid_pre"] });
  const state = tf.tidy(() =>
    clean.cache.get("blocks.1.resid_pre").slice([0, 3, 0], [1, 1, -1]).flatten().mul(2)
  );
  const { tokens } = await nextTokens(model, TARGET, {
    edits: [replace("blocks.1.resid_pre", state, { positions: [2, 4] })],
    count: 96,
  });
  near(byId(doubled.patches[0]!.next), byId(tokens), 1e-5);
  state.dispose();
});

Deno.test("F-07 the identity prompt is the default, and edits of the source count", async () => {
  const model = await seedling();
  const found = await patchscope(model, { prompt: "The capital of France is", layer: [2, 4] });
  assertEquals(found.facts.target.text, identityPrompt);
  const lens = await logitLens(model, "The capital of France is", { positions: -1 });
  assertAlmostEquals(
    found.at(4, 4).next[0]!.probability,
    lens.at(-1, -1).top[0]!.probability,
    1e-5,
  );
  const edits = [scale("blocks.3.attn_out", 0)];
  const edited = await patchscope(model, { prompt: "The capital of France is", layer: 4, edits });
  const other = await logitLens(model, "The capital of France is", { positions: -1, edits });
  assertAlmostEquals(edited.patches[0]!.next[0]!.logit, other.at(-1, -1).top[0]!.logit, 1e-4);
});

Deno.test("patchscope() says what is wrong", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (source: object, target: object = { prompt: TARGET }) =>
    (await assertRejects(() => patchscope(model, { prompt: SOURCE, ...source }, target))).message;
  assertEquals(
    await message({ layer: 3 }),
    "Cannot take a state at layer 3 as it must be from -3 to 2, the streams before each block and after the last",
  );
  assertEquals(
    await message({}, { prompt: TARGET, layer: [] }),
    "Cannot put a state as there must be a layer: there is none",
  );
  assertEquals(
    await message({ position: 11 }),
    "Cannot take a state at position 11 as it must be from -11 to 10, the prompt's tokens",
  );
  assert((await message({ layers: 1 })).includes('perhaps "layer" is meant'));
  assertEquals(
    await message({ layer: 1 }, { prompt: TARGET, map: () => tf.ones([31]) }),
    "Cannot put a state that a map made as it must be a tensor [32]: it is [31]",
  );
  assert(
    (await message({}, {})).includes("the model has no tokenizer"),
    "the identity prompt is text",
  );
  const words = await loadFolder(SEEDLING, { name: "seedling" });
  const put = { prompt: "Mary and", position: 0, layer: 0 };
  const begins = words.tokenize("Mary and")[0]!.beginning;
  assertEquals(begins, true);
  const refused = await assertRejects(
    () => patchscope(words, { prompt: "John", layer: 2 }, put),
    RangeError,
  );
  assert(refused.message.includes("must not replace the beginning-of-text token"));
  const read = await patchscope(words, { prompt: "John", layer: 2 }, { ...put, tokens: 0 });
  assertEquals(read.patches[0]!.text, "");
  words.dispose();
  const stop = AbortSignal.abort(new Error("enough"));
  await assertRejects(
    () => patchscope(model, { prompt: SOURCE }, { prompt: TARGET, signal: stop }),
    Error,
    "enough",
  );
});

Deno.test("patchscope() draws itself beside the target without a patch", async () => {
  const model = await seedling();
  const { html, plain } = await drawings(
    patchscope(model, { prompt: "<img src=x> Mary", layer: 3 }, {
      prompt: "The capital of France is",
    }),
  );
  assert(!html.includes("<img src") && plain.includes("no patch"));
});
