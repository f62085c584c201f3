import { captureStream } from "../../lib/decompose/mod.ts";
import { checkStream } from "../../lib/decompose/captured_stream.ts";
import { levelsOf } from "../../lib/decompose/part.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("captureStream() captures what its levels need, no more, and frees it", async () => {
  const model = await fixtureModel("gpt2");
  (await captureStream(model, PROMPTS)).dispose();
  const before = heldTensors();
  const sites = async (by: "component" | "path" | "neuron") => {
    using stream = await captureStream(model, PROMPTS, { by });
    assert(stream[display]()["text/plain"].includes("2 prompts"));
    return stream.result.cache.sites.filter((site) => site.startsWith("blocks.1."))
      .map((site) => site.slice(9));
  };
  const [whole, path, neuron] = [
    await sites("component"),
    await sites("path"),
    await sites("neuron"),
  ];
  assert(!whole.some((site) => /attn\.|mlp\./.test(site)));
  assertEquals(path.filter((site) => site.startsWith("attn.")), [
    "attn.v",
    "attn.pattern",
    "attn.z",
  ]);
  assertEquals(neuron.filter((site) => site.startsWith("mlp.")), ["mlp.post"]);
  assertEquals(heldTensors(), before);
});

Deno.test("checkStream() refuses streams of other models, and coarser ones", async () => {
  const model = await fixtureModel("gpt2"), other = await fixtureModel("llama");
  using stream = await captureStream(model, PROMPTS, { by: "head" });
  checkStream(stream, model, levelsOf("head", "try", false), "try");
  assertThrows(
    () => checkStream(stream, model, levelsOf("path", "try", false), "try"),
    RangeError,
    'Cannot try by path as the stream must be captured for it: it was captured by head; capture it with { by: "path" }',
  );
  assertThrows(
    () => checkStream(stream, other, levelsOf("head", "try", false), "try"),
    TypeError,
    "must be of the same model",
  );
  await assertRejects(() => captureStream(model, PROMPTS, { level: "head" } as never), TypeError);
});
