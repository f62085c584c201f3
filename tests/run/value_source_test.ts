import { Cache, ofCache, ofRun, replace, run } from "../../lib/run/mod.ts";
import { checkSource, isSource } from "../../lib/run/value_source.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("ofCache() and ofRun() are plain values that say where numbers come from", () => {
  const cache = new Cache();
  assertEquals(ofRun({ at: "embed", heads: 1 }), { from: "run", at: "embed", heads: 1 });
  assertEquals(ofCache(cache, { positions: -1 }).cache === cache, true);
  for (const value of [ofRun(), ofCache(cache)]) {
    assertEquals(isSource(value), true);
    checkSource(value, "replace embed");
  }
  for (const value of [1, null, [1], { from: 0 }, "run", tf.scalar(1)]) {
    assertEquals(isSource(value), false);
  }
});

Deno.test("values of a run refuse fields that nobody reads, sites that come later, and caches that are none", async () => {
  const model = await fixtureModel("gpt2");
  const refused = async (value: unknown, at = "embed") =>
    (await assertRejects(
      () => run(model, PROMPTS, { edits: [replace(at as "embed", value as number)] }),
      Error,
    )).message;
  assertEquals(
    assertThrows(() => ofRun({ head: 1 } as object), TypeError).message,
    'Cannot take a value of this run as its options must be among at, heads, neurons, positions, keys, examples: "head" is not, perhaps "heads" is meant',
  );
  assertEquals(
    await refused({ from: "run", position: 1 }),
    'Cannot replace embed by a value of a run as its options must be among at, heads, neurons, positions, keys, examples: "position" is not, perhaps "positions" is meant',
  );
  assertEquals(
    await refused({ from: "run", at: 3 }),
    "Cannot replace embed as the at of its value must be the name of a site: current value is 3",
  );
  assertEquals(
    await refused({ from: "cache", cache: {} }),
    "Cannot replace embed as the cache of its value must be one that a run filled: current value is an object",
  );
  assertEquals(
    await refused(ofRun({ at: "blocks.0.resid_post" })),
    "Cannot replace embed as its value must come from a site that the run reaches before: it is blocks.0.resid_post",
  );
  assertEquals(
    await refused(ofRun({ at: "embedd" })),
    'Cannot take a value of "embedd" as the model has no such site: the nearest is "embed"',
  );
});
