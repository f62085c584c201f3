import { run, zero } from "../../../lib/run/mod.ts";
import { recordedRun, summed } from "../../../lib/run/gradients/recorded_run.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

/** Frees what a recorded run holds. */
function freed({ tape, output, instrument }: Awaited<ReturnType<typeof recordedRun>>): void {
  tape.dispose();
  output.dispose();
  instrument.cache.dispose();
  instrument.dispose();
}

for (const family of FAMILIES) {
  Deno.test(`recordedRun() ${family}: records what comes of its sites, and computes what run() does`, async () => {
    const model = await fixtureModel(family), edits = [zero("blocks.0.attn.z", { heads: 1 })];
    const sites: Site[] = ["blocks.1.resid_pre", "blocks.1.attn.z"];
    using plain = await run(model, PROMPTS, { edits, capture: sites });
    const slopes: Float64Array[] = [];
    for (const whole of [false, true]) {
      const recorded = await recordedRun(model, PROMPTS, { sites, whole, edits });
      same(recorded.output.dataSync(), plain.logits.dataSync());
      for (const site of sites) {
        same(
          recorded.instrument.cache.get(site).dataSync(),
          plain.cache.get(site).dataSync(),
          site,
        );
      }
      // The gradient is the same whether or not what comes before the sites was recorded too.
      const [stream] = recorded.tap.tensors.get(sites[0]!)!, seed = tf.onesLike(recorded.output);
      const steps = recorded.tape.backward([{ of: recorded.output, gradient: seed }], [stream!]);
      let step = steps.next();
      while (!step.done) step = steps.next();
      const [slope] = step.value;
      slopes.push(readNumbers(slope!));
      tf.dispose([seed, slope!]);
      freed(recorded);
    }
    near(slopes[0]!, slopes[1]!, 0);
    assert(slopes[0]!.some((value) => Math.abs(value) > 1e-3));
  });
}

Deno.test("recordedRun() reads off the columns that it is told to, counted where the prompts lie", async () => {
  const model = await fixtureModel("llama"), prompts = [PROMPTS[0]!.slice(0, 4), PROMPTS[1]!];
  using plain = await run(model, prompts, { padding: "left" });
  const recorded = await recordedRun(model, prompts, {
    sites: ["embed"],
    whole: false,
    padding: "left",
    narrow: (_, { window }) => ({
      read: window.rows.map(({ start, length }) => [start + length - 1, start]),
    }),
  });
  assertEquals(recorded.output.shape, [2, 2, 96]);
  const expected = [0, 1].flatMap((row) =>
    [-1, 0].map((position) => plain.logits.slice([row, plain.places(row, position), 0], [1, 1, 96]))
  );
  near(recorded.output.dataSync(), expected.flatMap((part) => [...part.dataSync()]), 1e-5);
  tf.dispose(expected);
  freed(recorded);
});

Deno.test("recordedRun() leaves nothing behind where it is refused, stopped or fails", async () => {
  const model = await fixtureModel("gpt2");
  freed(await recordedRun(model, PROMPTS, { sites: ["embed"], whole: true }));
  const before = heldTensors(), sites: Site[] = ["embed"];
  const outside = await assertRejects(
    () => recordedRun(model, PROMPTS, { sites: ["logits"], whole: false, stop: 1 }),
    RangeError,
  );
  assertEquals(
    outside.message,
    "Cannot capture logits as the run must come to it: it begins or ends elsewhere",
  );
  const narrow = () => {
    throw new SyntaxError("mine");
  };
  await assertRejects(
    () => recordedRun(model, PROMPTS, { sites, whole: true, narrow }),
    SyntaxError,
  );
  const signal = AbortSignal.abort(new Error("no more"));
  await assertRejects(() => recordedRun(model, PROMPTS, { sites, whole: true, signal }), Error);
  assertEquals(heldTensors(), before);
});

Deno.test("summed() adds the gradients of copies and frees them, and is 0 where there are none", () => {
  const parts = [tf.tensor1d([1, 2]), null, tf.tensor1d([10, 20])];
  const sum = summed(parts, [2]), none = summed([null], [2]);
  assertEquals([[...sum.dataSync()], [...none.dataSync()]], [[11, 22], [0, 0]]);
  assert(parts[0]!.isDisposed && parts[2]!.isDisposed);
  tf.dispose([sum, none]);
});
