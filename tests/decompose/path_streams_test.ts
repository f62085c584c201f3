import { pathCount } from "../../lib/decompose/path_streams.ts";
import { pathExpansion } from "../../lib/decompose/mod.ts";
import { assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("A-18 pathCount() counts (1 + heads)^layers from the embeddings, and those that begin later", async () => {
  // From the embeddings 25; from the first layer's biases and neurons 5 each; 1 each from the second's; 1 at the logits.
  assertEquals(pathCount({ layers: 2, heads: 4 }, 2, "opaque"), 25 + 2 * 5 + 2 + 1);
  assertEquals(pathCount({ layers: 2, heads: 4 }, 2, "left out"), 25 + 5 + 1 + 1);
  assertEquals(pathCount({ layers: 3, heads: 2 }, 1, "opaque"), 7 + 2 * 5 + 2 * 3 + 2 + 1);
  // The text is as long as what is counted where every source writes.
  const { paths } = await pathExpansion(await fixtureModel("gpt2"), [...PROMPTS[0]!]);
  assertEquals(paths.length, pathCount({ layers: 2, heads: 4 }, 2, "opaque"));
});
