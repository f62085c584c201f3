/** Weights of every decoder of the fixtures, and of every variant: names, views, surgery, processing. */

import {
  loadFolder,
  processWeights,
  type Transformer,
  weightNames,
  withWeights,
} from "../../lib/model/mod.ts";
import { slots } from "../../lib/model/slots.ts";
import { weightPlace } from "../../lib/model/weight_places.ts";
import { families } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { near, same } from "../near.ts";
import { DECODERS, fixtureModel, fixturePath, readTensors } from "./fixture.ts";

const VARIANTS = fixturePath("transformers/variants");
const variants = [...Deno.readDirSync(VARIANTS)].filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => `${VARIANTS}/${name}`).sort();
const PATHS = [...DECODERS.map((name) => fixturePath(`families/${name}`)), ...variants];
const PROMPTS = [[3, 30, 17, 8, 9, 22, 30, 1, 2], [5, 5, 5, 2, 39, 38, 1, 0, 11]];

async function forAll(body: (model: Transformer, title: string) => void | Promise<void>) {
  for (const path of PATHS) {
    using model = await loadFolder(path);
    await body(model, path.replace(/.*\//, ""));
  }
}

Deno.test("every weight of every decoder has a name, and every name a place with its own numbers", async () => {
  await forAll((model, title) => {
    const { weights, architecture } = model, names = weightNames(weights);
    assertEquals(new Set(names).size, names.length);
    const reached = new Set<string>();
    for (const name of names) {
      const place = weightPlace(weights, name);
      assert(place?.name === name, `${title} ${name}`);
      tf.tidy(() => {
        const whole = tf.range(0, place.whole.reduce((product, n) => product * n, 1))
          .reshape([...place.whole]);
        const part = place.cut(whole), marked = part.mul(-1).sub(1);
        assertEquals(part.shape, place.shape, `${title} ${name}`);
        same(place.cut(place.put(whole, marked)).dataSync(), marked.dataSync(), name);
        if (weights.has(place.slot)) {
          assertEquals(weights.copy(place.slot).shape, whole.shape, `${title} ${name}`);
        }
      });
      reached.add(place.slot);
    }
    const family = families.get(architecture.family)!;
    const own = [...slots(family, architecture)].map(([slot]) => slot);
    assertEquals(own.filter((slot) => !reached.has(slot)), [], title);
    for (const name of ["W_Q", "W_K", "W_V", "W_O", "W_in", "W_out"] as const) {
      const stacked = model[name], one = model.layerWeight(1, name)!;
      same(
        tf.tidy(() =>
          stacked.tensor().slice([1, ...one.shape.map(() => 0)], [1, ...one.shape]).dataSync()
            .slice()
        ),
        tf.tidy(() => one.tensor().dataSync().slice()),
        `${title} ${name}`,
      );
    }
  });
});

Deno.test("giving a model its own weights changes nothing, giving it others does", async () => {
  await forAll(async (model, title) => {
    using plain = await run(model, PROMPTS);
    const names = weightNames(model.weights).filter((name) => model.weight(name).stored);
    const own = tf.tidy(() =>
      Object.fromEntries(names.map((name) => [name, tf.keep(model.weight(name).tensor())]))
    );
    using same = withWeights(model, own);
    using again = await run(same, PROMPTS);
    near(again.logits.dataSync(), plain.logits.dataSync(), 1e-4, title);
    using other = withWeights(
      model,
      Object.fromEntries(names.map((name) => [name, own[name]!.mul(0.9)])),
    );
    using moved = await run(other, PROMPTS);
    const gap = tf.tidy(() => moved.logits.sub(plain.logits).abs().max().dataSync()[0]!);
    assert(gap > 0.01, `${title}: ${gap}`);
    tf.dispose(Object.values(own));
  });
});

/** What processing must leave out, by what a model is; the rest must be done. */
function leftOut({ architecture }: Transformer, hasValueBiases: boolean): string[] {
  const { norm, norms = "before", finalNorm = true, logitCap, sinks, clip } = architecture;
  const bare = norms === "after" || norms === "stream";
  return [
    ...bare ? ["foldNorms"] : [],
    ...norm.kind === "rms" || norms !== "before" || !finalNorm ? ["centreWritingWeights"] : [],
    ...logitCap == null ? [] : ["centreUnembedding"],
    ...sinks || clip || !hasValueBiases ? ["foldValueBiases"] : [],
  ];
}

Deno.test("A-05 A-06 A-24 processed weights give every decoder's log-probabilities, and what does not fit is left out", async () => {
  await forAll(async (model, title) => {
    using processed = await processWeights(model);
    using plain = await run(model, PROMPTS);
    using after = await run(processed, PROMPTS);
    const [a, b] = [plain, after].map(({ logits }) => tf.logSoftmax(logits));
    near(b!.dataSync(), a!.dataSync(), 1e-4, title);
    tf.dispose([a!, b!]);
    const gains = model.architecture.norm.kind === "layer" && model.architecture.biases.norm;
    const { norms = "before" } = model.architecture;
    // Folding a norm's bias gives values one.
    const biases = model.architecture.biases.attention || (gains && norms === "before");
    const left = processed.provenance.changes!.filter((change) => / left out: /.test(change))
      .map((change) => change.replace(/ .*/, ""));
    assertEquals(left, leftOut(model, biases), title);
  });
});

const theirs = [...Deno.readDirSync(fixturePath("transformerlens"))].map(({ name }) => name);
for (const family of DECODERS.filter((family) => theirs.includes(family))) {
  const stored = readTensors(fixturePath(`transformerlens/${family}/golden.safetensors`));
  const compatible = stored.get("compat/logits");
  if (!compatible) continue;
  Deno.test(`A-06 ${family}: processed weights give the log-probabilities of TransformerLens's`, async () => {
    const { inputs } = JSON.parse(
      Deno.readTextFileSync(fixturePath(`transformerlens/${family}/golden.json`)),
    );
    using processed = await processWeights(await fixtureModel(family));
    using result = await run(processed, inputs.input_ids);
    tf.tidy(() => {
      const theirs = tf.tensor(compatible.values, [...compatible.shape]);
      near(tf.logSoftmax(result.logits).dataSync(), tf.logSoftmax(theirs).dataSync(), 1e-4);
    });
  });
}

Deno.test("processing that would change what a model computes is refused with the reason", async () => {
  const cases = [
    [
      "olmo2",
      "foldNorms",
      "as its norms must stand before what reads them: they stand after what is written",
    ],
    [
      "gemma2",
      "centreUnembedding",
      "as its logits must be read off as they are: they go through a soft cap of 30",
    ],
    [
      "gpt_oss",
      "foldValueBiases",
      "as each row of its patterns must sum to 1: its heads have sinks",
    ],
    ["qwen2", "centreWritingWeights", "as its norms must subtract the mean: they are RMSNorm"],
  ] as const;
  for (const [family, which, message] of cases) {
    const model = await fixtureModel(family);
    const error = await assertRejects(() => processWeights(model, { which: [which] }), TypeError);
    assert(error.message.includes(message), error.message);
  }
});
