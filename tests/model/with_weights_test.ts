import {
  type Transformer,
  weightNames,
  type WeightValue,
  withWeights,
} from "../../lib/model/mod.ts";
import { run, zero } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near, same } from "../near.ts";
import { drawings } from "../run/drawings.ts";
import { FAMILIES, fixtureModel, PROMPTS, withModel } from "./fixture.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";

/** Seeded numbers for a weight. */
function random(model: Transformer, name: string): tf.Tensor {
  const { shape } = model.weight(name), stream = new RandomStream(3, name);
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(Array.from({ length: size }, () => stream.normal() / 4), [...shape]);
}

/** The logits of a model, copied. */
async function logits(model: Transformer): Promise<Float32Array> {
  using result = await run(model, PROMPTS);
  return result.logits.dataSync<"float32">().slice();
}

/** All numbers of a model by the names of its weights. */
async function numbers(model: Transformer): Promise<Map<string, Float32Array>> {
  const all = new Map<string, Float32Array>();
  for (const name of weightNames(model.weights)) all.set(name, await model.weight(name).data());
  return all;
}

/** The kept tensors of a model that a pass reads, by slot. */
function kept({ weights }: Transformer): Map<string, tf.Tensor> {
  const tensors = new Map<string, tf.Tensor>([["embed", weights.embed], [
    "unembed",
    weights.unembed.matrix,
  ]]);
  const { layers, gated } = weights.architecture;
  for (let layer = 0; layer < layers; layer++) {
    const block = `blocks.${layer}`;
    const parts = (["query", "key", "value"] as const).map((part) =>
      weights.headColumns(layer, part).slot
    );
    for (
      const slot of [
        ...parts,
        ...["attn.output", "mlp.in", "mlp.out", ...gated ? ["mlp.gate"] : []].map((map) =>
          `${block}.${map}`
        ),
      ]
    ) {
      const { matrix, bias } = weights.linear(slot);
      tensors.set(`${slot}.matrix`, matrix);
      if (bias) tensors.set(`${slot}.bias`, bias);
    }
    for (const norm of [`${block}.ln1`, `${block}.ln2`]) {
      const { gain, bias } = weights.norm(norm);
      tensors.set(`${norm}.gain`, gain);
      if (bias) tensors.set(`${norm}.bias`, bias);
    }
  }
  return tensors;
}

Deno.test("withWeights() of every name shows what was written there and nowhere else", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), before = await numbers(model);
    for (const name of before.keys()) {
      const value = random(model, name), other = withWeights(model, { [name]: value });
      const after = await numbers(other);
      for (const [title, values] of after) {
        same(
          values,
          title === name ? value.dataSync() : before.get(title)!,
          `${family}: ${name} in ${title}`,
        );
      }
      assert(other.weight(name).stored, name);
      value.dispose();
      other.dispose();
    }
    for (const [name, values] of await numbers(model)) same(values, before.get(name)!, name);
  }
});

Deno.test("withWeights() computes with what was written, as a checkpoint of these weights does", async () => {
  for (const family of FAMILIES) {
    // A bias for each map, for what the fixture lacks is to be added.
    const names = [
      "W_E",
      "W_U",
      "b_U",
      "blocks.0.attn.W_K",
      "blocks.1.attn.b_V",
      "blocks.0.attn.b_O",
      "blocks.1.mlp.W_in",
      "blocks.1.mlp.b_out",
      "blocks.0.ln1.w",
      "ln_final.w",
    ];
    const model = await fixtureModel(family), values: Record<string, WeightValue> = {};
    for (const name of names) values[name] = random(model, name);
    const other = withWeights(model, values), { biases, tied } = other.architecture;
    assertEquals([
      biases.unembed,
      biases.attention,
      biases.attentionOutput,
      biases.feedForward,
      tied,
    ], [true, true, true, true, false]);
    using result = await run(other, PROMPTS, {
      capture: ["ln_final.normalized", "attn.v", "mlp.post", "mlp_out", "ln1.normalized"],
    });
    const get = (site: string) => result.cache.get(site);
    tf.tidy(() => {
      const { W_U, b_U } = other;
      const read = get("ln_final.normalized").mul(values["ln_final.w"] as tf.Tensor)
        .add(family === "llama" ? 0 : other.weight("ln_final.b").tensor());
      const expected = tf.matMul(read.reshape([-1, 32]), W_U.tensor()).add(b_U.tensor());
      near(result.logits.dataSync(), expected.dataSync(), 1e-4, `${family}: logits`);
      const bias = (values["blocks.1.attn.b_V"] as tf.Tensor).expandDims(1).expandDims(1);
      const entering = get("blocks.1.ln1.normalized").mul(other.weight("blocks.1.ln1.w").tensor())
        .add(family === "llama" ? 0 : other.weight("blocks.1.ln1.b").tensor());
      const heads = tf.unstack(other.layerWeight(1, "W_V")!.tensor())
        .map((own) =>
          tf.matMul(entering.reshape([-1, 32]), own as tf.Tensor2D).reshape([2, 11, 8])
        );
      near(
        get("blocks.1.attn.v").dataSync(),
        tf.stack(heads).add(bias).dataSync(),
        1e-4,
        `${family}: values`,
      );
      const written = tf.matMul(
        get("blocks.1.mlp.post").reshape([22, -1]),
        other.layerWeight(1, "W_out")!.tensor() as tf.Tensor2D,
      )
        .add(values["blocks.1.mlp.b_out"] as tf.Tensor);
      near(get("blocks.1.mlp_out").dataSync(), written.dataSync(), 1e-4, `${family}: mlp_out`);
    });
    tf.dispose(values as Record<string, tf.Tensor>);
    other.dispose();
  }
});

