/** Singular values, eigenvalues and norms of circuits, against what TransformerLens reads off the same weights. */

import { FactoredMatrix, readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { near } from "../near.ts";
import { fixtureModel, fixturePath, readTensors } from "./fixture.ts";

await startBackend();

for (const family of ["gpt2", "llama"] as const) {
  Deno.test(`A-22 ${family}: FactoredMatrix reads circuits as TransformerLens does`, async () => {
    const model = await fixtureModel(family);
    const theirs = readTensors(fixturePath(`transformerlens/${family}/readings.safetensors`));
    const heads = model.W_Q.shape[1]!;
    /** The weight of each head; several may share one of the key heads. */
    const ofHeads = (weight: tf.Tensor) => {
      const shared = heads / weight.shape[1]!;
      return weight.gather(
        tf.tensor1d([...Array(heads).keys()].map((h) => Math.floor(h / shared)), "int32"),
        1,
      );
    };
    const [Q, K, V, O] = [model.W_Q, model.W_K, model.W_V, model.W_O]
      .map((weight) => ofHeads(weight.tensor())) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const circuits = {
      OV: new FactoredMatrix(V, O),
      QK: new FactoredMatrix(Q, K.transpose([0, 1, 3, 2])),
    };
    const [E, U] = [model.W_E.tensor(), model.W_U.tensor()];
    const full = {
      full_OV: circuits.OV.leftTimes(E).times(U),
      full_QK: circuits.QK.leftTimes(E).times(E.transpose()),
    };
    const compare = (name: string, found: tf.Tensor) => {
      const expected = theirs.get(`readings/raw/${name}`)!.values;
      const most = Math.max(...expected.map(Math.abs));
      near(readNumbers(found), expected, 1e-4 * most, name);
    };
    for (const [name, circuit] of Object.entries(circuits)) {
      const { S } = await circuit.svd();
      compare(`${name}.singular_values`, S);
      compare(`${name}.norm`, await circuit.norm());
    }
    for (const [name, circuit] of Object.entries({ ...circuits, ...full })) {
      const { real, imaginary } = await circuit.eigenvalues();
      const moduli = real.square().add(imaginary.square()).sqrt();
      compare(`${name}.eigenvalues.abs`, moduli);
      compare(`${name}.eigenvalues.sum_real`, real.sum(-1));
      compare(`${name}.copying_score`, real.sum(-1).div(moduli.sum(-1)));
    }
  });
}
