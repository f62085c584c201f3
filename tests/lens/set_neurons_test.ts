import { readNeuron, setNeurons } from "../../lib/lens/mod.ts";
import { Transformer } from "../../lib/model/mod.ts";
import { editText, run } from "../../lib/run/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

Deno.test("setNeurons() changes the logits of a model without a last norm by Δn · W_out · W_U", async () => {
  for (const family of ["gpt2", "llama", "gpt_neox"]) {
    const whole = await fixtureModel(family);
    const architecture = { ...whole.architecture, finalNorm: false };
    const model = new Transformer(
      whole.weights.replaced(architecture, new Map()),
      null,
      whole.provenance,
    );
    const place = { layer: 1, neuron: 11 }, site = "blocks.1.mlp.post";
    using plain = await run(model, PROMPTS[0]!, { capture: [site] });
    const edits = setNeurons(model, [{ ...place, value: 3 }], { positions: -1 });
    using edited = await run(model, PROMPTS[0]!, { edits });
    const { writes } = await readNeuron(model, place, { texts: null });
    const at = PROMPTS[0]!.length - 1, { neurons, vocabulary } = architecture;
    const change = 3 - plain.cache.get(site).dataSync()[at * neurons + 11]!;
    const [before, after] = [plain, edited].map(({ logits }) => logits.dataSync()) as [
      Float32Array,
      Float32Array,
    ];
    const found = Float64Array.from(
      { length: vocabulary },
      (_, id) => after[at * vocabulary + id]! - before[at * vocabulary + id]!,
    );
    near(found, writes.logits.map((x) => x * change), 1e-9, family);
    near(after.subarray(0, at * vocabulary), before.subarray(0, at * vocabulary), 0, "elsewhere");
  }
});

Deno.test("setNeurons() puts neurons of one block and value together, and reaches experts", async () => {
  const model = await fixtureModel("gpt2"), mixture = await fixtureModel("mixtral");
  const edits = setNeurons(model, [
    { layer: 0, neuron: 3, value: 2 },
    { layer: -1, neuron: 4, factor: 0 },
    { layer: 0, neuron: -1, value: 2 },
  ]);
  assertEquals(edits.map(editText), [
    "replace blocks.0.mlp.post neurons 3, 127",
    "scale blocks.1.mlp.post by 0 neurons 4",
  ]);
  const [edit] = setNeurons(mixture, [{ layer: 1, expert: 2, neuron: 5, factor: 2 }]);
  assertEquals(editText(edit!), "scale blocks.1.moe.experts.2.post by 2 neurons 5");
  using changed = await run(mixture, PROMPTS[0]!, { edits: [edit!] });
  assert(changed.logits.shape[1] === PROMPTS[0]!.length);
  assertThrows(
    () => setNeurons(model, [{ layer: 0, neuron: 3 }]),
    RangeError,
    "Cannot set a neuron of layer 0 as it must have a value or a factor, and not both: current value is { value: undefined, factor: undefined }",
  );
});