Deno.test("withWeights() with zeroed outputs of a head is the run-time ablation of that head", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const other = withWeights(model, { "W_O[layer 1][head 2]": tf.zeros([8, 32]) });
    using ablated = await run(model, PROMPTS, { edits: [zero("blocks.1.attn.z", { heads: [2] })] });
    near(await logits(other), ablated.logits.dataSync(), 1e-5, family);
    other.dispose();
  }
});

Deno.test("withWeights() shares what is untouched, as the very tensors, also those that nobody has made yet", async () => {
  for (const family of FAMILIES) {
    await withModel(randomCheckpoint(family), async (model) => {
      const tensors = heldTensors();
      const value = random(model, "blocks.0.mlp.W_out");
      const other = withWeights(model, { "blocks.0.mlp.W_out": value });
      value.dispose();
      assertEquals(heldTensors(), tensors + 1, "it holds what was given and no more");
      await logits3(other);
      const made = heldTensors();
      await logits3(model);
      // Both run, and the model has made one tensor that the other needed none of.
      assertEquals(heldTensors(), made + 1, family);
      const [mine, theirs] = [kept(other), kept(model)];
      const own = [...mine].filter(([slot, tensor]) => theirs.get(slot) !== tensor).map(([slot]) =>
        slot
      );
      assertEquals(own, ["blocks.0.mlp.out.matrix"], family);
      other.dispose();
      assertEquals(heldTensors(), made, family);
      await logits3(model);
    });
  }
});

const logits3 = async (model: Transformer) => (await run(model, [[1, 2, 3]])).dispose();

Deno.test("withWeights() leaves the model as it was, to the bit, and copies what it is given", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), before = await logits(model);
    const value = random(model, "W_E"), other = withWeights(model, { W_E: value });
    const after = await logits(other);
    value.dataSync().fill(0);
    value.dispose();
    same(await logits(other), after, family);
    same(await logits(model), before, family);
    assert(after.some((x, i) => Math.abs(x - before[i]!) > 0.01), family);
    other.dispose();
    same(await logits(model), before, family);
  }
});

Deno.test("withWeights() of one of two tied matrices leaves the other as it was", async () => {
  await withModel(randomCheckpoint("gpt2"), async (model) => {
    assert(model.architecture.tied);
    const [W_E, W_U] = [await model.W_E.data(), await model.W_U.data()];
    const embedded = withWeights(model, { W_E: model.W_E.tensor().mul(2) });
    same(await embedded.W_U.data(), W_U);
    same(await embedded.W_E.data(), W_E.map((x) => 2 * x));
    const unembedded = withWeights(model, { W_U: model.W_U.tensor().mul(2) });
    same(await unembedded.W_E.data(), W_E);
    same(await unembedded.W_U.data(), W_U.map((x) => 2 * x));
    assertEquals([embedded.architecture.tied, unembedded.architecture.tied], [false, false]);
    assertEquals(embedded.weights.count, model.weights.count + 40 * 24);
    // Twice the unembedding is twice the logits; and on top of it, an embedding of one's own.
    const both = withWeights(unembedded, { W_E: model.W_E });
    const one = await run(model, [[1, 2, 3]]), two = await run(both, [[1, 2, 3]]);
    near(two.logits.dataSync(), one.logits.dataSync().map((x) => 2 * x), 1e-5);
    [one, two, both, embedded, unembedded].forEach((own) => own.dispose());
  });
});

