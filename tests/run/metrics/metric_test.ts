import { crossEntropy, gradients, logit, type Metric, run } from "../../../lib/run/mod.ts";
import { logitsAt, pick } from "../../../lib/run/metrics/metric.ts";
import type { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { RAGGED } from "./metric_check.ts";

/** The sum of the logits of token 3 at two positions, as a caller may write a metric. */
function own(read: number, claimed: readonly number[] = [read, 1]): Metric {
  return {
    label: "my metric",
    unit: "",
    differentiable: true,
    positions: ({ tokens }) =>
      tokens.map(({ ids }) => claimed.map((at) => at < 0 ? ids.length + at : at)),
    vocabulary: ({ tokens }) => tokens.map(() => [3]),
    evaluate: (logits, places, { tokens }) => {
      const at = (position: number) =>
        pick(logitsAt(logits, tokens.map(() => position), places), tokens.map(() => 3));
      return at(read).add(at(1)) as tf.Tensor1D;
    },
  };
}

Deno.test("a metric of one's own is measured and differentiated, with positions counted from either end", async () => {
  const model = await fixtureModel("gpt_neox");
  for (const padding of ["left", "right"] as const) {
    using result = await run(model, RAGGED, { padding });
    using found = await gradients(model, RAGGED, own(-2), { padding });
    near(found.values, result.measure(own(-2)), 1e-5);
    // By a site of the last norm all positions are read off, and nothing else is different.
    using whole = await gradients(model, RAGGED, own(-2), {
      at: ["embed", "ln_final.normalized"],
      padding,
    });
    near(whole.values, found.values, 1e-5);
    near(
      whole.norms("embed").flatMap((row) => [...row]),
      found.norms("embed").flatMap((row) => [...row]),
      1e-5,
    );
  }
});

Deno.test("a metric that reads other positions than it says is refused, and frees what was made", async () => {
  const model = await fixtureModel("gpt2");
  (await gradients(model, RAGGED, own(0))).dispose();
  const before = heldTensors();
  const lie = await assertRejects(() => gradients(model, RAGGED, own(0, [1])), RangeError);
  assertEquals(
    lie.message,
    "Cannot measure my metric as it must read only the positions that it says it reads, 1 in example 0: current value is 0",
  );
  const outside = await assertRejects(() => gradients(model, RAGGED, own(0, [0, 4])), RangeError);
  assertEquals(
    outside.message,
    "Cannot find a position as it must be from -2 to 1 in example 2: current value is 4",
  );
  assertEquals(heldTensors(), before);
});

Deno.test("what is no metric is refused, its function before it was called too", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, RAGGED);
  const wrong: [unknown, string][] = [
    [crossEntropy, "the function crossEntropy, which makes one when it is called"],
    ["logit", "logit"],
    [undefined, "undefined"],
    [null, "null"],
    [{}, "{}"],
  ];
  for (const [metric, found] of wrong) {
    const rest = ` as the metric must be one, such as logit(" Mary"): current value is ${found}`;
    assertEquals(
      assertThrows(() => result.measure(metric as Metric), TypeError).message,
      `Cannot measure a run${rest}`,
    );
    assertEquals(
      (await assertRejects(() => gradients(model, RAGGED, metric as Metric), TypeError)).message,
      `Cannot take gradients${rest}`,
    );
  }
});

Deno.test("evaluated() refuses what is not a number for each example, and checkMetric() what lacks a function", async () => {
  const model = await fixtureModel("gpt2"), prompts = [[3, 17, 24], [5, 6, 7]];
  using result = await run(model, prompts);
  const own = (evaluate: unknown) =>
    assertThrows(() => result.measure({ ...logit(5), evaluate } as Metric), TypeError).message;
  const rule =
    "Cannot measure logit of #5 as its evaluate must return a tensor of a number for each example, [2]: ";
  assertEquals(own((x: tf.Tensor) => x.sum()), `${rule}current value is a tensor []`);
  assertEquals(own((x: tf.Tensor) => x.sum(1)), `${rule}current value is a tensor [2, 96]`);
  assertEquals(own(() => 3), `${rule}current value is number`);
  assertEquals(own(() => Promise.resolve(3)), `${rule}current value is a promise`);
  const { positions: _, ...rest } = logit(5);
  assertEquals(
    assertThrows(() => result.measure(rest as Metric), TypeError).message,
    'Cannot measure a run as a metric must have the functions positions, vocabulary and evaluate, as logit(" Mary") has: ' +
      "positions is undefined",
  );
  assertEquals(
    assertThrows(() => result.measure((() => 1) as unknown as Metric), TypeError).message,
    'Cannot measure a run as the metric must be one, such as logit(" Mary"): current value is a function, where a metric is an object that has one, evaluate',
  );
});
