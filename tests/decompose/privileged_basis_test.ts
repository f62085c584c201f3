import { privilegedBasis } from "../../lib/decompose/mod.ts";
import { foldNorms, type Transformer, withWeights } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { matMul, qr, readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { largestGap, near } from "../near.ts";
import { withPlanted } from "./planted.ts";

await startBackend("float64");

async function rotation(size: number): Promise<tf.Tensor2D> {
  const { Q } = await qr(
    tf.tensor2d(new RandomStream(4, "rotation").normals(size * size), [size, size]),
  );
  return Q as tf.Tensor2D;
}

/** The names of all that reads the stream, `[..., width, ...]` on the last axis but one, and of all that writes to it, on the last. */
function ends(model: Transformer): { readers: string[]; writers: string[] } {
  const { layers, gated, mixture } = model.architecture;
  const parts = gated ? ["W_gate", "W_in"] : ["W_in"];
  const groups = mixture
    ? Array.from({ length: mixture.experts }, (_, e) => `moe.experts.${e}`)
    : ["mlp"];
  const blocks = Array.from({ length: layers }, (_, layer) => `blocks.${layer}`);
  return {
    readers: [
      ...blocks.flatMap((block) => [
        ...["W_Q", "W_K", "W_V"].map((name) => `${block}.attn.${name}`),
        ...groups.flatMap((group) => parts.map((name) => `${block}.${group}.${name}`)),
        ...mixture ? [`${block}.moe.W_router`] : [],
      ]),
      "W_U",
    ],
    writers: [
      "W_E",
      ...blocks.flatMap((block) => [
        `${block}.attn.W_O`,
        ...groups.map((group) => `${block}.${group}.W_out`),
      ]),
    ],
  };
}

/** The same model in another basis of the stream. */
function turned(model: Transformer, R: tf.Tensor2D): Transformer {
  const { readers, writers } = ends(model),
    bias = (name: string) => name.replace(/W_(\w+)$/, "b_$1");
  const write = (name: string) => {
    const weight = model.weight(name).tensor(), { shape } = weight;
    return tf.matMul(weight.reshape([-1, shape.at(-1)!]) as tf.Tensor2D, R).reshape(shape);
  };
  const biases = writers.slice(1).map(bias).filter((name) => {
    try {
      return model.weight(name).stored;
    } catch {
      return false;
    }
  });
  const values = Object.fromEntries([
    ...readers.map((name) => [name, matMul(R.transpose(), model.weight(name).tensor())] as const),
    ...writers.map((name) => [name, write(name)] as const),
    ...biases.map((name) => {
      return [
        name,
        tf.matMul(model.weight(name).tensor().expandDims(0) as tf.Tensor2D, R).squeeze([0]),
      ] as const;
    }),
    ...model.W_pos ? [["W_pos", tf.matMul(model.W_pos.tensor() as tf.Tensor2D, R)] as const] : [],
  ]);
  return withWeights(model, values);
}

async function logits(model: Transformer): Promise<Float64Array> {
  using result = await run(model, [...PROMPTS[0]!]);
  return readNumbers(result.logits);
}

for (const family of ["llama", "mixtral", "mistral", "qwen2", "gemma"]) {
  Deno.test(`A-15 a rotation of the stream changes no logit of an RMSNorm model without gains, ${family}`, async () => {
    const model = await foldNorms(await fixtureModel(family));
    // Where it is drawn from biases of queries and keys, these read nothing of the stream.
    near(await logits(turned(model, await rotation(32))), await logits(model), 1e-9);
  });
}

for (const family of ["gpt2", "gpt_neox"]) {
  Deno.test(`A-15 LayerNorm knows one direction of the stream, and a rotation that moves it changes logits, ${family}`, async () => {
    const model = await foldNorms(await fixtureModel(family));
    assert(largestGap(await logits(turned(model, await rotation(32))), await logits(model)) > 1e-3);
  });
}

for (const family of ["llama", "gpt2", "gpt_neox", "gemma2"]) {
  Deno.test(`A-15 a rotation of the neurons changes logits, for the non-linearity has a basis, ${family}`, async () => {
    const model = await fixtureModel(family), { neurons } = model.architecture;
    const R = await rotation(neurons),
      names = model.architecture.gated ? ["W_gate", "W_in"] : ["W_in"];
    const other = withWeights(model, {
      ...Object.fromEntries(names.map((name) => [
        `blocks.0.mlp.${name}`,
        tf.matMul(model.weight(`blocks.0.mlp.${name}`).tensor() as tf.Tensor2D, R),
      ])),
      "blocks.0.mlp.W_out": tf.matMul(
        R,
        model.weight("blocks.0.mlp.W_out").tensor() as tf.Tensor2D,
        true,
      ),
    });
    assert(largestGap(await logits(other), await logits(model)) > 1e-3);
  });
}

/** Rows of twelve tokens. */
const rows = Array.from({ length: 16 }, (_, i) => {
  const random = new RandomStream(i, "row");
  return Array.from({ length: 12 }, () => random.integer(64));
});

Deno.test("A-15 one-hot embeddings stand out along their basis and along no rotation of it; rotated ones do not", async () => {
  const R = await rotation(64);
  const options = { sites: ["embed"], rotations: 6, seed: 2 };
  await withPlanted({ width: 64, heads: 2, vocabulary: 64 }, () => {}, async (plain) => {
    const one = withWeights(plain, { W_E: tf.eye(64) });
    const { own, rotated, greatest } = (await privilegedBasis(one, rows, options)).of("embed");
    // Of one 1 among 64 entries: mean 1/64, variance (1/64)(63/64), and so the kurtosis is 1/(p q) − 3.
    const p = 1 / 64, kurtosis = 1 / (p * (1 - p)) - 3;
    near([own.byToken], [kurtosis], 1e-9);
    assert(rotated.byToken > 2.5 && rotated.byToken < 3.2, String(rotated.byToken));
    assert(greatest.kurtosis > rotated.byDirection);
    const other = withWeights(plain, { W_E: R });
    const turned = (await privilegedBasis(other, rows, options)).of("embed");
    near([turned.own.byToken], [turned.rotated.byToken], 5 * turned.deviation.byToken + 0.05);
  });
});

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-15 privilegedBasis() leaves position 0 out, is the same for the same seed, and frees all, ${family}`, async () => {
    const model = await fixtureModel(family), options = { rotations: 2, seed: 5 };
    await privilegedBasis(model, PROMPTS, options);
    const held = heldTensors(), found = await privilegedBasis(model, PROMPTS, options);
    assertEquals(heldTensors(), held);
    assertEquals(found.tokens, 20);
    assertEquals((await privilegedBasis(model, PROMPTS, options)).sites, found.sites);
    assertEquals(found.sites.length, family === "mixtral" ? 2 : 4);
    using result = await run(model, PROMPTS, { capture: ["blocks.1.resid_post"] });
    const values = readNumbers(result.cache.get("blocks.1.resid_post"));
    const each = Array.from({ length: 22 }, (_, i) => values.slice(i * 32, (i + 1) * 32))
      .filter((_, i) => i % 11 !== 0).map((row) => {
        const mean = row.reduce((sum, x) => sum + x, 0) / 32;
        const moment = (power: number) => row.reduce((sum, x) => sum + (x - mean) ** power, 0) / 32;
        return moment(4) / moment(2) ** 2;
      });
    near(
      [found.of("blocks.1.resid_post").own.byToken],
      [each.reduce((sum, x) => sum + x, 0) / 20],
      1e-9,
    );
  });
}

Deno.test("privilegedBasis() shows rotations beside the basis, and says what it cannot look at", async () => {
  const model = await fixtureModel("gpt2");
  const found = await privilegedBasis(model, PROMPTS, { rotations: 2 });
  assert(Deno.inspect(found).includes("the same, rotated"));
  const cases: [Parameters<typeof privilegedBasis>[2], ErrorConstructor, string][] = [
    [
      { rotations: 1 },
      RangeError,
      "Cannot look for a privileged basis as rotations must be a whole number from 2 on: current value is 1",
    ],
    [
      { sites: ["attn.z"] },
      TypeError,
      "Cannot look for a privileged basis at blocks.0.attn.z as its axes must be batch, position and one of directions: they are head, batch, position, head_width",
    ],
    [
      { sites: [] },
      RangeError,
      "Cannot look for a privileged basis as there must be a site: there is none",
    ],
  ];
  for (const [options, kind, message] of cases) {
    await assertRejects(
      () => privilegedBasis(model, PROMPTS, options),
      kind as typeof Error,
      message,
    );
  }
  await assertRejects(
    () => privilegedBasis(model, [[1], [2]]),
    RangeError,
    "Cannot look for a privileged basis as there must be at least two tokens beside the first of each example: there are 0",
  );
});
