import { kl, type MetricContext, run, type RunResult, zero } from "../../../lib/run/mod.ts";
import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel, seedling } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { ownPart } from "../own_part.ts";
import { checkMetric, logProbabilities, RAGGED } from "./metric_check.ts";

const EDITS = [zero("blocks.0.mlp_out")];

/** Σ p · log(p / q), from logits. */
function divergence(reference: Float64Array, found: Float64Array): number {
  const [p, q] = [logProbabilities(reference), logProbabilities(found)];
  return p.reduce((sum, value, id) => sum + Math.exp(value) * (value - q[id]!), 0);
}

Deno.test("C-16 kl() is Σ p · log(p / q), p the reference's, whichever side either is padded on", async () => {
  const model = await fixtureModel("gpt2"), axes = ["batch", "position", "vocabulary"];
  for (const padding of ["left", "right"] as const) {
    using reference = await run(model, RAGGED, { edits: EDITS, padding });
    const rows = RAGGED.map(({ length }, example) => {
      const from = reference.places(example, 0);
      const own = ownPart(reference.logits, axes, example, { from, to: from + length });
      return Array.from({ length }, (_, i) => own.slice(i * 96, (i + 1) * 96));
    });
    for (const position of [-1, -2, 0]) {
      await checkMetric(
        kl(reference, { position }),
        (logits, i) => divergence(rows[i]!.at(position)!, logits.at(position)!),
      );
    }
  }
});

Deno.test("kl() is 0 of a run and itself, not below 0 of any two, and another number the other way", async () => {
  const model = await seedling(), prompts = ["The capital of France is", "Mary and John"];
  using clean = await run(model, prompts);
  assertEquals([...clean.measure(kl(clean))], [0, 0]);
  for (const head of [0, 3, 5]) {
    using edited = await run(model, prompts, { edits: [zero("blocks.3.attn.z", { heads: head })] });
    const there = edited.measure(kl(clean)), back = clean.measure(kl(edited));
    // Single precision rounds a sum over 3,256 tokens by less.
    for (const value of [...there, ...back]) assert(value > -1e-6, `${value}`);
    assert(there.some((value, i) => Math.abs(value - back[i]!) > 1e-5), "they differ");
  }
});

Deno.test("kl() counts nothing for what the reference holds for impossible, and no end for what it alone expects", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[3]]);
  const context: MetricContext = { model, tokens }, places = () => 0;
  const none = -Infinity, half = Math.log(2);
  const of = (reference: number[], found: number[]) => {
    const own = tf.tensor3d([[reference]]), other = tf.tensor3d([[found]]);
    const metric = kl({ logits: own, tokens, places } as unknown as RunResult);
    const values = metric.evaluate(other, places, context);
    const slope = tf.grad((x) => metric.evaluate(x as tf.Tensor3D, places, context).sum())(other);
    return [readNumbers(values)[0]!, [...readNumbers(slope)]] as const;
  };
  near([of([0, none, 0], [0, 0, 0])[0]], [Math.log(1.5)], 1e-6);
  near([of([0, none, none], [0, none, 0])[0]], [half], 1e-6, "both rule one out");
  near(of([0, none, none], [0, none, 0])[1], [-0.5, 0, 0.5], 1e-6, "its slope is q − p");
  assertEquals(of([0, 0, none], [0, none, none])[0], Infinity);
});

Deno.test("kl() refuses a reference that does not fit", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, RAGGED);
  const message = async (reference: Promise<RunResult>, position?: number) => {
    using own = await reference;
    const metric = kl(own, position === undefined ? {} : { position });
    return assertThrows(() => result.measure(metric), RangeError).message;
  };
  assertEquals(
    await message(run(model, RAGGED.slice(1))),
    "Cannot measure a divergence as the reference must have as many examples, 3: it has 2",
  );
  assertEquals(
    await message(run(model, RAGGED.map((ids) => ids.slice(0, 1))), 1),
    "Cannot measure kl as its position must be from -1 to 0 in example 0: current value is 1",
  );
  assertEquals(
    await message(run(model, RAGGED, { stop: 1 })),
    "Cannot read logits as the run must go to its end: it stopped before; its stream is in `stream`",
  );
  assertEquals(
    await message(run(await seedling(), RAGGED)),
    "Cannot measure a divergence as the reference must have the same vocabulary, 96 tokens: it has 3256",
  );
  using clean = await run(model, RAGGED);
  assertEquals([kl(clean).label, kl(clean).unit], ["KL from the reference", "nats"]);
});
