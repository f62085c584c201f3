import { processWeights, type Transformer, type WeightProcessing } from "../../../lib/model/mod.ts";
import { logSoftmax, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { drawings } from "../../run/drawings.ts";
import { near, same } from "../../near.ts";
import { FAMILIES, fixtureModel, fixturePath, readTensors } from "../fixture.ts";
import { run } from "../../../lib/run/mod.ts";
import { agree, computed, everyShape, tolerance } from "./processing_check.ts";

const ALL: readonly WeightProcessing[] = [
  "foldNorms",
  "centreWritingWeights",
  "centreUnembedding",
  "foldValueBiases",
];

Deno.test("A-05 A-06 A-24 processWeights() keeps the log-probabilities, and the sites that it says it keeps", async () => {
  const sites = ["attn.pattern", "mlp.post", "ln1.normalized", "ln2.normalized", "ln_final.*"];
  await everyShape(async (model, what) => {
    const processed = await processWeights(model);
    // RMSNorm reads a stream that still has its mean, LayerNorm one that lost it: normalised they are the same.
    await agree(processed, model, { what, sites });
    processed.dispose();
  });
});

for (const family of FAMILIES) {
  Deno.test(`A-05 A-06 A-24 processWeights() makes TransformerLens's processed weights of ${family}, and their logits`, async () => {
    const model = await fixtureModel(family), processed = await processWeights(model);
    const stored = readTensors(fixturePath(`transformerlens/${family}/processed.safetensors`));
    const { inputs } = JSON.parse(
      Deno.readTextFileSync(fixturePath(`transformerlens/${family}/golden.json`)),
    );
    let compared = 0;
    for (const [name, { shape, values }] of stored) {
      if (!name.startsWith("compat/weights/")) continue;
      // Their norms keep the names of the file.
      const title = name.slice(15).replace(/\.weight$/, ".w").replace(/\.bias$/, ".b");
      const weight = processed.weight(title);
      assertEquals(weight.shape, shape, title);
      near(await weight.data(), values, 1e-4, title);
      compared++;
    }
    assertEquals(compared, { gpt2: 26, gpt_neox: 25, llama: 15 }[family]);
    using result = await run(processed, inputs.input_ids);
    near(result.logits.dataSync(), stored.get("compat/logits")!.values, 1e-4, "logits");
    const ours = tf.tidy(() => logSoftmax(result.logits)),
      { shape, values } = stored.get("compat/logits")!;
    const theirs = tf.tidy(() => logSoftmax(tf.tensor(values, [...shape])));
    near(ours.dataSync(), theirs.dataSync(), 1e-4, "log-probabilities");
    tf.dispose([ours, theirs]);
    processed.dispose();
  });
}

Deno.test("processWeights() a second time changes nothing but last digits", async () => {
  await everyShape(async (model, what) => {
    const once = await processWeights(model), twice = await processWeights(once);
    for (
      const name of [
        "W_E",
        "W_U",
        "b_U",
        "W_Q",
        "W_V",
        "b_V",
        "W_O",
        "b_O",
        "W_in",
        "b_in",
        "W_out",
        "ln_final.w",
      ]
    ) {
      const [a, b] = [twice.weight(name).tensor(), once.weight(name).tensor()];
      // Means of what was centred are the rounding of one sum.
      near(
        a.dataSync(),
        b.dataSync(),
        tf.getBackend() === "float64" ? 1e-12 : 2e-6,
        `${what}: ${name}`,
      );
      tf.dispose([a, b]);
    }
    assertEquals(twice.provenance.name, once.provenance.name);
    twice.dispose();
    once.dispose();
  });
});

Deno.test("processWeights() leaves the model as it was, to the bit, and frees all when it is disposed", async () => {
  await everyShape(async (model, what) => {
    const before = await computed(model), tensors = heldTensors();
    const processed = await processWeights(model);
    await computed(processed);
    processed.dispose();
    assertEquals(heldTensors(), tensors, what);
    const after = await computed(model);
    for (const [name, values] of before) same(after.get(name)!, values, `${what}: ${name}`);
  });
});

Deno.test("processWeights() leaves out what a model does not admit, and says so", async () => {
  const changes = async (family: "gpt2" | "llama") => {
    const processed = await processWeights(await fixtureModel(family));
    const { plain } = await drawings(processed), { changes } = processed.provenance;
    assertEquals(processed.provenance.name, `${family}, processed`);
    assert(plain.includes(changes![0]!) && plain.includes("then changed"), plain);
    assertEquals(JSON.parse(JSON.stringify(processed)).provenance.changes, changes);
    processed.dispose();
    return changes;
  };
  assertEquals(await changes("gpt2"), [
    "norms folded into what reads them",
    "writing weights centred",
    "unembedding centred",
    "value biases folded into output biases",
  ]);
  assertEquals(await changes("llama"), [
    "norms folded into what reads them",
    "centreWritingWeights left out: its norms must subtract the mean: they are RMSNorm, which divides by a root mean square that the mean belongs to",
    "unembedding centred",
    "foldValueBiases left out: its values must have biases: they have none",
  ]);
});

Deno.test("processWeights() does what is asked in one order, whatever the order of the names", async () => {
  const model = await fixtureModel("gpt2");
  const values = async (which: readonly WeightProcessing[]) => {
    const processed = await processWeights(model, { which });
    const all = [
      await processed.W_O.data(),
      await processed.b_O.data(),
      await processed.W_U.data(),
    ];
    processed.dispose();
    return all.flatMap((part) => [...part]);
  };
  same(await values([...ALL].reverse()), await values(ALL));
});

Deno.test("processWeights() refuses what a model does not admit where it is asked for, and other words", async () => {
  const llama = await fixtureModel("llama");
  const message = async (options: Parameters<typeof processWeights>[1], of: Transformer = llama) =>
    (await assertRejects(() => processWeights(of, options), TypeError)).message;
  const tensors = heldTensors();
  assertEquals(
    await message({ which: ["foldNorms", "centreWritingWeights"] }),
    "Cannot centre the writing weights of llama as its norms must subtract the mean: they are RMSNorm, which divides by a root mean square that the mean belongs to",
  );
  assertEquals(
    await message({ which: ["foldValueBiases"] }),
    "Cannot fold the value biases of llama as its values must have biases: they have none",
  );
  assertEquals(
    await message({ which: [] }),
    "Cannot process weights as which must be a list of foldNorms, centreWritingWeights, centreUnembedding, foldValueBiases: current value is []",
  );
  assertEquals(
    // @ts-expect-error: a compiler sees the typo, the kernel of a notebook does not
    await message({ which: ["foldNorm"] }),
    'Cannot process weights as which must hold only foldNorms, centreWritingWeights, centreUnembedding, foldValueBiases: current value is "foldNorm"',
  );
  assertEquals(
    // @ts-expect-error: the same
    await message({ steps: ["foldNorms"] }),
    'Cannot process weights as its options must be among which, signal: "steps" is not',
  );
  assertEquals(heldTensors(), tensors);
});

Deno.test("processWeights() stops at a signal and holds nothing", async () => {
  const model = await fixtureModel("gpt2"), tensors = heldTensors();
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => processWeights(model, { signal })), reason);
  assertEquals(heldTensors(), tensors);
});

Deno.test("A-05 A-06 processWeights() leaves logits that are sums of the parts of the stream, by scale and unembedding alone", async () => {
  await everyShape(async (model, what) => {
    const processed = await processWeights(model), layer = model.architecture.norm.kind === "layer";
    const parts = ["embed", "pos_embed", "attn_out", "mlp_out"].filter((site) =>
      site !== "pos_embed" || model.W_pos
    );
    using result = await run(processed, [[3, 7, 1, 30]], { capture: [...parts, "ln_final.scale"] });
    const { cache, logits } = result;
    tf.tidy(() => {
      const written = cache.sites.filter((site) => site !== "ln_final.scale").map((site) =>
        cache.get(site)
      );
      const rows = tf.addN(written).div(cache.get("ln_final.scale")).reshape([4, -1]);
      const sum = tf.matMul(rows, processed.W_U.tensor()).add(processed.b_U.tensor());
      near(logits.dataSync(), sum.dataSync(), tolerance(), what);
      // Only where the writers were centred does the last norm take no mean off.
      const mean = tf.addN(written).mean(-1).abs().max().dataSync()[0]!;
      assertEquals(mean < 1e-5, layer, `${what}: a mean of ${mean}`);
    });
    processed.dispose();
  });
});
