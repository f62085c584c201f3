import { compositionScores } from "../../lib/decompose/mod.ts";
import { ovCircuit, processWeights, qkCircuit, withWeights } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, fixturePath, readTensors, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { filled, withPlanted } from "./planted.ts";

for (const family of ["gpt2", "llama"]) {
  for (const mode of ["raw", "compat"]) {
    Deno.test(`A-19 compositionScores() equal TransformerLens's, ${family}, ${mode}`, async () => {
      const plain = await fixtureModel(family);
      const model = mode === "raw" ? plain : await processWeights(plain);
      const stored = readTensors(fixturePath(`transformerlens/${family}/readings.safetensors`));
      // Theirs take no rotation into account: that is ours at offset 0.
      const found = await compositionScores(model, family === "llama" ? { offset: 0 } : {});
      let compared = 0;
      for (const kind of ["Q", "K", "V"] as const) {
        const { values } = stored.get(`readings/${mode}/composition_${kind}`)!;
        found.of(kind).forEach((score, i) => {
          // Theirs are 0 where the second head does not come later, ours undefined.
          if (Number.isNaN(score)) assertEquals(values[i], 0);
          else {
            near([score], [values[i]!], 1e-4 * values[i]!, `${kind} ${i}`);
            compared++;
          }
        });
      }
      assertEquals(compared, 3 * 16);
    });
  }
}

