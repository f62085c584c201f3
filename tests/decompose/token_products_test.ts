import {
  embedded,
  logitBiasOf,
  unembedded,
  unembeddingOf,
  vocabularyProduct,
} from "../../lib/decompose/token_products.ts";
import { inSlices, readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of DECODERS) {
  Deno.test(`A-22 products with embedding and unembedding are those of the weights as written, ${family}`, async () => {
    const model = await fixtureModel(family),
      { embeddingScale = 1, logitScale = 1 } = model.architecture;
    const E = model.W_E.tensor().mul(embeddingScale) as tf.Tensor2D;
    const U = model.W_U.tensor().mul(logitScale) as tf.Tensor2D;
    const x = tf.range(0, 64).sin().reshape([32, 2]) as tf.Tensor2D;
    near(readNumbers(embedded(model, x)), readNumbers(tf.matMul(E, x)), 1e-12);
    near(readNumbers(unembedded(model, x.transpose())), readNumbers(tf.matMul(x, U, true)), 1e-12);
    near(readNumbers(unembeddingOf(model, [3, 9])), readNumbers(tf.gather(U, [3, 9], 1)), 1e-12);
    const held = heldTensors();
    for (const left of ["unembedding", "embedding"] as const) {
      const found = await inSlices(vocabularyProduct(model, left));
      const numbers = readNumbers(found);
      found.dispose();
      assertEquals(heldTensors(), held);
      const dense = left === "embedding" ? tf.matMul(E, E, true) : tf.matMul(U, E);
      near(numbers, readNumbers(dense), 1e-9);
      dense.dispose();
    }
    const bias = model.weights.norm("ln_final").bias;
    const own = model.b_U.tensor().mul(logitScale);
    const whole = bias
      ? tf.matMul(bias.expandDims(0) as tf.Tensor2D, U).squeeze([0]).add(own)
      : own;
    near(readNumbers(logitBiasOf(model, [3, 9])), readNumbers(tf.gather(whole, [3, 9])), 1e-12);
  });
}
