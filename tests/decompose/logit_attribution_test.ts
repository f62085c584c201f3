/** What wrote a logit, held to the logit in double precision, every decoder. */

import { captureStream, type Level, logitAttribution } from "../../lib/decompose/mod.ts";
import { readOnce } from "../../lib/decompose/read_once.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import {
  add,
  gradients,
  logit,
  logitDifference,
  logProbability,
  run,
  zero,
} from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { EVERY_DECODER } from "./every_decoder.ts";

await startBackend("float64");

/** Two prompts of other lengths. */
const RAGGED = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 6)];

/** Prompts of ids that a model has. */
const within = (
  { architecture: { vocabulary } }: Transformer,
  prompts: readonly (readonly number[])[],
) => prompts.map((ids) => ids.map((id) => id % vocabulary));

const levelsOf = ({ architecture: { mixture } }: Transformer): (Level | Level[])[] => [
  "component",
  "head",
  "neuron",
  ["head", "neuron"],
  ...mixture ? ["expert" as const] : [],
];

for (const [name, load] of EVERY_DECODER) {
  Deno.test(`C-05 C-04 A-17 parts, biases and the norm frozen add up to the logit, ${name}`, async () => {
    const model = await load(), [target, other] = [5, [7, 9]];
    const ragged = within(model, RAGGED);
    using result = await run(model, ragged);
    for (const by of levelsOf(model)) {
      const found = await logitAttribution(model, ragged, logitDifference(target, other), { by });
      near(found.measured, result.measure(logitDifference(target, other)), 1e-9);
      // A cap bends each logit, and what stands before it is what the parts add up to.
      if (model.architecture.logitCap == null) near(found.totals, found.measured, 1e-12);
      near(found.leftOver, [0, 0], 1e-9, `${by}`);
    }
    const paths = await logitAttribution(model, within(model, PROMPTS), logit(target), {
      by: ["path", "neuron"],
    });
    near(paths.leftOver, [0, 0], 1e-9, "paths");
  });

  Deno.test(`C-07 C-08 C-09 A-09 A-11 A-13 finer parts add up to coarser ones, ${name}`, async () => {
    const model = await load();
    using stream = await captureStream(model, within(model, PROMPTS), { by: ["path", "neuron"] });
    const of = (by: Level | Level[]) => logitAttribution(model, stream, logit(3), { by });
    const [whole, heads, paths, neurons] = await Promise.all(
      [of("component"), of("head"), of("path"), of("neuron")],
    );
    for (let layer = 0; layer < model.architecture.layers; layer++) {
      const sum = (from: typeof whole, pattern: RegExp) =>
        from!.values.filter((_, i) => pattern.test(from!.parts[i]!.label))
          .reduce((sum, own) => sum.map((x, i) => x + own[i]!), new Float64Array(2));
      const attention = sum(whole, new RegExp(`^L${layer} attn$`));
      near(sum(heads, new RegExp(`^L${layer}(H\\d+$| b_O$| ln1_post bias$)`)), attention, 1e-9);
      const network = sum(whole, new RegExp(`^L${layer} mlp$`));
      near(
        sum(neurons, new RegExp(`^L${layer}(N\\d+$|E\\d+N\\d+$|(E\\d+)? b_out$| ln2_post bias$)`)),
        network,
        1e-9,
      );
      for (let head = 0; head < model.architecture.heads; head++) {
        near(
          sum(paths, new RegExp(`^L${layer}H${head} from \\d+$`)),
          sum(heads, new RegExp(`^L${layer}H${head}$`)),
          1e-9,
        );
      }
    }
  });
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`C-04 C-07 C-08 ${family}: parts are those of plain loops over sites and weights`, async () => {
    const model = await fixtureModel(family), token = 11, { layers } = model.architecture;
    using result = await run(model, [...PROMPTS[0]!], { capture: ["*"] });
    const found = await logitAttribution(model, [...PROMPTS[0]!], logit(token), {
      by: ["head", "neuron"],
    });
    const last = (site: string, head?: number) =>
      readOnce(() => {
        const value = result.cache.get(site);
        const own = head === undefined ? value : tf.unstack(value)[head]!;
        return tf.slice(own, [0, 10, 0], [1, 1, -1]);
      });
    const numbers = (weight: string) => {
      const tensor = model.weight(weight).tensor(), found = readNumbers(tensor);
      tensor.dispose();
      return found;
    };
    const { width, vocabulary, norm, logitScale = 1 } = model.architecture;
    const unembed = numbers("W_U"), gain = numbers("ln_final.w"), [scale] = last("ln_final.scale");
    const throughNorm = (x: ArrayLike<number>, gain: Float64Array, scale: number) => {
      const values = Array.from(x), mean = values.reduce((a, b) => a + b, 0) / width;
      return values.map((value, i) =>
        (value - (norm.kind === "layer" ? mean : 0)) / scale * gain[i]!
      );
    };
    const read = (x: ArrayLike<number>) =>
      throughNorm(x, gain, scale!).reduce(
        (sum, value, i) => sum + value * unembed[i * vocabulary + token]!,
        0,
      ) * logitScale;
    for (let layer = 0; layer < layers; layer++) {
      const block = `blocks.${layer}`;
      const behind = (x: ArrayLike<number>, name: string) =>
        model.sites.blocks[layer]![name as "ln1_post"]
          ? throughNorm(x, numbers(`${block}.${name}.w`), last(`${block}.${name}.scale`)[0]!)
          : x;
      for (let head = 0; head < model.architecture.heads; head++) {
        const expected = read(behind(last(`${block}.attn.result`, head), "ln1_post"));
        near([found.value(`L${layer}H${head}`)], [expected], 1e-9);
      }
      if (model.architecture.mixture) continue;
      const post = last(`${block}.mlp.post`), out = numbers(`${block}.mlp.W_out`);
      for (const neuron of [0, 7, post.length - 1]) {
        const written = out.slice(neuron * width, (neuron + 1) * width)
          .map((x) => x * post[neuron]!);
        const expected = read(behind(written, "ln2_post"));
        near([found.value(`L${layer}N${neuron}`)], [expected], 1e-9);
      }
    }
  });

  Deno.test(`C-06 A-04 ${family}: the derivative of the norm is the gradient, the frozen norm is not, and own norms are lenses`, async () => {
    const model = await fixtureModel(family), prompt = [...PROMPTS[0]!];
    const last = `blocks.${model.architecture.layers - 1}`;
    const options = { at: [`${last}.mlp_out`] };
    const capped = model.architecture.logitCap != null;
    const exact = await gradients(model, prompt, logit(4), options);
    const frozen = await gradients(model, prompt, logit(4), { ...options, rules: "frozenNorm" });
    const [slope] = exact.timesValue(`${last}.mlp_out`),
      [still] = frozen.timesValue(`${last}.mlp_out`);
    const label = `L${model.architecture.layers - 1} mlp`;
    const of = async (norm: "own" | "frozen" | "derivative") =>
      (await logitAttribution(model, prompt, logit(4), { norm })).value(label);
    const measured = (await logitAttribution(model, prompt, logit(4))).measured[0]!;
    // A cap has a slope of its own: 1 − (logit / cap)².
    const bend = capped ? 1 - (measured / model.architecture.logitCap!) ** 2 : 1;
    near([await of("derivative") * bend], [slope!.at(-1)!], 1e-8);
    near([await of("frozen") * bend], [still!.at(-1)!], 1e-8);
    assert(Math.abs(await of("derivative") - await of("frozen")) > 1e-4);
    const found = await logitAttribution(model, prompt, logit(4), { norm: "own" });
    assert(!found.additive && Number.isNaN(found.leftOver[0]));
  });

  Deno.test(`C-10 ${family}: differences turn their sign with their tokens, and are differences of logits`, async () => {
    const model = await fixtureModel(family);
    const of = (target: Parameters<typeof logitAttribution>[2]) =>
      logitAttribution(model, RAGGED, target, { by: "head" });
    const [there, back, one, two] = await Promise.all([
      of(logitDifference(3, 8)),
      of(logitDifference(8, 3)),
      of(logit(3)),
      of(logit(8)),
    ]);
    there.values.forEach((own, i) => {
      near(own, back.values[i]!.map((x) => -x), 1e-12);
      near(own, one.values[i]!.map((x, e) => x - two.values[i]![e]!), 1e-10);
    });
  });
}