/** Squares of Frobenius norms in plain loops over formed products. */
function norm(x: tf.Tensor): number {
  return Math.sqrt(readNumbers(x).reduce((sum, value) => sum + value * value, 0));
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-19 compositionScores() are norms of products that are never formed, ${family}`, async () => {
    const model = await fixtureModel(family), options = { offset: 2, samples: 2 };
    await compositionScores(model, options);
    const held = heldTensors(), found = await compositionScores(model, options);
    assertEquals(heldTensors(), held);
    const scores = (["Q", "K", "V"] as const).flatMap((kind) => [...found.of(kind)]);
    assert(scores.every((score) => Number.isNaN(score) || (score >= 0 && score <= 1 + 1e-6)));
    for (const [writer, reader] of [[0, 0], [1, 3], [3, 2]] as const) {
      const a = ovCircuit(model, 0, writer).product();
      const b = {
        V: ovCircuit(model, 1, reader).product(),
        Q: qkCircuit(model, 1, reader, { offset: 2 }).product(),
        K: qkCircuit(model, 1, reader, { offset: 2 }).T.product(),
      };
      for (const kind of ["Q", "K", "V"] as const) {
        const expected = norm(tf.matMul(a as tf.Tensor2D, b[kind] as tf.Tensor2D)) /
          (norm(a) * norm(b[kind]));
        const places = [{ layer: 0, head: writer }, { layer: 1, head: reader }] as const;
        near([found.score(kind, ...places)], [expected], 1e-5, kind);
      }
    }
  });
}

Deno.test("A-19 a head that reads exactly the one direction that another writes scores 1, one that reads another 0", async () => {
  // W_OV of the first is e₁ᵀf with f = e₅; the readers' values and keys are e₅, then e₆.
  for (const [read, score] of [[5, 1], [6, 0]] as const) {
    await withPlanted({ width: 8, heads: 2 }, ({ head }) => {
      head(0, 0, "W_V", filled(8, 4, (row, column) => Number(row === 1 && column === 0)));
      head(0, 0, "W_O", filled(4, 8, (row, column) => Number(row === 0 && column === 5)));
      head(1, 0, "W_V", filled(8, 4, (row, column) => Number(row === read && column === 0)));
      head(1, 0, "W_K", filled(8, 4, (row, column) => Number(row === read && column === 0)));
      head(1, 0, "W_Q", filled(8, 4, (row, column) => Number(row === read && column === 0)));
    }, async (model) => {
      const found = await compositionScores(model, { offset: 0 });
      for (const kind of ["Q", "K", "V"] as const) {
        near(
          [found.score(kind, { layer: 0, head: 0 }, { layer: 1, head: 0 })],
          [score],
          1e-6,
          kind,
        );
      }
    });
  }
});

Deno.test("A-19 a head's inner basis changes no score", async () => {
  const model = await fixtureModel("gpt2");
  const random = new RandomStream(3, "basis");
  // An invertible matrix and its inverse: a shear, and the shear back.
  const shear = (sign: number) =>
    tf.tensor2d(
      filled(8, 8, (row, column) => row === column ? 1 : row === 0 ? sign * amounts[column]! : 0),
    );
  const amounts = Array.from({ length: 8 }, () => random.normal());
  const values = model.layerWeight(0, "W_V")!.at({ head: 2 }).tensor() as tf.Tensor2D;
  const outputs = model.layerWeight(0, "W_O")!.at({ head: 2 }).tensor() as tf.Tensor2D;
  const other = withWeights(model, {
    "blocks.0.attn.W_V[head 2]": tf.matMul(values, shear(1)),
    "blocks.0.attn.W_O[head 2]": tf.matMul(shear(-1), outputs),
  });
  const [before, after] = await Promise.all([compositionScores(model), compositionScores(other)]);
  for (const kind of ["Q", "K", "V"] as const) {
    near(after!.of(kind), before!.of(kind), 1e-5, kind);
  }
});

Deno.test("A-19 random heads score 1/√width, 0.125 at 64 and 0.0625 at 256, by a seed", async () => {
  const model = await seedling();
  const { baseline } = await compositionScores(model, { kinds: ["V"], samples: 32, seed: 4 });
  assertEquals(baseline.expected, 1 / 16);
  // Of 32 heads of 32 × 256 normal numbers each the root mean square is within five deviations of its mean.
  near([baseline.mean], [1 / 16], 5 * baseline.deviation / Math.sqrt(32) + 1e-4);
  assert(baseline.deviation > 0 && baseline.deviation < 0.01);
  const again = await compositionScores(model, { kinds: ["V"], samples: 32, seed: 4 });
  assertEquals(again.baseline, baseline);
});

Deno.test("compositionScores() draw maps and the greatest pairs, each beside its baseline", async () => {
  const found = await compositionScores(await fixtureModel("gpt2"), { kinds: ["V"] });
  const [best, second] = found.top("V", 2);
  assert(best!.score >= second!.score);
  near([best!.excess], [best!.score - found.baseline.mean], 1e-12);
  const text = Deno.inspect(found);
  assert(text.includes("random heads: ") && text.includes("more than random heads by"), text);
  assertEquals(JSON.parse(JSON.stringify(found)).scores.V[0], null);
});

Deno.test("compositionScores() say what they cannot score", async () => {
  const llama = await fixtureModel("llama");
  await assertRejects(
    () => compositionScores(llama),
    RangeError,
    "Cannot read a QK circuit without an offset as positions turn queries and keys: give { offset: 1 } for the key just before the query, or 0 for its own",
  );
  const qwen3 = await fixtureModel("qwen3");
  await assertRejects(
    () => compositionScores(qwen3, { offset: 0 }),
    TypeError,
    "Cannot read a QK circuit as queries and keys must not be normalised",
  );
  const found = await compositionScores(qwen3, { kinds: ["V"], samples: 1 });
  assertThrows(
    () => found.of("Q"),
    RangeError,
    'Cannot read "Q" scores as the kind must be among those that were scored: V',
  );
  assertThrows(
    () => found.score("V", { layer: 0, head: 0 }, { layer: 5, head: 0 }),
    RangeError,
    "Cannot read a score as layers are from 0 to 1 and heads from 0 to 3: current value is layer 5, head 0",
  );
  await assertRejects(
    () => compositionScores(llama, { kinds: [] }),
    TypeError,
    "Cannot score compositions as kinds must be a list of Q, K, V: current value is []",
  );
  await assertRejects(
    () => compositionScores(llama, { kinds: ["V"], samples: 0 }),
    RangeError,
    "Cannot draw a baseline as samples must be a whole number from 1 on: current value is 0",
  );
});
