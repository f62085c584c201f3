import { eigenvalueScores } from "../../lib/decompose/mod.ts";
import { ovCircuit, processWeights, qkCircuit } from "../../lib/model/mod.ts";
import { eigenvalues, readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, fixturePath, readTensors } from "../model/fixture.ts";
import { near } from "../near.ts";
import { filled, withPlanted } from "./planted.ts";

const CIRCUITS = ["OV", "QK", "fullOV", "fullQK"] as const;

for (const family of ["gpt2", "llama"]) {
  for (const mode of ["raw", "compat"]) {
    Deno.test(`A-22 eigenvalueScores() equal TransformerLens's, ${family}, ${mode}`, async () => {
      const plain = await fixtureModel(family);
      const model = mode === "raw" ? plain : await processWeights(plain);
      const stored = readTensors(fixturePath(`transformerlens/${family}/readings.safetensors`));
      const found = await eigenvalueScores(model, {
        circuits: CIRCUITS,
        samples: 2,
        ...family === "llama" ? { offset: 0 } : {},
      });
      for (const circuit of CIRCUITS) {
        const { copying, eigenvalues: { real, imaginary }, rank } = found.of(circuit);
        const name = circuit.replace("full", "full_");
        const theirs = (what: string) => stored.get(`readings/${mode}/${name}.${what}`)!.values;
        near(copying, theirs("copying_score"), 1e-4, `${circuit} copying`);
        const sums = Array.from(
          copying,
          (_, i) => real.slice(i * rank, (i + 1) * rank).reduce((sum, x) => sum + x, 0),
        );
        const sizes = real.map((x, i) => Math.hypot(x, imaginary[i]!));
        const abs = theirs("eigenvalues.abs");
        sizes.forEach((size, i) => {
          // A head's least eigenvalues are lost in the rounding of its greatest.
          near([size], [abs[i]!], 1e-4 * abs[i - i % rank]!, `${circuit} |λ| ${i}`);
        });
        const expected = theirs("eigenvalues.sum_real");
        sums.forEach((sum, i) =>
          near([sum], [expected[i]!], 1e-4 * rank * abs[i * rank]!, circuit)
        );
      }
    });
  }
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-22 eigenvalues of full circuits are those of the dense ones, with trace and determinant, ${family}`, async () => {
    const model = await fixtureModel(family);
    const options = { circuits: CIRCUITS, offset: 1, samples: 2 } as const;
    await eigenvalueScores(model, options);
    const held = heldTensors(), found = await eigenvalueScores(model, options);
    assertEquals(heldTensors(), held);
    const { embeddingScale = 1, logitScale = 1, heads, headWidth } = model.architecture;
    const E = model.W_E.tensor().mul(embeddingScale) as tf.Tensor2D;
    const U = model.W_U.tensor().mul(logitScale) as tf.Tensor2D;
    const ov = ovCircuit(model, 1, 2).product() as tf.Tensor2D;
    const qk = qkCircuit(model, 1, 2, { offset: 1 }).product() as tf.Tensor2D;
    const dense = {
      OV: ov,
      QK: qk,
      fullOV: tf.matMul(tf.matMul(E, ov), U),
      fullQK: tf.matMul(tf.matMul(E, qk), E, false, true),
    };
    for (const circuit of CIRCUITS) {
      const { eigenvalues: { real, imaginary }, rank, copying, positive } = found.of(circuit);
      assertEquals(rank, Math.min(headWidth, 32));
      const head = heads + 2, own = Array.from({ length: rank }, (_, i) => head * rank + i);
      const all = await eigenvalues(dense[circuit]);
      const sizes = readNumbers(all.real).map((x, i) =>
        Math.hypot(x, readNumbers(all.imaginary)[i]!)
      );
      own.forEach((place, i) =>
        near([Math.hypot(real[place]!, imaginary[place]!)], [sizes[i]!], 1e-4 * sizes[0]!, circuit)
      );
      // All others are zero.
      near(sizes.slice(rank), sizes.slice(rank).map(() => 0), 1e-4 * sizes[0]!);
      const trace = own.reduce((sum, i) => sum + real[i]!, 0);
      const diagonal = readNumbers(tf.linalg.bandPart(dense[circuit], 0, 0).sum())[0]!;
      near([trace], [diagonal], 1e-4 * sizes[0]! * rank, `${circuit}: the trace`);
      const total = own.reduce((sum, i) => sum + Math.hypot(real[i]!, imaginary[i]!), 0);
      near([copying[head]!], [trace / total], 1e-9);
      near([positive[head]!], [own.filter((i) => real[i]! > 0).length / rank], 1e-9);
    }
  });
}

Deno.test("I-04 a head whose OV is −uuᵀ scores −1, one that copies 1, and random ones lie about 0", async () => {
  for (const sign of [1, -1]) {
    await withPlanted({ width: 8, heads: 2 }, ({ head }) => {
      head(
        0,
        0,
        "W_V",
        filled(8, 4, (row, column) => column === 0 ? [3, 1, 0, 0, 2, 0, 0, 1][row]! : 0),
      );
      head(
        0,
        0,
        "W_O",
        filled(4, 8, (row, column) => row === 0 ? sign * [3, 1, 0, 0, 2, 0, 0, 1][column]! : 0),
      );
    }, async (model) => {
      const { copying, positive, baseline } = (await eigenvalueScores(model, { circuits: ["OV"] }))
        .of("OV");
      near([copying[0]!], [sign], 1e-6);
      assertEquals(positive[0], sign > 0 ? 1 : 0);
      // Heads of normal numbers are as often above 0 as below it: within five deviations of the mean of 64.
      near([baseline.copying.mean], [0], 5 * baseline.copying.deviation / 8);
      assert(baseline.copying.range[0] < -0.1 && baseline.copying.range[1] > 0.1);
    });
  }
});

Deno.test("eigenvalueScores() draw scores beside those of random heads, the same for the same seed", async () => {
  const model = await fixtureModel("gpt2"), options = { samples: 4, seed: 9 };
  const [found, again] = await Promise.all([
    eigenvalueScores(model, options),
    eigenvalueScores(model, options),
  ]);
  assertEquals(found!.of("OV").baseline, again!.of("OV").baseline);
  const text = Deno.inspect(found);
  assert(text.includes("random heads") && text.includes("share with Re λ > 0"), text);
  assertEquals(JSON.parse(JSON.stringify(found)).circuits.length, 2);
});

Deno.test("eigenvalueScores() say what they cannot score", async () => {
  const model = await fixtureModel("llama");
  await assertRejects(
    () => eigenvalueScores(model, { circuits: ["QK"] }),
    RangeError,
    "Cannot read a QK circuit without an offset",
  );
  await assertRejects(
    () => eigenvalueScores(model, { circuits: ["VO" as "OV"] }),
    TypeError,
    'Cannot score eigenvalues as circuits must be among OV, QK, fullOV, fullQK: "VO" is not, perhaps "OV" is meant',
  );
  await assertRejects(
    () => eigenvalueScores(model, { samples: 1 }),
    RangeError,
    "Cannot score eigenvalues as samples must be a whole number from 2 on: current value is 1",
  );
  const found = await eigenvalueScores(model, { circuits: ["OV"], samples: 2 });
  assertThrows(
    () => found.of("QK"),
    RangeError,
    'Cannot read scores of "QK" as the circuit must be among those that were scored: OV',
  );
});