Deno.test("logitAttribution() shows what an edit put into the stream as left over, and counts edited heads as they are", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  const silenced = await logitAttribution(model, prompt, logit(3), {
    by: "head",
    edits: [zero("blocks.1.attn.z", { heads: 2 })],
  });
  near([silenced.value("L1H2"), silenced.leftOver[0]!], [0, 0], 1e-9);
  const vector = tf.ones([32]).mul(tf.tensor1d(Array.from({ length: 32 }, (_, i) => i % 5)));
  const pushed = await logitAttribution(model, prompt, logit(3), {
    edits: [add("blocks.0.resid_post", vector)],
  });
  assert(Math.abs(pushed.leftOver[0]!) > 1e-3, "what the edit added is no part");
  vector.dispose();
});

Deno.test("logitAttribution() reads directions off any place of the stream", async () => {
  const model = await fixtureModel("gemma2"), prompt = [...PROMPTS[0]!];
  using result = await run(model, prompt, { capture: ["blocks.1.resid_mid"] });
  const direction = Array.from({ length: model.architecture.width }, (_, i) => Math.sin(i));
  const found = await logitAttribution(model, prompt, { label: "sine", direction, position: 3 }, {
    at: "blocks.1.resid_mid",
    by: ["head", "neuron"],
  });
  const stream = readNumbers(result.cache.get("blocks.1.resid_mid"));
  const expected = direction.reduce((sum, x, i) => sum + x * stream[3 * direction.length + i]!, 0);
  near(found.totals, [expected], 1e-9);
  near(found.leftOver, [0], 1e-9);
  assertEquals(
    found.parts.filter(({ layer }) => layer === 1).every(({ kind }) => kind === "head"),
    true,
  );
});

