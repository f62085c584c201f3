import { maximalInputs } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS } from "./families.ts";

const FEW = [3, 17, 24, 40, 52, 61, 70, 95];

Deno.test("F-15 maximalInputs(): the exhaustive search finds the best there is, and the coordinate search no better", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family),
      expert = model.architecture.mixture ? { expert: 1 } : {};
    for (const neuron of [4, 21]) {
      const place = { layer: 1, neuron, ...expert };
      const options = { length: 3, candidates: FEW, count: 3 };
      const all = await maximalInputs(model, place, { ...options, search: "exhaustive" });
      const greedy = await maximalInputs(model, place, { ...options, starts: 2 });
      assertEquals(all.tried, 8 ** 3);
      assert(greedy.tried < all.tried * 2);
      const best = all.prompts[0]!;
      // The same prompt in another batch differs in the last digits of float32.
      assert(best.activation >= greedy.prompts[0]!.activation - 1e-5, `${family} ${neuron}`);
      const site = model.architecture.mixture ? "blocks.1.moe.experts.1.post" : "blocks.1.mlp.post";
      using result = await run(model, best.ids, { capture: [site] });
      const value = result.cache.get(site).dataSync()[2 * model.architecture.neurons + neuron]!;
      near([best.activation], [value], 1e-5, family);
    }
  }
});

Deno.test("F-15 maximalInputs(): a search of one place that tries all is exhaustive", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family),
      expert = model.architecture.mixture ? { expert: 1 } : {};
    const place = { layer: 0, neuron: 9, ...expert }, options = { length: 1, count: 1 };
    const all = await maximalInputs(model, place, { ...options, search: "exhaustive" });
    const greedy = await maximalInputs(model, place, { ...options, starts: 1 });
    assertEquals(greedy.prompts[0]!.ids, all.prompts[0]!.ids, family);
  }
});

Deno.test("F-15 maximalInputs(): other data that agrees or does not is told", async () => {
  const model = await fixtureModel("gpt2"), place = { layer: 0, neuron: 5 };
  const options = { length: 1, candidates: FEW, count: 2, starts: 1 };
  const texts = [[3, 17, 24], [40, 52]], others = [[61, 70], [95, 61]];
  const alone = await maximalInputs(model, place, { ...options, texts });
  assertEquals([alone.illusion, alone.overlap], [null, NaN]);
  const same = await maximalInputs(model, place, { ...options, texts, check: texts });
  assertEquals([same.illusion, same.overlap], [false, 1]);
  const other = await maximalInputs(model, place, { ...options, texts, check: others });
  assertEquals([other.illusion, other.overlap], [true, 0]);
  assert(other[display]()["text/plain"].includes("warning: no token"));
});

Deno.test("maximalInputs() begins texts as the tokenizer does, and gives the same for the same seed", async () => {
  const model = await seedling(), place = { layer: 1, neuron: 40 };
  const options = { length: 2, starts: 1, tried: 16, sweeps: 2, seed: 8 };
  const first = await maximalInputs(model, place, options);
  const again = await maximalInputs(model, place, options);
  assertEquals(first.toJSON(), again.toJSON());
  const { ids, activation } = first.prompts[0]!;
  const begun = [model.tokenizer!.beginningToken!.id, ...ids];
  using result = await run(model, begun, { capture: ["blocks.1.mlp.post"] });
  const value = result.cache.get("blocks.1.mlp.post").dataSync()[2 * 1024 + 40]!;
  near([activation], [value], 1e-4); // float32, other batches
});

Deno.test("maximalInputs() frees what it makes and refuses", async () => {
  const model = await fixtureModel("gpt2"), place = { layer: 0, neuron: 5 };
  const options = { length: 2, candidates: FEW };
  await maximalInputs(model, place, options);
  const before = heldTensors();
  await maximalInputs(model, place, options);
  assertEquals(heldTensors(), before);
  await assertRejects(
    () => maximalInputs(model, place, { length: 4, search: "exhaustive" }),
    RangeError,
    "Cannot look for maximal inputs exhaustively as at most 1048576 prompts can be tried: 96 tokens at 4 places make 84934656",
  );
  await assertRejects(
    () => maximalInputs(model, place, { candidates: [96] }),
    RangeError,
    "Cannot look for maximal inputs as candidates must be ids from 0 to 95: current value is 96",
  );
  await assertRejects(
    () => maximalInputs(model, place, { length: 0 }),
    RangeError,
    "Cannot look for maximal inputs as length must be a whole number from 1 on: current value is 0",
  );
});