Deno.test("withWeights() puts several in in the order given, parts of one weight among them", async () => {
  const model = await fixtureModel("gpt_neox");
  const [ones, none] = [tf.fill([4, 8], 1), tf.scalar(0)];
  const other = withWeights(model, {
    "blocks.0.attn.b_Q": ones,
    "blocks.0.attn.b_Q[head 1]": Array(8).fill(2),
    "blocks.0.attn.b_Q[head -1][head_width 0]": none,
    "b_V[layer 1]": new Float32Array(32).fill(3),
  });
  tf.dispose([ones, none]);
  const expected = [
    ...Array(8).fill(1),
    ...Array(8).fill(2),
    ...Array(8).fill(1),
    0,
    ...Array(7).fill(1),
  ];
  assertEquals([...await other.layerWeight(0, "b_Q")!.data()], expected);
  assertEquals([...await other.layerWeight(1, "b_V")!.data()], Array(32).fill(3));
  same(await other.layerWeight(0, "b_K")!.data(), await model.layerWeight(0, "b_K")!.data());
  other.dispose();
});

Deno.test("withWeights() says what was changed, in JSON, in the picture and to those who ask", async () => {
  const model = await fixtureModel("llama");
  const one = withWeights(model, { b_U: new Float32Array(96) }),
    two = withWeights(one, { "ln_final.w": model.weight("ln_final.w") });
  assertEquals(two.provenance, {
    ...model.provenance,
    name: "llama, edited",
    changes: ["b_U replaced", "ln_final.w replaced"],
  });
  assertEquals(JSON.parse(JSON.stringify(two)).provenance, two.provenance);
  const { html, plain } = await drawings(two);
  for (const text of ["llama, edited", "b_U replaced", "2 since it was read"]) {
    assert(html.includes(text) && plain.includes(text), text);
  }
  const unchanged = await drawings(model);
  assert(!unchanged.plain.includes("changes"), unchanged.plain);
  assertEquals([one.b_U.stored, model.b_U.stored], [true, false]);
  assert(!Deno.inspect(one.b_U).includes("not in"));
  two.dispose();
  one.dispose();
});

Deno.test("withWeights() makes a model that says so when the one it shares with was disposed", async () => {
  await withModel(randomCheckpoint("gpt2"), async (model) => {
    const other = withWeights(model, { "blocks.0.attn.b_O": new Float32Array(24) });
    model.dispose();
    const error = await assertRejects(() => run(other, [[1, 2, 3]]), Error);
    assertEquals(
      error.message,
      "Cannot use weights as the model that they are shared with must not be disposed: it was",
    );
    assertEquals((await other.layerWeight(0, "b_O")!.data()).length, 24);
    assertThrows(
      () => withWeights(model, { b_U: new Float32Array(40) }),
      Error,
      "must not be disposed: they were",
    );
    other.dispose();
  });
});

Deno.test("withWeights() refuses names and values, all or nothing", async () => {
  const model = await fixtureModel("gpt2"), tensors = heldTensors();
  const message = (values: unknown, kind: typeof TypeError | typeof RangeError) =>
    assertThrows(() => withWeights(model, values as Record<string, WeightValue>), kind).message;
  const fine = { W_pos: new Float32Array(64 * 32) };
  assertEquals(
    message({ ...fine, "blocks.0.attn.W_q": [] }, RangeError),
    'Cannot replace "blocks.0.attn.W_q" as the model must have a weight of that name: the nearest is "blocks.0.attn.W_Q"',
  );
  assertEquals(
    message({ ...fine, "blocks.0.attn.b_Q": [1, 2] }, TypeError),
    "Cannot replace blocks.0.attn.b_Q as its axes must be head 4, head_width 8: current value is [2]",
  );
  assertEquals(
    message({ ...fine, b_U: new Float32Array(96).fill(NaN) }, RangeError),
    "Cannot replace b_U as its numbers must be finite: current value at vocabulary 0 is NaN",
  );
  assertEquals(
    message({}, RangeError),
    "Cannot replace weights as at least one must be given: there is none",
  );
  for (const values of [undefined, null, [], "W_E"]) {
    const start = "Cannot replace weights as they must be given by name, such as { W_E: tensor }";
    assertEquals(message(values, TypeError).split(": current")[0], start);
  }
  assertEquals(heldTensors(), tensors);
});
