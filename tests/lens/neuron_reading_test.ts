import { readNeuron } from "../../lib/lens/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { dot, KINDS, rowTimes, throughGain, weightOf } from "./families.ts";

await startBackend("float64");

const expertOf = (model: Transformer) => model.architecture.mixture ? { expert: 2 } : {};

Deno.test("F-08 readNeuron(): a neuron's logits times its activation, over the norms, are its direct logit attribution", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), prompt = PROMPTS[0]!, layer = 1;
    const expert = expertOf(model), group = "expert" in expert ? "moe.experts.2" : "mlp";
    const around = model.architecture.norms === "around";
    const site = `blocks.${layer}.${group}.post`;
    using result = await run(model, prompt, {
      capture: [
        site,
        "ln_final.scale",
        ...around ? [`blocks.${layer}.ln2_post.scale`] : [],
        ..."expert" in expert ? [`blocks.${layer}.moe.weights`] : [],
      ],
    });
    const of = (name: string) => result.cache.get(name).dataSync();
    const neurons = model.architecture.neurons, W_out = weightOf(model, `blocks.1.${group}.W_out`);
    const last = weightOf(model, "ln_final.w"), W_U = weightOf(model, "W_U");
    for (const neuron of [0, 17, neurons - 1]) {
      const { writes } = await readNeuron(model, { layer, neuron, ...expert }, { texts: null });
      let checked = 0;
      for (let position = 0; position < prompt.length; position++) {
        const activation = of(site)[position * neurons + neuron]!;
        if (Number.isNaN(activation)) continue;
        checked++;
        const share = "expert" in expert
          ? of(`blocks.${layer}.moe.weights`)[2 * prompt.length + position]!
          : 1;
        // By hand: what the neuron writes, each norm with what it divided by at this position.
        const row = W_out.slice(neuron * 32, neuron * 32 + 32).map((x) => x * activation * share);
        let own: Float64Array = row, scale = 1;
        if (around) {
          const post = of(`blocks.${layer}.ln2_post.scale`)[position]!;
          own = throughGain(model, own, weightOf(model, `blocks.${layer}.ln2_post.w`))
            .map((x) => x / post);
          scale *= post;
        }
        const final = of("ln_final.scale")[position]!;
        const attribution = rowTimes(throughGain(model, own, last).map((x) => x / final), W_U);
        const found = writes.logits.map((x) => x * activation * share / scale / final);
        near(found, attribution, 1e-9, `${family} neuron ${neuron} position ${position}`);
      }
      assert(checked > 0, `${family}: no token uses the neuron`);
    }
  }
});

Deno.test("F-08 readNeuron(): keys through W_E are what tokens bring to the neuron, up to the norm's division", async () => {
  // Two prompts of one token: without attention the stream would be the embedding; here by products of weights alone.
  for (const family of KINDS) {
    const model = await fixtureModel(family), expert = expertOf(model);
    const group = "expert" in expert ? "moe.experts.2" : "mlp";
    const { embeddingScale = 1, neurons, vocabulary } = model.architecture;
    const norm = model.architecture.sharedNorm ? "ln1" : "ln2";
    const gain = weightOf(model, `blocks.0.${norm}.w`), W_E = weightOf(model, "W_E");
    const reading = await readNeuron(model, { layer: 0, neuron: 5, ...expert }, {
      texts: null,
      count: vocabulary,
    });
    assertEquals(
      reading.reads.map(({ weight }) => weight),
      model.architecture.gated ? ["W_gate", "W_in"] : ["W_in"],
      family,
    );
    for (const key of reading.reads) {
      const W = weightOf(model, `blocks.0.${group}.${key.weight}`);
      const column = Array.from({ length: 32 }, (_, i) => W[i * neurons + 5]!);
      for (const { id, score } of key.greatest) {
        const token = W_E.subarray(id * 32, id * 32 + 32).map((x) => x * embeddingScale);
        near([score], [dot(throughGain(model, token, gain), column)], 1e-9, `${family} ${id}`);
      }
    }
  }
});

Deno.test("F-08 readNeuron(): raw gains are products of the weights as they stand", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family), expert = expertOf(model);
    const { width, embeddingWidth, logitScale = 1 } = model.architecture;
    const group = "expert" in expert ? "moe.experts.2" : "mlp";
    const place = { layer: 1, neuron: 3, ...expert };
    const { writes, reads } = await readNeuron(model, place, { texts: null, gains: "raw" });
    const own = weightOf(model, `blocks.1.${group}.W_out`).slice(3 * width, 4 * width);
    const row = embeddingWidth == null ? own : rowTimes(own, weightOf(model, "W_U_in"));
    const logits = rowTimes(row, weightOf(model, "W_U")).map((x) => x * logitScale);
    near(writes.logits, logits, 1e-9, family);
    const through = await readNeuron(model, place, { texts: null, gains: "raw", keys: "W_U" });
    assert(through.reads[0]!.top.value !== reads[0]!.top.value || model.architecture.tied, family);
  }
});

