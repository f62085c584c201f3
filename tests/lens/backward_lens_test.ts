import { backwardLens } from "../../lib/lens/mod.ts";
import { Transformer } from "../../lib/model/mod.ts";
import { crossEntropy, gradients, logProbability, run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, weightOf } from "./families.ts";

await startBackend("float64");

const prompt = PROMPTS[0]!;

Deno.test("F-11 backwardLens(): the sum of the outer products is the gradient, in every decoder", async () => {
  for (const family of DECODERS) {
    const model = await fixtureModel(family);
    const lens = await backwardLens(model, prompt, crossEntropy());
    const names = lens.factors.map(({ layer, expert, weight }) =>
      `blocks.${layer}.${expert === undefined ? "mlp" : `moe.experts.${expert}`}.${weight}`
    );
    using found = await gradients(model, prompt, crossEntropy(), { at: [], weights: names });
    names.forEach((name, i) =>
      near(
        lens.gradient(lens.factors[i]!),
        found.weight(name).dataSync(),
        1e-9,
        `${family} ${name}`,
      )
    );
  }
});

Deno.test("F-11 backwardLens(): a gradient has no more rank than there are tokens", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), few = prompt.slice(0, 3);
    const lens = await backwardLens(model, few, logProbability(40));
    for (const factors of lens.factors) {
      const gradient = lens.gradient(factors), { neurons, width } = model.architecture;
      const columns = factors.weight === "W_out" ? width : neurons;
      assert(rankOf(gradient, columns) <= 3, `${family} ${factors.weight}`);
    }
  }
});

Deno.test("F-11 backwardLens(): in the last block the token that is to come is promoted most", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family);
    const expert = model.architecture.mixture ? 1 : undefined, target = 40;
    const lens = await backwardLens(model, prompt, logProbability(target), {
      step: "raise",
      layers: [-1],
    });
    const used = lens.terms.filter(({ weight, position, size }) =>
      weight === "W_out" && position === prompt.length - 1 && size > 0
    );
    assert(used.length > 0, `${family} ${expert}`);
    for (const term of used) assertEquals(term.greatest[0]!.id, target, family);
  }
});

Deno.test("F-11 backwardLens(): without a last norm what comes back is (p − e) · W_U", async () => {
  const whole = await fixtureModel("gpt_neox"), target = 40;
  const architecture = { ...whole.architecture, finalNorm: false };
  const model = new Transformer(whole.weights.replaced(architecture, new Map()), null, {
    name: "toy",
    source: "",
  });
  const lens = await backwardLens(model, prompt, logProbability(target));
  using result = await run(model, prompt);
  const at = prompt.length - 1;
  const logits = result.logits.dataSync().slice(at * 96, at * 96 + 96);
  const most = Math.max(...logits);
  const shares = Float64Array.from(logits, (x) => Math.exp(x - most));
  const total = shares.reduce((sum, x) => sum + x, 0), W_U = weightOf(model, "W_U");
  // The gradient of a log-probability: the negative of that of its loss.
  const expected = Float64Array.from({ length: 32 }, (_, i) => {
    let sum = 0;
    for (let id = 0; id < 96; id++) {
      sum -= (shares[id]! / total - (id === target ? 1 : 0)) * W_U[i * 96 + id]!;
    }
    return sum;
  });
  const factors = lens.factors.find(({ layer, weight }) => layer === 1 && weight === "W_out")!;
  near(factors.backward.subarray(at * 32, at * 32 + 32), expected, 1e-9);
  // A step that lowers the log-probability promotes what a step that raises it suppresses.
  assertEquals(lens.term({ layer: 1, weight: "W_out", position: -1 }).least[0]!.id, target);
});

Deno.test("backwardLens() draws itself, frees what it makes and refuses what is not there", async () => {
  const model = await fixtureModel("gpt2"), metric = logProbability(3);
  await backwardLens(model, prompt, metric);
  const before = heldTensors();
  const lens = await backwardLens(model, prompt, metric, { layers: [0], count: 2 });
  assertEquals(heldTensors(), before);
  assert(lens[display]()["text/plain"].includes("0.W_out"));
  assertEquals(lens.toJSON().terms.length, 2 * prompt.length);
  await assertRejects(
    () => backwardLens(model, prompt, metric, { layers: [2] }),
    RangeError,
    "Cannot read gradients of layer 2 as it must be from -2 to 1",
  );
  await assertRejects(
    () => backwardLens(model, PROMPTS, metric),
    RangeError,
    "Cannot read gradients in the vocabulary as there must be one prompt: there are 2",
  );
  await assertRejects(
    () => backwardLens(model, prompt, metric, { step: "up" as "raise" }),
    RangeError,
    'Cannot read gradients in the vocabulary as step must be "lower" or "raise": current value is "up"',
  );
  assertThrows(
    () => lens.gradient({ layer: 1, weight: "W_in" }),
    RangeError,
    "Cannot give the gradient by 1.W_in as it must be among those read: 0.W_in, 0.W_out",
  );
});

/** The rank by elimination with full pivoting; what is under 1e-10 of the greatest number counts as nothing. */
function rankOf(numbers: Float64Array, columns: number): number {
  const rows = numbers.length / columns, left = numbers.slice();
  const first = left.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let rank = 0; rank < Math.min(rows, columns); rank++) {
    let best = 0;
    left.forEach((x, i) => best = Math.abs(x) > Math.abs(left[best]!) ? i : best);
    const pivot = left[best]!;
    if (Math.abs(pivot) <= 1e-10 * first) return rank;
    const row = Math.floor(best / columns), column = best % columns;
    const own = left.slice(row * columns, (row + 1) * columns);
    for (let i = 0; i < rows; i++) {
      const factor = left[i * columns + column]! / pivot;
      for (let j = 0; j < columns; j++) left[i * columns + j]! -= factor * own[j]!;
    }
  }
  return Math.min(rows, columns);
}
