/** Identities of circuits in double precision; other files hold them in the precision that users have. */

import {
  compositionScores,
  eigenvalueScores,
  erasure,
  fullCircuit,
  projectionKernel,
  virtualHeads,
  virtualOvCircuit,
} from "../../lib/decompose/mod.ts";
import { headFactors } from "../../lib/decompose/head_factors.ts";
import { ovCircuit, qkCircuit } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { eigenvalues, qr, readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

const norm = (x: tf.Tensor) => Math.sqrt(readNumbers(x.square().sum())[0]!);
const product = (...all: tf.Tensor[]) =>
  all.reduce((left, right) => tf.matMul(left as tf.Tensor2D, right as tf.Tensor2D));

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-12 headFactors() stack each query head's own circuits, ${family}`, async () => {
    const model = await fixtureModel(family);
    tf.tidy(() => headFactors(model, 1, "QK", 3));
    const held = heldTensors();
    tf.tidy(() => {
      for (const circuit of ["OV", "QK"] as const) {
        const { left, right } = headFactors(model, 1, circuit, 3);
        const one = circuit === "OV"
          ? ovCircuit(model, 1, 2)
          : qkCircuit(model, 1, 2, { offset: 3 });
        near(readNumbers(tf.unstack(left)[2]!), readNumbers(one.A), 0);
        near(readNumbers(tf.unstack(right)[2]!), readNumbers(one.B), 0);
        one.dispose();
      }
    });
    assertEquals(heldTensors(), held);
  });

  Deno.test(`A-19 composition scores to 1e-9 of the formed products, ${family}`, async () => {
    const model = await fixtureModel(family);
    const found = await compositionScores(model, { offset: 1, samples: 2 });
    const a = ovCircuit(model, 0, 3).product(),
      qk = qkCircuit(model, 1, 1, { offset: 1 }).product();
    const places = [{ layer: 0, head: 3 }, { layer: 1, head: 1 }] as const;
    for (
      const [kind, b] of [
        ["V", ovCircuit(model, 1, 1).product()],
        ["Q", qk],
        ["K", qk.transpose()],
      ] as const
    ) {
      // The square is a sum of products whose size is 1; its root keeps nine digits of a score of order 0.1.
      const expected = norm(product(a, b)) / norm(a) / norm(b);
      near([found.score(kind, ...places)], [expected], 1e-9, kind);
    }
  });

  Deno.test(`A-21, A-22 full circuits to 1e-9 of the dense ones: rows, trace, determinant, ${family}`, async () => {
    const model = await fixtureModel(family),
      { embeddingScale = 1, logitScale = 1, heads } = model.architecture;
    const E = model.W_E.tensor().mul(embeddingScale), U = model.W_U.tensor().mul(logitScale);
    const circuit = ovCircuit(model, 1, 2), dense = product(E, circuit.product(), U);
    const all = readNumbers(dense), most = Math.max(...all.map(Math.abs));
    using full = await fullCircuit(model, { layer: 1, head: 2 }, { pairs: 1 });
    near(await full.row(11), all.slice(11 * 96, 12 * 96), 1e-9 * most);
    near([full.pairs.greatest[0]!.value], [Math.max(...all)], 1e-9 * most);
    const found = (await eigenvalueScores(model, { circuits: ["fullOV"], samples: 2 })).of(
      "fullOV",
    );
    const { eigenvalues: { real, imaginary }, rank } = found, at = (heads + 2) * rank;
    const trace = real.slice(at, at + rank).reduce((sum, x) => sum + x, 0);
    const diagonal = Array.from({ length: 96 }, (_, i) => all[i * 97]!).reduce(
      (sum, x) => sum + x,
      0,
    );
    near([trace], [diagonal], 1e-9 * most * 96, "Σλ is the trace");
    // Π|λ| is the determinant of B·A, which is that of the two triangles of a QR decomposition's.
    const inner = product(circuit.B, U, E, circuit.A) as tf.Tensor2D;
    if (inner.shape[0] === rank) {
      const { R } = await qr(inner);
      const logs = Array.from(
        { length: rank },
        (_, i) => Math.log(Math.abs(readNumbers(R)[i * (rank + 1)]!)),
      );
      const own = Array.from(
        { length: rank },
        (_, i) => Math.log(Math.hypot(real[at + i]!, imaginary[at + i]!)),
      );
      const sum = (values: number[]) => values.reduce((sum, x) => sum + x, 0);
      near([sum(own)], [sum(logs)], 1e-8, "Πλ is the determinant");
    }
    // Nonzero eigenvalues of A·B are those of B·A.
    const cyclic = await eigenvalues(inner);
    const modulus = readNumbers(cyclic.real).map((x, i) =>
      Math.hypot(x, readNumbers(cyclic.imaginary)[i]!)
    );
    near(
      Array.from({ length: rank }, (_, i) => Math.hypot(real[at + i]!, imaginary[at + i]!)),
      modulus.slice(0, rank),
      1e-9 * modulus[0]!,
    );
  });

  Deno.test(`A-23 virtual heads to 1e-9: rows sum to 1, OV₁·OV₂, ${family}`, async () => {
    const model = await fixtureModel(family);
    const pair = [{ layer: 0, head: 0 }, { layer: 1, head: 3 }] as const;
    const { heads: [virtual] } = await virtualHeads(model, [...PROMPTS[1]!], [pair]);
    for (let query = 0; query < 11; query++) {
      const row = virtual!.pattern.slice(query * 11, (query + 1) * 11);
      near([row.reduce((sum, x) => sum + x, 0), ...row.slice(query + 1)], [
        1,
        ...row.slice(query + 1).map(() => 0),
      ], 1e-12);
    }
    const formed = product(
      ...pair.map(({ layer, head }) => ovCircuit(model, layer, head).product()),
    );
    near(readNumbers(virtualOvCircuit(model, ...pair).product()), readNumbers(formed), 1e-9);
  });

  Deno.test(`A-19 the projection kernel to 1e-9 of the projections formed, ${family}`, async () => {
    const model = await fixtureModel(family), { heads, keyValueHeads } = model.architecture;
    const found = await projectionKernel(model, { reader: "Q" });
    const project = async (x: tf.Tensor) => {
      const { Q } = await qr(x);
      return tf.matMul(Q as tf.Tensor2D, Q as tf.Tensor2D, false, true);
    };
    const a = await project(model.layerWeight(0, "W_O")!.at({ head: 1 }).tensor().transpose());
    const b = await project(model.layerWeight(1, "W_Q")!.at({ head: 2 }).tensor());
    const { value } = found.pair({ layer: 0, head: 1 }, { layer: 1, head: 2 });
    near([value], [readNumbers(a.mul(b).sum())[0]!], 1e-9);
    assertEquals(keyValueHeads <= heads, true);
  });

  Deno.test(`I-04 projection ratios to 1e-9 of what heads write with biases and norms behind taken off, ${family}`, async () => {
    const model = await fixtureModel(family), prompt = [...PROMPTS[0]!];
    const found = await erasure(model, prompt, "embeddings");
    const norms = model.sites.blocks[0]!.ln1_post;
    using result = await run(model, prompt, {
      capture: [
        "embed",
        ...model.sites.pos_embed ? ["pos_embed"] : [],
        "blocks.0.attn.result",
        "blocks.0.attn.pattern",
        ...norms ? [norms.scale] : [],
      ],
    });
    const first = (site: string, width = 32) => readNumbers(result.cache.get(site)).slice(0, width);
    const b = first("embed").map((x, i) =>
      x + (model.sites.pos_embed ? first("pos_embed")[i]! : 0)
    );
    // At position 0 a head looks at itself alone.
    const bias = readNumbers(tf.tidy(() => {
      const own = model.layerWeight(0, "b_V")!.at({ head: 0 }).tensor().expandDims(0);
      const before = model.weights.norm("blocks.0.ln1").bias;
      const heard = before
        ? own.add(
          product(before.expandDims(0), model.layerWeight(0, "W_V")!.at({ head: 0 }).tensor()),
        )
        : own;
      return product(heard, model.layerWeight(0, "W_O")!.at({ head: 0 }).tensor());
    }));
    const gain = norms ? readNumbers(model.weights.norm("blocks.0.ln1_post").gain) : null;
    const scale = norms ? first(norms.scale, 1)[0]! : 1;
    const a = first("blocks.0.attn.result").map((x, i) =>
      (x - bias[i]!) / scale * (gain?.[i] ?? 1)
    );
    const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
      Array.from(x, (value, i) => value * y[i]!).reduce((sum, value) => sum + value, 0);
    near([found.heads[0]!.first], [dot(a, b) / dot(b, b)], 1e-9);
  });
}
