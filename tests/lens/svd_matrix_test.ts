import { circuitParts, type SvdMatrix } from "../../lib/lens/svd_matrix.ts";
import { ovCircuits } from "../../lib/model/mod.ts";
import { type FactoredMatrix, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, rowTimes, taken, weightOf } from "./families.ts";

await startBackend("float64");

Deno.test("F-09 circuitParts(): singular directions are orthonormal, and their sum reconstructs z · W", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family),
      { heads, keyValueHeads, headWidth } = model.architecture;
    const z = Float64Array.from({ length: 32 }, (_, i) => Math.sin(i * i));
    for (const matrix of ["OV", "QK"] as const) {
      const head = 3, shared = Math.floor(head * keyValueHeads / heads);
      const [part] = circuitParts(model, matrix, { layers: [1], heads: [head] });
      const factored = part!.matrix("raw");
      const { U, S, V } = await factored.svd({});
      // By hand: through the head's own space, grouped heads sharing keys and values.
      const of = (name: string, at: number, size: number) =>
        weightOf(model, `blocks.1.attn.${name}`).subarray(at * size, (at + 1) * size);
      const size = 32 * headWidth;
      const inner = rowTimes(z, matrix === "OV" ? of("W_V", shared, size) : of("W_Q", head, size));
      const K = of("W_K", shared, size);
      const expected = matrix === "OV"
        ? rowTimes(inner, of("W_O", head, size))
        : Float64Array.from({ length: 32 }, (_, i) =>
          inner.reduce((sum, x, j) => sum + x * K[i * headWidth + j]!, 0));
      const rebuilt = tf.tidy(() =>
        tf.matMul(
          tf.matMul(tf.tensor2d(z, [1, 32]), U.squeeze<tf.Tensor2D>([0])).mul(S),
          V.squeeze<tf.Tensor2D>([0]),
          false,
          true,
        )
      );
      near(taken(rebuilt), expected, 1e-9, `${family} ${matrix}`);
      for (const vectors of [U, V]) {
        const product = tf.tidy(() => {
          const own = vectors.squeeze<tf.Tensor2D>([0]);
          return tf.matMul(own, own, true, false).sub(tf.eye(headWidth));
        });
        near(taken(product), new Float64Array(headWidth ** 2), 1e-9, `${family} orthonormal`);
      }
      tf.dispose([U, S, V]);
      factored.dispose();
    }
  }
});

Deno.test("circuitParts() has a part a block, or an expert of one, and frees its matrices", async () => {
  const model = await fixtureModel("mixtral");
  assertEquals(
    circuitParts(model, "W_out", {}).map(({ layer, expert }) => [layer, expert]),
    [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1], [1, 2], [1, 3]],
  );
  const [part] = circuitParts(model, "QK", { heads: [1, 1, -1] });
  assertEquals(part!.heads, [1, 3]);
  const makeAll = () => {
    for (const matrix of ["OV", "QK", "W_in", "W_out"] as SvdMatrix[]) {
      circuitParts(model, matrix, {})[0]!.matrix("folded").dispose();
    }
  };
  // The first time keeps the gains of the norms, as the model's own.
  makeAll();
  const before = heldTensors();
  makeAll();
  assertEquals(heldTensors(), before);
  assertThrows(
    () => circuitParts(model, "OV", { layers: [] }),
    RangeError,
    "Cannot read singular directions of layers as at least one must be given: there is none",
  );
});

Deno.test("circuitParts() has no QK where queries and keys have norms, and of OV no factor of what is written", async () => {
  const normed = await fixtureModel("qwen3"), [part] = circuitParts(normed, "QK", {});
  assertThrows(
    () => part!.matrix("raw"),
    TypeError,
    "Cannot read a QK circuit as queries and keys must not be normalised",
  );
  const model = await fixtureModel("granite"), { writingScale = 1 } = model.architecture;
  assert(writingScale !== 1, "a family with a factor");
  const [first] = circuitParts(model, "OV", {});
  const own = first!.matrix("raw") as FactoredMatrix, circuit = ovCircuits(model, 0);
  near(
    taken(own.product()),
    taken(circuit.product()).map((x) => x / writingScale),
    1e-12,
  );
});
