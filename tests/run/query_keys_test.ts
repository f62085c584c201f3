import { queryKeys } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("queryKeys() adds up to the scores, and their softmax to the weights, in every family", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family);
    const read = () => queryKeys(model, [3, 1, 4, 1, 5], { layer: 0, head: -1 });
    // The first pass makes the weights' tensors, which stay.
    const found = await read(), { facts, products, rest } = found, before = heldTensors();
    await read();
    assertEquals(heldTensors(), before, family);
    const { scores, weights, q } = facts;
    assertEquals([found.part(1, 2), found.part(1, "other"), found.part(1, "score")], [
      products[q.length + 2],
      rest[1],
      scores[1],
    ]);
    const { position, scoreCap, sinks = false } = model.architecture;
    const plain = position.kind !== "alibi" && !scoreCap;
    scores.forEach((score, key) => {
      if (!Number.isFinite(score)) return;
      const sum = products.subarray(key * q.length, (key + 1) * q.length).reduce(
        (a, b) => a + b,
        0,
      );
      assert(Math.abs(sum + rest[key]! - score) < 1e-9, family);
      if (plain) assert(Math.abs(rest[key]!) < 1e-4, `${family}: ${rest[key]}`);
    });
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    if (sinks) continue;
    weights.forEach((weight, key) => {
      assert(
        Math.abs(Math.exp(scores[key]!) / total - weight) < 1e-5,
        family,
      );
    });
  }
});

Deno.test("queryKeys() draws the keys by dimension, and says what there is not", async () => {
  const model = await fixtureModel("gpt2");
  const { plain, html } = await drawings(
    queryKeys(model, [1, 2, 3], { layer: 1, head: 0, query: 1 }),
  );
  assert(plain.includes("Head 1.0") && html.includes("dimension ") && plain.includes("2 × "));
  const message = async (options: object) =>
    (await assertRejects(
      () => queryKeys(model, [1, 2], { layer: 0, head: 0, ...options }),
      RangeError,
    ))
      .message;
  assertEquals(
    await message({ head: 9 }),
    "Cannot read a query as head must be from -4 to 3: current value is 9",
  );
  assertEquals(
    await message({ query: 2 }),
    "Cannot read position 2 as it must be from -2 to 1, the prompt's tokens",
  );
});
