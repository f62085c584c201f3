import { loadFolder } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { drawings } from "../run/drawings.ts";
import { FAMILIES, fixtureModel, fixturePath, PROMPTS, seedling } from "./fixture.ts";

Deno.test("a model says what it computes, in our words", async () => {
  const { architecture } = await fixtureModel("llama");
  assertEquals(architecture, {
    family: "llama",
    width: 32,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    headWidth: 8,
    neurons: 64,
    vocabulary: 96,
    positions: 64,
    norm: { kind: "rms", epsilon: 1e-6 },
    position: {
      kind: "rotary",
      base: 10000,
      rotated: 8,
      pairing: "half",
      scaling: { kind: "default" },
    },
    attentionScales: [1 / Math.sqrt(8), 1 / Math.sqrt(8)],
    gated: true,
    activation: "silu",
    parallel: false,
    tied: false,
    biases: {
      attention: false,
      attentionOutput: false,
      feedForward: false,
      norm: false,
      unembed: false,
    },
  });
  const neox = (await fixtureModel("gpt_neox")).architecture;
  assertEquals([neox.parallel, neox.activation, neox.norm.kind], [true, "gelu", "layer"]);
  assertEquals(neox.position.kind === "rotary" && neox.position.rotated, 2);
});

Deno.test("a model finds its sites in both spellings", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(model.site("blocks.1.attn.hook_pattern"), "blocks.1.attn.pattern");
  assertEquals(model.axesOf("blocks.1.attn.pattern"), ["head", "batch", "query", "key"]);
});

Deno.test("a model draws itself as a tree, and describes itself without its weights", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const { html, plain } = await drawings(model);
    for (const text of [family, "blocks.1.attn.pattern", "ln_final"]) {
      assert(html.includes(text) && plain.includes(text), `${family}: ${text}`);
    }
    assertEquals(Deno.inspect(model), plain);
    const described = JSON.parse(JSON.stringify(model));
    assertEquals(described.architecture.width, 32);
    assertEquals(Object.keys(described), ["provenance", "architecture"]);
  }
});

Deno.test("a disposed model frees its weights and refuses to run", async () => {
  const before = heldTensors();
  const model = await loadFolder(fixturePath("families/gpt2"));
  assertEquals(heldTensors(), before, "loading alone makes no tensors");
  (await run(model, PROMPTS)).dispose();
  assert(heldTensors() > before);
  model.dispose();
  model.dispose();
  assertEquals(heldTensors(), before);
  const error = await assertRejects(() => run(model, PROMPTS), Error);
  assertEquals(error.message, "Cannot use weights as they must not be disposed: they were");
  assertEquals(heldTensors(), before);
});

Deno.test("two models in one process do not disturb each other", async () => {
  const [one, other] = [await fixtureModel("gpt2"), await loadFolder(fixturePath("families/gpt2"))];
  using a = await run(one, PROMPTS);
  (await run(other, PROMPTS)).dispose();
  other.dispose();
  using b = await run(one, PROMPTS);
  assertEquals([...a.logits.dataSync()], [...b.logits.dataSync()]);
});

Deno.test("seedling has the shape that its card says", async () => {
  const { architecture, weights } = await seedling();
  const { layers, heads, width, neurons, positions, vocabulary, tied } = architecture;
  assertEquals([layers, heads, width, neurons, positions, vocabulary, tied], [
    4,
    8,
    256,
    1024,
    256,
    3256,
    true,
  ]);
  assertEquals(weights.storedTypes, ["BF16"]);
  assert(Math.abs(weights.count - 4.06e6) < 0.01e6, `${weights.count} weights`);
  assertEquals(weights.bytes, 2 * weights.count);
});