Deno.test("logitAttribution() captures long lists in batches, and gives what one batch gives", async () => {
  const model = await fixtureModel("llama");
  const prompts = Array.from({ length: 130 }, (_, i) => PROMPTS[i % 2]!.slice(i % 3));
  const found = await logitAttribution(model, prompts, logit(5), { by: "head" });
  const alone = await logitAttribution(model, prompts.slice(120), logit(5), { by: "head" });
  found.values.forEach((own, i) => near(own.slice(120), alone.values[i]!, 1e-12));
});

Deno.test("logitAttribution() refuses what has no meaning, and frees what it made", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  (await captureStream(model, prompt)).dispose();
  await logitAttribution(model, prompt, logit(3), { by: ["path", "neuron"] });
  const before = heldTensors();
  const refused = async (attempt: () => Promise<unknown>, words: string) => {
    const { message } = await assertRejects(attempt, Error);
    assert(message.includes(words), message);
  };
  await refused(
    () => logitAttribution(model, prompt, logProbability(3)),
    'the target must be a sum of logits, such as logit(" Mary")',
  );
  await refused(
    () => logitAttribution(model, prompt, logit(3), { by: "heads" as never }),
    "by must be among",
  );
  await refused(
    () => logitAttribution(model, prompt, logit(3), { by: "expert" }),
    "must have experts",
  );
  await refused(
    () => logitAttribution(model, prompt, logit(3), { by: ["head", "path"] }),
    "each splits attention",
  );
  await refused(
    () => logitAttribution(model, RAGGED, logit(3), { by: "path" }),
    "prompts must be of one length",
  );
  await refused(
    () => logitAttribution(model, prompt, { label: "short", direction: [1, 2, 3] }),
    "a direction must have the width of the stream, [32]: current value is [3]",
  );
  await refused(() => logitAttribution(model, [], logit(3)), "Cannot");
  await refused(() => logitAttribution(model, prompt, logit(960)), "token id must be an integer");
  await refused(
    () =>
      logitAttribution(model, prompt, { label: "x", direction: new Float64Array(32) }, {
        at: "blocks.7.resid_pre",
      }),
    "blocks.7.resid_pre",
  );
  await refused(
    () => logitAttribution(model, prompt, logit(3), { at: "blocks.0.resid_pre" }),
    "only a direction",
  );
  using stream = await captureStream(model, prompt, { by: "component" });
  await refused(
    () => logitAttribution(model, stream, logit(3), { by: "head" }),
    'capture it with { by: "head" }',
  );
  const other = await fixtureModel("llama");
  await refused(() => logitAttribution(other, stream, logit(3)), "must be of the same model");
  stream.dispose();
  assertEquals(heldTensors(), before);
});
