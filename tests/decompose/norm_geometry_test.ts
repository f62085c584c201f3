import { normGeometry } from "../../lib/decompose/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { layerNorm, readNumbers, startBackend, svd, tf } from "../../lib/tensor/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

Deno.test("A-02 P is a symmetric projection of rank d − 1 that kills 1, and LayerNorm is √d · unit(zP)", async () => {
  const d = 24, P = tf.eye(d).sub(1 / d) as tf.Tensor2D;
  const numbers = readNumbers(P);
  near(readNumbers(tf.matMul(P, P)), numbers, 1e-12, "P² = P");
  near(readNumbers(P.transpose()), numbers, 0, "P = Pᵀ");
  near(readNumbers(P.sum(0)), new Float64Array(d), 1e-12, "1 · P = 0");
  const { S } = await svd(P);
  near(readNumbers(S), Array.from({ length: d }, (_, i) => Number(i < d - 1)), 1e-12, "its rank");
  const random = new RandomStream(1, "z");
  const z = tf.tensor2d(
    Array.from({ length: 5 }, () => Array.from({ length: d }, () => 3 + random.normal())),
  );
  const projected = tf.matMul(z, P), unit = projected.div(projected.square().sum(1, true).sqrt());
  const normed = layerNorm(z, tf.ones([d]) as tf.Tensor1D, tf.zeros([d]) as tf.Tensor1D, 0);
  near(readNumbers(normed), readNumbers(unit.mul(Math.sqrt(d))), 1e-12);
});

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral", "phi"]) {
  Deno.test(`A-02 streams of ${family} come out on the sphere of radius √d, across 1 where the norm projects`, async () => {
    const model = await fixtureModel(family), prompt = [...PROMPTS[0]!];
    for (const norm of ["ln_final", "blocks.1.ln1"]) {
      await normGeometry(model, prompt, { norm });
      const held = heldTensors(), found = await normGeometry(model, prompt, { norm });
      assertEquals(heldTensors(), held);
      near(found.after.map(({ length }) => length), found.expected, 1e-9, norm);
      assertEquals(found.radius, Math.sqrt(32));
      assert(found.after.every(({ length }) => length < found.radius), "ε takes a little off");
      const projects = found.kind === "layer";
      assertEquals(projects, family === "gpt2" || family === "gpt_neox" || family === "phi");
      const along = Math.max(...found.after.map(({ along }) => Math.abs(along)));
      assert(projects ? along < 1e-9 : along > 1e-3, String(along));
    }
  });
}

Deno.test("A-02 a stream that is longer or shifted along 1 comes out the same from LayerNorm", async () => {
  const model = await fixtureModel("gpt2"), prompt = [...PROMPTS[0]!];
  // All blocks silent: the last norm reads the embeddings, here a · z + b · 1.
  const zeros = Object.fromEntries(
    [0, 1].flatMap((layer) =>
      ["attn.W_O", "attn.b_O", "mlp.W_out", "mlp.b_out"].map((name) => `blocks.${layer}.${name}`)
    ).map((name) => [name, tf.zeros([...model.weight(name).shape])]),
  );
  const plain = withWeights(model, zeros);
  const other = withWeights(plain, {
    W_E: model.W_E.tensor().mul(1000),
    W_pos: model.W_pos!.tensor().mul(1000).add(7),
  });
  const [before, after] = await Promise.all([plain, other].map((one) => normGeometry(one, prompt)));
  // The direction of the picture is one up to its sign, and ε takes less off longer streams.
  near(
    after!.after.map(({ up }) => Math.abs(up)),
    before!.after.map(({ up }) => Math.abs(up)),
    0.05,
  );
  near(after!.after.map(({ length }) => length), after!.after.map(() => Math.sqrt(32)), 1e-5);
});

Deno.test("normGeometry() is drawn as a plane and a table, and says which norms there are", async () => {
  const model = await fixtureModel("gpt2");
  const found = await normGeometry(model, [...PROMPTS[0]!]);
  const { "text/plain": text } = await found[display]();
  assert(text.includes("radius √width") && text.includes("as it must be"), text);
  await assertRejects(
    () => normGeometry(model, [1, 2], { norm: "ln1" }),
    RangeError,
    'Cannot look at a norm as it must be among blocks.0.ln1, blocks.0.ln2, blocks.1.ln1, blocks.1.ln2, ln_final: current value is "ln1"',
  );
});
