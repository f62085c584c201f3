import { meanOver, Means } from "../../lib/run/mod.ts";
import type { Site } from "../../lib/model/mod.ts";
import { registerFloat64 } from "../../lib/tensor/float64/register.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const FACTS = {
  model: "<b>toy</b>",
  examples: 1234,
  tokens: 56789,
  byPosition: false,
  beginning: false,
  positions: null,
  complete: true,
};

/** Means of two sites made by hand. */
function byHand(facts: Partial<typeof FACTS> = {}): Means {
  const entry = (mean: number[], variance: number[]) => ({
    axes: ["width"],
    shape: [mean.length],
    count: 5000,
    mean: Float64Array.from(mean),
    variance: Float64Array.from(variance),
  });
  return new Means(
    { ...FACTS, ...facts },
    new Map<Site, ReturnType<typeof entry>>([
      ["embed", entry([3, -4], [1, 7])],
      ["blocks.0.resid_post", entry([NaN], [NaN])],
    ]),
  );
}

Deno.test("Means.get() is a tensor of the means in single precision, the same until it is freed", async () => {
  using means = byHand();
  const tensor = means.get("embed");
  assertEquals([tensor.shape, [...await tensor.data()]], [[2], [3, -4]]);
  assertEquals(means.get("embed"), tensor);
  means.dispose();
  assert(tensor.isDisposed && !means.get("embed").isDisposed);
});

Deno.test("Means.get() keeps all digits on the float64 backend", async () => {
  await startBackend();
  const usual = tf.getBackend();
  registerFloat64();
  await tf.setBackend("float64");
  try {
    const third = { axes: ["width"], shape: [1], count: 3, mean: Float64Array.of(1 / 3) };
    using means = new Means(FACTS, new Map([["embed", { ...third, variance: third.mean }]]));
    assertEquals([...readNumbers(means.get("embed"))], [1 / 3]);
  } finally {
    await tf.setBackend(usual);
  }
});

Deno.test("Means name the sites that there are", () => {
  const means = byHand();
  assert(means.has("embed") && !means.has("logits"));
  assertThrows(
    () => means.get("logits"),
    RangeError,
    'Cannot read the mean of "logits" as it must have been taken: there are those of embed, blocks.0.resid_post',
  );
});

Deno.test("means are found by TransformerLens's names too", async () => {
  const model = await fixtureModel("gpt2");
  const means = await meanOver(model, PROMPTS, { sites: ["blocks.0.hook_resid_post"] });
  assertEquals(means.sites, ["blocks.0.resid_post"]);
  assert(means.has("blocks.0.hook_resid_post"));
  assertEquals(means.of("blocks.0.hook_resid_post"), means.of("blocks.0.resid_post"));
});

Deno.test("means draw sites, counts, size and deviation, and what they are over", async () => {
  const { html, plain } = await drawings(byHand());
  const lines = plain.split("\n");
  assertEquals(lines[0], "Means over 1,234 examples");
  // √((9 + 16) / 2) and √((1 + 7) / 2)
  assert(/^embed +width +2 +5,000 +3\.54 +2$/.test(lines[2]!), plain);
  assert(/undefined +undefined$/.test(lines[3]!), plain);
  assertEquals(
    lines[4],
    "<b>toy</b> · 56,789 tokens · over all positions but the beginning-of-text token",
  );
  assert(!html.includes("<b>toy") && html.includes("&lt;b&gt;toy"));
  assertEquals(Deno.inspect(byHand()), plain);
  const stopped = (await drawings(byHand({ complete: false, byPosition: true }))).plain;
  assert(stopped.startsWith("Means over 1,234 examples, stopped before the end\n"), stopped);
  assert(stopped.includes("each position by itself") && stopped.includes("examples"), stopped);
});

Deno.test("the JSON of means says what they are over, without the numbers", () => {
  assertEquals(JSON.parse(JSON.stringify(byHand())), {
    ...FACTS,
    sites: {
      "embed": { axes: ["width"], shape: [2], count: 5000 },
      "blocks.0.resid_post": { axes: ["width"], shape: [1], count: 5000 },
    },
  });
});
