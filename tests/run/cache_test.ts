import { Cache, run, scale } from "../../lib/run/mod.ts";
import { megabytes } from "../../lib/run/cache.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("a cache gives values, axes and bytes by our names and by those of TransformerLens", async () => {
  const model = await fixtureModel("llama");
  using result = await run(model, PROMPTS, { capture: ["blocks.0.attn.k", "attn.scores"] });
  const { cache } = result;
  assertEquals(cache.sites, ["blocks.0.attn.k", "blocks.0.attn.scores", "blocks.1.attn.scores"]);
  assertEquals(cache.axes("blocks.0.attn.k"), ["head", "batch", "position", "head_width"]);
  assertEquals(cache.get("blocks.0.attn.hook_k").shape, [2, 2, 11, 8]);
  assertEquals(cache.axes("blocks.1.attn.hook_attn_scores"), ["head", "batch", "query", "key"]);
  assert(cache.get("blocks.0.attn.k") === cache.get("blocks.0.attn.hook_k"), "one tensor a site");
  assertEquals([cache.has("blocks.0.attn.hook_k"), cache.has("blocks.1.attn.k")], [true, false]);
  assertEquals(cache.bytes, 4 * (2 * 2 * 11 * 8 + 2 * 4 * 2 * 11 * 11));
});

Deno.test("a cache says what it holds where a site was not captured", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, [1, 2], { capture: ["blocks.0.*"] });
  assertEquals(
    assertThrows(() => result.cache.get("embed"), RangeError).message,
    'Cannot read "embed" from the cache as it must be captured: captured are blocks.0.resid_pre, ' +
      "blocks.0.attn.q_input, blocks.0.attn.k_input, blocks.0.attn.v_input, blocks.0.ln1.scale, blocks.0.ln1.normalized, ...",
  );
  using empty = await run(model, [1, 2]);
  assertEquals(
    assertThrows(() => empty.cache.axes("blocks.0.attn.z"), RangeError).message,
    'Cannot read "blocks.0.attn.z" from the cache as it must be captured: captured are no sites',
  );
});

Deno.test("a cache frees its values by dispose and using, once and for all", async () => {
  const model = await fixtureModel("gpt2");
  const result = await run(model, PROMPTS, { capture: ["*"] });
  const z = result.cache.get("blocks.0.attn.z");
  result.cache.dispose();
  result.cache.dispose();
  assert(z.isDisposed);
  assertEquals(result.cache.bytes, 0);
  assertEquals(
    assertThrows(() => result.cache.get("blocks.0.attn.z"), RangeError).message,
    'Cannot read "blocks.0.attn.z" from the cache as it must be captured: the cache was disposed',
  );
  assert(!result.logits.isDisposed, "the logits are the result's");
  result.dispose();
  assert(result.logits.isDisposed);
});

Deno.test("captured tensors share no memory with weights, logits or what a later run computes with", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    for (const prompts of [PROMPTS, [PROMPTS[0]!]]) {
      using before = await run(model, prompts);
      const logits = before.logits.dataSync<"float32">().slice();
      using result = await run(model, prompts, { capture: ["*"] });
      // On the CPU reading gives the very array that the tensor lies in.
      for (const site of result.cache.sites) result.cache.get(site).dataSync().fill(7);
      using after = await run(model, prompts);
      same(after.logits.dataSync(), logits, family);
      same(before.logits.dataSync(), logits, `${family}: earlier logits`);
    }
  }
});

Deno.test("a captured value outlives a tidy scope and stays what it was when later runs are made", async () => {
  const model = await fixtureModel("gpt_neox");
  using result = await run(model, PROMPTS, { capture: ["*"] });
  const before = result.cache.sites.map((site) => result.cache.get(site).dataSync().slice());
  tf.tidy(() => result.cache.get("embed").add(1));
  (await run(model, PROMPTS.map((ids) => ids.toReversed()), { capture: ["*"] })).dispose();
  result.cache.sites.forEach((site, i) =>
    same(result.cache.get(site).dataSync(), before[i]!, site)
  );
});

Deno.test("captured tensors hold the same bytes after 100 more runs, and share them with no other site", async () => {
  const model = await fixtureModel("llama");
  using result = await run(model, PROMPTS, { capture: ["*"], edits: [scale("embed", -0)] });
  const { cache } = result, logits = result.logits.dataSync().slice();
  const before = cache.sites.map((site) => cache.get(site).dataSync().slice());
  const arrays = new Set(cache.sites.map((site) => cache.get(site).dataSync().buffer));
  assertEquals(arrays.size, cache.sites.length, "an array for each site");
  for (let i = 0; i < 100; i++) {
    const prompts = PROMPTS.map((ids) => ids.map((id) => (id + i) % 96));
    // Disposed at once, so that the native backend's pool hands their arrays out again.
    (await run(model, prompts, { capture: ["*"] })).dispose();
  }
  cache.sites.forEach((site, i) => same(cache.get(site).dataSync(), before[i]!, site));
  cache.get("logits").dataSync().fill(7);
  same(result.logits.dataSync(), logits);
});

Deno.test("a cache knows where the tokens of each example lie", async () => {
  const model = await fixtureModel("gpt2"), prompts = [PROMPTS[0]!, [1, 2, 3]];
  using left = await run(model, prompts, { padding: "left", capture: ["embed"] });
  assertEquals([0, 1].map((row) => left.cache.columnsOf(row)), [{ from: 0, to: 11 }, {
    from: 8,
    to: 11,
  }]);
  assertEquals(
    assertThrows(() => left.cache.columnsOf(2), RangeError).message,
    "Cannot find an example in the cache as it must be from 0 to 1: current value is 2",
  );
  const byHand = new Cache();
  byHand.put("embed", tf.zeros([2, 4, 3]), ["batch", "position", "width"]);
  assertEquals(byHand.columnsOf(1), { from: 0, to: 4 });
});

Deno.test("a cache puts what several passes append together, once, and frees the parts", () => {
  const cache = new Cache(), axes = ["batch", "position", "width"], before = heldTensors();
  for (const [columns, value] of [[2, 1], [1, 2], [1, 3]] as const) {
    tf.tidy(() => cache.append("embed", tf.fill([1, columns, 1], value), axes));
  }
  assertEquals([cache.bytes, Deno.inspect(cache).includes("1 × 4 × 1")], [16, true]);
  assertEquals(cache.get("embed").arraySync(), [[[1], [1], [2], [3]]]);
  assert(cache.get("embed") === cache.get("embed"));
  assertEquals(heldTensors(), before + 1);
  cache.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("a cache draws its sites with axes, shapes and sizes", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, PROMPTS, { capture: ["blocks.0.attn.z"] });
  const { html, plain } = await drawings(result.cache);
  for (const text of ["blocks.0.attn.z", "head, batch, position, head_width", "4 × 2 × 11 × 8"]) {
    assert(html.includes(text) && plain.includes(text), text);
  }
  assert(Deno.inspect(result.cache).includes("blocks.0.attn.z"));
  assertEquals(new Cache().sites, []);
  await drawings(new Cache());
});

Deno.test("megabytes() gives three digits", () => {
  assertEquals([0, 20336, 1e6, 123456789].map(megabytes), ["0.00", "0.0203", "1.00", "123"]);
});
