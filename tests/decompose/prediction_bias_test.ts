import { predictionBias } from "../../lib/decompose/mod.ts";
import { type Transformer, withWeights } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { logSoftmax, readNumbers, tf } from "../../lib/tensor/mod.ts";
import { heldOutTexts } from "../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { withPlanted } from "./planted.ts";

let known: ReturnType<typeof predictionBias> | undefined;

/** The comparison over all of seedling's held-out text. */
const ofHeldOut = async () =>
  await (known ??= predictionBias(await seedling(), { permutations: 200, seed: 3 }));

Deno.test("A-16 seedling's biases follow the frequencies of its held-out text, and dealt frequencies do not", async () => {
  const model = await seedling();
  // The whole held-out text takes seconds, so it is counted once.
  const short = { texts: ["The capital of France is Paris."], permutations: 200, seed: 3 };
  const once = await predictionBias(model, short), held = heldTensors();
  const found = await ofHeldOut();
  assertEquals(heldTensors(), held);
  assert(found.correlation > 0, String(found.correlation));
  assert(found.correlation > found.baseline.range[1], String(found.baseline.range));
  assertEquals(found.baseline.share, 1 / 201);
  near([found.baseline.mean], [0], 0.05);
  assertEquals(found.ids.length + found.unseen, model.architecture.vocabulary);
  assertEquals((await predictionBias(model, short)).baseline, once.baseline);
});

/** The mean logarithm of frequency of what a model expects, over some texts. */
async function expectedFrequency(model: Transformer, logs: Float64Array): Promise<number> {
  const texts = (await heldOutTexts()).slice(0, 24).map(({ text }) => text);
  let sum = 0, count = 0;
  for (const text of texts) {
    using result = await run(model, text);
    const shares = readNumbers(tf.tidy(() => logSoftmax(result.logits).exp()));
    const { length } = result.tokens[0]!.ids;
    shares.forEach((share, i) => sum += share * logs[i % logs.length]!);
    count += length;
  }
  return sum / count;
}

Deno.test("A-16 without the bias of the last norm seedling expects rarer tokens", async () => {
  const model = await seedling(), found = await ofHeldOut();
  const logs = new Float64Array(model.architecture.vocabulary).fill(
    Math.min(...found.logFrequencies),
  );
  found.ids.forEach((id, i) => logs[id] = found.logFrequencies[i]!);
  const without = withWeights(model, { "ln_final.b": tf.zeros([256]) });
  const before = await expectedFrequency(model, logs),
    after = await expectedFrequency(without, logs);
  assert(after < before, `${after} is not under ${before}`);
});

Deno.test("A-16 a model of nothing but a bias, fitted to a text, comes out at the log frequencies", async () => {
  const random = new RandomStream(6, "a text"),
    weights = Array.from({ length: 12 }, (_, i) => 1 / (i + 1));
  const text = Array.from({ length: 400 }, () => random.categorical(weights));
  const shares = weights.map((_, id) => text.filter((other) => other === id).length / 400);
  // Gradient descent on the cross-entropy, whose gradient is softmax(b) minus the shares.
  let bias = shares.map(() => 0);
  for (let step = 0; step < 4000; step++) {
    const total = bias.reduce((sum, x) => sum + Math.exp(x), 0);
    bias = bias.map((x, i) => x - 2 * (Math.exp(x) / total - shares[i]!));
  }
  await withPlanted({ vocabulary: 12 }, () => {}, async (plain) => {
    const model = withWeights(plain, { b_U: tf.tensor1d(bias) });
    const found = await predictionBias(model, { texts: [text], permutations: 100 });
    near([found.correlation], [1], 1e-12);
    const shift = found.biases[0]! - found.logFrequencies[0]!;
    near(found.biases.map((x) => x - shift), found.logFrequencies, 1e-4);
    assert(found.baseline.range[1] < 1);
  });
});

for (const family of ["gpt2", "gpt_neox", "gptj", "phi", "falcon"]) {
  Deno.test(`A-16 predictionBias() is β·W_U + b_U: the logits of a stream without length, ${family}`, async () => {
    const model = await fixtureModel(family), every = Array.from({ length: 96 }, (_, id) => id);
    const found = await predictionBias(model, { texts: [every], permutations: 20 });
    const beta = await model.weight("ln_final.b").data(), U = await model.W_U.data();
    const own = await model.b_U.data();
    const expected = every.map((id) =>
      beta.reduce((sum, b, i) => sum + b * U[i * 96 + id]!, own[id]!)
    );
    near(found.biases, expected, 1e-5);
    assert(Number.isNaN(found.correlation), "all tokens are as frequent");
  });
}

Deno.test("predictionBias() shows chance beside the correlation, and says what it cannot compare", async () => {
  const model = await fixtureModel("gpt2");
  const found = await predictionBias(model, { texts: [[1, 2, 2, 3, 3, 3]], permutations: 20 });
  const text = Deno.inspect(found);
  assert(text.includes("dealt at random"), text);
  assertEquals(JSON.parse(JSON.stringify(found)).ids, [1, 2, 3]);
  const cases: [() => unknown, ErrorConstructor, string][] = [
    [
      async () => await predictionBias(await fixtureModel("llama"), { texts: [[1]] }),
      TypeError,
      "Cannot compare biases with frequencies as the last norm or the unembedding must have a bias: llama has neither, so it adds nothing whatever it read",
    ],
    [
      () => predictionBias(model),
      TypeError,
      "Cannot compare biases with frequencies as texts must be token ids where the model has no tokenizer: current value is ",
    ],
    [
      () => predictionBias(model, { texts: [[1, 2]] }),
      RangeError,
      "Cannot compare biases with frequencies as at least three tokens must occur in the texts: there are 2",
    ],
    [
      () => predictionBias(model, { texts: [[1]], permutations: 3 }),
      RangeError,
      "Cannot compare biases with frequencies as permutations must be a whole number from 20 on: current value is 3",
    ],
  ];
  for (const [make, kind, message] of cases) {
    await assertRejects(async () => await make(), kind as typeof Error, message);
  }
});
