import { lastScale, readLogits } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near, same } from "../near.ts";
import { DECODERS, fixtureModel, PROMPTS } from "./fixture.ts";

for (const family of DECODERS) {
  Deno.test(`F-01 ${family}: readLogits() gives the model's own logits of the last stream, bit for bit`, async () => {
    const model = await fixtureModel(family), last = model.architecture.layers - 1;
    const final = `blocks.${last}.resid_post`;
    using result = await run(model, PROMPTS, { capture: [final] });
    const before = heldTensors();
    const logits = readLogits(model.weights, result.cache.get(final));
    same(logits.dataSync(), result.logits.dataSync());
    const scale = lastScale(model.weights, result.cache.get(final));
    const frozen = readLogits(model.weights, result.cache.get(final), { norm: "frozen", scale });
    same(frozen.dataSync(), result.logits.dataSync(), "frozen at its own scale");
    assertEquals(heldTensors(), before + 3);
    tf.dispose([logits, scale, frozen]);
  });
}

Deno.test("readLogits(): linear logits of a frozen norm add up, and biases and cap are what is left", async () => {
  for (const family of ["gpt2", "gemma2", "cohere", "granite", "phi", "opt"]) {
    const model = await fixtureModel(family), { weights } = model;
    const last = model.architecture.layers - 1;
    using result = await run(model, PROMPTS[0]!, { capture: [`blocks.${last}.resid_post`] });
    const stream = result.cache.get(`blocks.${last}.resid_post`);
    tf.tidy(() => {
      const scale = lastScale(weights, stream),
        how = { norm: "frozen", scale, linear: true } as const;
      const one = stream.mul(0.3), other = stream.sub(one);
      const whole = readNumbers(readLogits(weights, stream, how));
      const sum = readLogits(weights, one, how).add(readLogits(weights, other, how));
      near(readNumbers(sum), whole, 2e-4, `${family}: the sum of two parts`);
      const zero = readLogits(weights, tf.zerosLike(stream), { norm: "frozen", scale });
      const { logitCap } = model.architecture;
      if (!logitCap) {
        near(
          readNumbers(zero.add(readLogits(weights, stream, how))),
          result.logits.dataSync(),
          2e-4,
        );
      }
    });
  }
});

Deno.test("readLogits() without a norm multiplies by W_U alone", async () => {
  const model = await fixtureModel("llama"), id = 17;
  tf.tidy(() => {
    const direction = tf.randomNormal([model.architecture.width], 0, 1, "float32", 3);
    const logits = readLogits(model.weights, direction, { norm: "none", linear: true });
    const { matrix, transposed } = model.weights.unembed;
    const column = transposed ? tf.gather(matrix, [id], 0) : tf.gather(matrix, [id], 1);
    const expected = direction.mul(column.flatten()).sum().dataSync()[0]!;
    near([logits.dataSync()[id]!], [expected], 1e-5);
  });
});

Deno.test("readLogits() refuses another width, and a norm without its scale", async () => {
  const model = await fixtureModel("gpt2"), { weights } = model;
  const message = (run: () => unknown) => assertThrows(run).message;
  assertEquals(
    message(() => readLogits(weights, tf.ones([2, 31]))),
    "Cannot read logits as the last axis of the vectors must be the width of the stream, 32: their shape is [2, 31]",
  );
  assertEquals(
    message(() => readLogits(weights, tf.ones([32]), { norm: "frozen" })),
    "Cannot read logits through a frozen norm as scale must say what it divides by: it is missing",
  );
  assertEquals(
    message(() => readLogits(weights, tf.ones([32]), { scale: tf.ones([1]) })),
    'Cannot read logits with a scale as only a frozen norm divides by it: norm is "own"',
  );
  assert(
    message(() => readLogits(weights, tf.ones([32]), { norm: "mine" as "own" })).includes(
      "own, frozen, none",
    ),
  );
});