Deno.test("readNeuron() compares a planted neuron with others and finds its cosine", async () => {
  const model = await fixtureModel("llama"), { neurons } = model.architecture;
  const W_out = weightOf(model, "blocks.1.mlp.W_out"), W_U = weightOf(model, "W_U");
  const W_in = weightOf(model, "blocks.1.mlp.W_in");
  const gain = weightOf(model, "ln_final.w"), read = weightOf(model, "blocks.1.ln2.w");
  for (let i = 0; i < 32; i++) {
    // The neuron writes the direction of token 40, and reads along what it writes.
    W_out[9 * 32 + i] = 5 * W_U[i * 96 + 40]! / gain[i]!;
    W_in[i * neurons + 9] = W_out[9 * 32 + i]! / read[i]!;
  }
  using planted = withWeights(model, {
    "blocks.1.mlp.W_out": W_out,
    "blocks.1.mlp.W_in": W_in,
  });
  const { promotes, writes, reads } = await readNeuron(planted, { layer: -1, neuron: 9 }, {
    texts: null,
  });
  assertEquals(promotes[0]!.id, 40);
  assert(writes.top.value > 2 * writes.top.high, "it stands out");
  near([reads[1]!.cosine.value], [1], 1e-9);
  assert(reads[0]!.cosine.high < 0.6, "32 random numbers have cosines of about 0.18");
});

Deno.test("readNeuron() of seedling watches the neuron over texts and draws itself", async () => {
  const model = await seedling();
  const reading = await readNeuron(model, { layer: 2, neuron: 100 }, {
    texts: ["The capital of France is Paris.", "One day, Emma went to the park."],
    examples: 3,
    count: 4,
  });
  assertEquals([reading.activity!.places.length, reading.others, reading.data!.complete], [
    3,
    64,
    true,
  ]);
  const drawing = await reading[display]();
  assert("text/html" in drawing);
  assertStringIncludes(drawing["text/plain"], "Neuron 2.100 of seedling");
  assertStringIncludes(drawing["text/plain"], "beside 64 others");
  assert(!("logits" in reading.toJSON().writes), "JSON holds no row of the vocabulary");
});

Deno.test("readNeuron() frees what it makes and refuses what is not there", async () => {
  const model = await fixtureModel("gpt2"), mixture = await fixtureModel("mixtral");
  const place = { layer: 0, neuron: 0 };
  await readNeuron(model, place, { texts: [PROMPTS[0]!] });
  const before = heldTensors();
  await readNeuron(model, place, { texts: [PROMPTS[0]!] });
  assertEquals(heldTensors(), before);
  const refused = (call: () => Promise<unknown>, message: string) =>
    assertRejects(call, Error, message);
  await refused(
    () => readNeuron(model, { layer: 2, neuron: 0 }),
    "Cannot read a neuron of layer 2 as it must be from -2 to 1",
  );
  await refused(
    () => readNeuron(model, { layer: 0, neuron: 128 }),
    "Cannot read a neuron of neuron 128 as it must be from -128 to 127",
  );
  await refused(
    () => readNeuron(model, { layer: 0, neuron: 1, expert: 0 }),
    "Cannot read a neuron of expert 0 as only mixtures have experts: leave it out",
  );
  await refused(
    () => readNeuron(mixture, place),
    "Cannot read a neuron of layer 0 as its neurons belong to experts: expert must be from 0 to 3",
  );
  await refused(
    () => readNeuron(model, place, { count: 97 }),
    "Cannot read a neuron as count must be from 1 to 96, the vocabulary: current value is 97",
  );
  await refused(
    () => readNeuron(model, place, { gains: "both" as "raw" }),
    'Cannot read a neuron as gains must be "folded" or "raw": current value is "both"',
  );
  await refused(
    () => readNeuron(model, place, { keys: "W_V" as "W_U" }),
    'Cannot read a neuron as keys must be "W_E" or "W_U": current value is "W_V"',
  );
  await refused(
    () => readNeuron(model, place, { baseline: 128 }),
    "Cannot read a neuron as baseline must be from 1 to 127, the block's other neurons: current value is 128",
  );
});
