import { fullCircuit } from "../../lib/decompose/mod.ts";
import { ovCircuit, qkCircuit, type Transformer } from "../../lib/model/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

/** The circuit formed as it is written. */
function dense(model: Transformer, circuit: "OV" | "QK"): Float64Array {
  return readNumbers(tf.tidy(() => {
    const { embeddingScale = 1, logitScale = 1, embeddingWidth } = model.architecture;
    const narrow = model.W_E.tensor() as tf.Tensor2D;
    const wide = embeddingWidth == null
      ? narrow
      : tf.matMul(narrow, model.weight("W_E_in").tensor() as tf.Tensor2D);
    const E = wide.mul(embeddingScale) as tf.Tensor2D;
    if (circuit === "QK") {
      const own = qkCircuit(model, 1, 3, { offset: 2 }).product() as tf.Tensor2D;
      return tf.matMul(tf.matMul(E, own), E, false, true);
    }
    const own = tf.matMul(E, ovCircuit(model, 1, 3).product() as tf.Tensor2D);
    const last = embeddingWidth == null
      ? own
      : tf.matMul(own, model.weight("W_U_in").tensor() as tf.Tensor2D);
    return tf.matMul(last, model.W_U.tensor() as tf.Tensor2D).mul(logitScale);
  }));
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral", "granite", "cohere"]) {
  Deno.test(`A-21 fullCircuit() reads rows, columns and top pairs that the dense circuit has, ${family}`, async () => {
    const model = await fixtureModel(family), { vocabulary } = model.architecture;
    (await fullCircuit(model, { layer: 1, head: 3 })).dispose();
    for (const circuit of ["OV", "QK"] as const) {
      const held = heldTensors();
      const found = await fullCircuit(model, { layer: -1, head: -1 }, {
        circuit,
        offset: 2,
        pairs: 5,
      });
      const row = await found.row(7), column = await found.column(9), one = await found.value(7, 9);
      found.dispose();
      assertEquals(heldTensors(), held);
      const all = dense(model, circuit), most = Math.max(...all.map(Math.abs));
      near(row, all.slice(7 * vocabulary, 8 * vocabulary), 1e-5 * most, "a row");
      near(column, all.filter((_, i) => i % vocabulary === 9), 1e-5 * most, "a column");
      near([one], [all[7 * vocabulary + 9]!], 1e-5 * most);
      const sorted = [...all].sort((a, b) => b - a);
      near(found.pairs.greatest.map(({ value }) => value), sorted.slice(0, 5), 1e-5 * most);
      near(found.pairs.least.map(({ value }) => value), sorted.slice(-5).reverse(), 1e-5 * most);
      for (const pair of [...found.pairs.greatest, ...found.pairs.least]) {
        near([pair.value], [all[pair.row * vocabulary + pair.column]!], 1e-5 * most);
      }
      const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
      const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
      near([found.mean, found.deviation], [mean, deviation], 1e-5 * most);
      const diagonal = all.filter((_, i) => i % (vocabulary + 1) === 0);
      near([found.diagonal], [diagonal.reduce((sum, x) => sum + x, 0) / vocabulary], 1e-5 * most);
    }
  });
}

Deno.test("A-21 fullCircuit() of seedling finds the tokens by text, and shows them", async () => {
  const model = await seedling();
  using found = await fullCircuit(model, { layer: 3, head: 5 }, { pairs: 2 });
  const id = found.id(" Mary");
  near([await found.value(" Mary", id)], [(await found.row(id))[id]!], 1e-5);
  const text = Deno.inspect(found);
  assert(
    text.includes("from the mean, in deviations") && text.includes("a token with itself"),
    text,
  );
  assertEquals(JSON.parse(JSON.stringify(found)).pairs.greatest.length, 2);
  assertThrows(
    () => found.id(-1),
    RangeError,
    `Cannot read a full circuit as a token id must be an integer from 0 to ${
      model.architecture.vocabulary - 1
    }: current value is -1`,
  );
});

Deno.test("fullCircuit() says what it cannot read", async () => {
  const model = await fixtureModel("llama");
  await assertRejects(
    () => fullCircuit(model, { layer: 0, head: 4 }),
    RangeError,
    "Cannot read a full circuit as the head must be from -4 to 3: current value is 4",
  );
  await assertRejects(
    () => fullCircuit(model, { layer: 0, head: 0 }, { circuit: "QK" }),
    RangeError,
    "Cannot read a QK circuit without an offset",
  );
  await assertRejects(
    () => fullCircuit(model, { layer: 0, head: 0 }, { pairs: 97 }),
    RangeError,
    "Cannot read a full circuit as pairs must be a whole number from 0 to 96: current value is 97",
  );
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await assertRejects(
    () => fullCircuit(model, { layer: 0, head: 0 }, { signal: stop.signal }),
    Error,
    "enough",
  );
});
