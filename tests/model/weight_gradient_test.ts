import { type Transformer, weightGradient, weightNames, withWeights } from "../../lib/model/mod.ts";
import { nobody } from "../../lib/model/observer.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { same } from "../near.ts";
import { FAMILIES, fixtureModel, withModel } from "./fixture.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";

/** The logits of one token after a prompt, twice over, with a weight each so that nothing cancels. */
function measure(model: Transformer): tf.Scalar {
  const steps = model.forward({ ids: [[3, 7, 1, 30, 30]] }, nobody);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const last = step.value.slice([0, 4, 0], [1, 1, 8]).reshape([8]);
  return last.mul(tf.tensor1d([1, -2, 0.5, 1, 2, -1, 3, -0.5])).sum();
}

/** How fast the measure changes along a direction of one weight: by its gradient, and by differences. */
function slopes(model: Transformer, name: string): [gradient: number, difference: number] {
  return tf.tidy(() => {
    const gradient = weightGradient(model.weights, name);
    const each = tf.grads(() => measure(model))([...gradient.tensors]);
    const seen = gradient.view(each), stream = new RandomStream(5, name);
    assertEquals(seen.shape, [...gradient.shape]);
    const direction = tf.tensor(
      Array.from({ length: seen.size }, () => stream.normal() / Math.sqrt(seen.size)),
      seen.shape,
    );
    const value = picked(model, name), step = 0.01;
    const at = (by: number) => {
      const moved = value.add(direction.mul(by));
      const both = model.architecture.tied && /^W_[EU]$/.test(name)
        ? { [name === "W_E" ? "W_U" : "W_E"]: tf.transpose(moved) }
        : {};
      const other = withWeights(model, { [name]: moved, ...both });
      const measured = measure(other).dataSync()[0]!;
      other.dispose();
      return measured;
    };
    return [seen.mul(direction).sum().dataSync()[0]!, (at(step) - at(-step)) / (2 * step)];
  });
}

/** The numbers of a weight that a name with picks means. */
function picked(model: Transformer, name: string): tf.Tensor {
  const [base] = name.split("["), picks = [...name.matchAll(/\[(\w+) (-?\d+)\]/g)];
  return picks.reduce(
    (weight, [, axis, index]) => weight.at({ [axis!]: Number(index) }),
    model.weight(base!),
  ).tensor();
}

Deno.test("weightGradient() maps gradients of tensors to those of weights: central differences through withWeights()", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const names = weightNames(model.weights).filter((name) => model.weight(name).stored);
    for (
      const name of [
        ...names,
        "W_Q",
        "W_O[head 1]",
        "b_in[layer 0]",
        "blocks.1.attn.W_V[head -1][width 3]",
      ]
    ) {
      if (family === "llama" && name.startsWith("b_")) continue;
      const [gradient, difference] = slopes(model, name);
      // Logits of order 1 rounded to 24 bits, divided by a step of 0.02; and the third derivative times the step squared.
      const gap = Math.abs(gradient - difference), allowed = 1e-3 + 5e-3 * Math.abs(difference);
      assert(gap < allowed, `${family} ${name}: ${gradient} and ${difference}`);
    }
  }
});

Deno.test("weightGradient() of one of two tied matrices is that of the one matrix, whichever name it goes by", async () => {
  await withModel(randomCheckpoint("gpt2"), (model) => {
    tf.tidy(() => {
      const of = (name: string) => {
        const gradient = weightGradient(model.weights, name);
        return gradient.view(tf.grads(() => measure(model))([...gradient.tensors]));
      };
      const [W_E, W_U] = [of("W_E"), of("W_U")];
      same(tf.transpose(W_U).dataSync(), W_E.dataSync());
      const untied = withWeights(model, { W_E: model.W_E });
      const own = weightGradient(untied.weights, "W_E");
      const [alone] = tf.grads(() => measure(untied))([...own.tensors]);
      assertEquals(own.tensors.length, 1);
      // The embedding alone moves nothing of a token that the prompt lacks; as an unembedding it does.
      const row = (x: tf.Tensor) => x.slice([5, 0], [1, -1]).abs().max().dataSync()[0]!;
      assertEquals(row(own.view([alone!])), 0);
      assert(row(W_E) > 0.1);
      untied.dispose();
    });
  });
});

Deno.test("weightGradient() names the very tensors that passes read, and gives its view away", async () => {
  const { weights } = await fixtureModel("gpt2");
  const { name, axes, shape, tensors, view } = weightGradient(weights, "blocks.1.attn.b_K");
  assertEquals([name, axes, shape], ["blocks.1.attn.b_K", ["head", "head_width"], [4, 8]]);
  assert(tensors[0] === weights.linear("blocks.1.attn.fused").bias && tensors.length === 1);
  const gradient = tf.range(0, 96), own = view([gradient]), before = [...own.dataSync()];
  assertEquals(before, Array.from({ length: 32 }, (_, i) => 32 + i));
  own.dataSync().fill(0);
  own.dispose();
  assertEquals(gradient.dataSync()[40], 40);
  gradient.dispose();
});

Deno.test("weightGradient() refuses weights that there are none of", async () => {
  const { weights } = await fixtureModel("llama");
  assertEquals(
    assertThrows(() => weightGradient(weights, "blocks.0.attn.b_Q"), RangeError).message,
    "Cannot differentiate by blocks.0.attn.b_Q as the model must have it: it has none, and withWeights adds one, of zeros if need be",
  );
  const message = assertThrows(() => weightGradient(weights, "W_X"), RangeError).message;
  assert(message.startsWith('Cannot differentiate by "W_X" as the model must have'), message);
});
