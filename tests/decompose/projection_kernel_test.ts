import { chanceOverlap, projectionKernel } from "../../lib/decompose/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { qr, readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel } from "../model/fixture.ts";
import { near } from "../near.ts";
import { filled, withPlanted } from "./planted.ts";

/** The projection onto the space of a matrix's columns. */
async function projection(columns: tf.Tensor2D): Promise<tf.Tensor2D> {
  const { Q } = await qr(columns);
  return tf.matMul(Q as tf.Tensor2D, Q as tf.Tensor2D, false, true);
}

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral"]) {
  Deno.test(`A-19 projectionKernel() is the trace of the product of two projections, ${family}`, async () => {
    const model = await fixtureModel(family),
      { headWidth, width, heads, keyValueHeads } = model.architecture;
    await projectionKernel(model, { reader: "K" });
    const held = heldTensors(), found = await projectionKernel(model, { reader: "K" });
    assertEquals(heldTensors(), held);
    for (const [writer, reader] of [[0, 0], [1, 3], [2, 1]] as const) {
      const group = Math.floor(reader * keyValueHeads / heads);
      const output = model.layerWeight(0, "W_O")!.at({ head: writer }).tensor().transpose();
      const keys = model.layerWeight(1, "W_K")!.at({ head: group }).tensor();
      const a = await projection(output as tf.Tensor2D), b = await projection(keys as tf.Tensor2D);
      const expected = readNumbers(a.mul(b).sum())[0]!;
      const pair = found.pair({ layer: 0, head: writer }, { layer: 1, head: reader });
      near([pair.value], [expected], 1e-4);
      assertEquals(pair.ranks, [headWidth, headWidth]);
      near([pair.chance.mean], [headWidth ** 2 / width], 1e-12);
      near([pair.normalised], [pair.value / headWidth], 1e-12);
    }
    assert(Number.isNaN(found.pair({ layer: 1, head: 0 }, { layer: 0, head: 0 }).value));
  });
}

Deno.test("A-19 projectionKernel() is the rank where one space holds the other, 0 where they are orthogonal, and does not see the inner basis", async () => {
  await withPlanted({ width: 8, heads: 2 }, ({ head }) => {
    head(0, 0, "W_O", filled(4, 8, (row, column) => Number(row === column)));
    // The same space in a skew basis of very different lengths; and the space beside it.
    head(1, 0, "W_V", filled(8, 4, (row, column) => row < 4 && row <= column ? 10 ** column : 0));
    head(1, 1, "W_V", filled(8, 4, (row, column) => Number(row === column + 4)));
  }, async (model) => {
    const found = await projectionKernel(model), writer = { layer: 0, head: 0 };
    const [same, other] = [0, 1].map((head) => found.pair(writer, { layer: 1, head }));
    near([same!.value, same!.normalised, other!.value], [4, 1, 0], 1e-5);
    assertEquals(same!.ranks, [4, 4]);
  });
});

Deno.test("A-19 a head of rank one counts as one direction", async () => {
  const model = await fixtureModel("gpt2");
  const flat = model.layerWeight(0, "W_O")!.at({ head: 1 }).tensor();
  const other = withWeights(model, {
    "blocks.0.attn.W_O[head 1]": tf.tidy(() => tf.tile(tf.slice(flat, [0, 0], [1, 32]), [8, 1])),
  });
  const found = await projectionKernel(other);
  const { ranks, value, chance } = found.pair({ layer: 0, head: 1 }, { layer: 1, head: 0 });
  assertEquals(ranks, [1, 8]);
  assert(value >= 0 && value <= 1);
  near([chance.mean], [8 / 32], 1e-12);
});

Deno.test("A-19 chanceOverlap() is what random subspaces have, in mean and variance", async () => {
  const { mean, deviation } = chanceOverlap(768, 64, 64);
  // The mean is the one that is published; the variance follows from the same formula.
  near([mean, deviation ** 2], [5.333, 2 * 64 ** 2 * 704 ** 2 / (768 ** 2 * 767 * 770)], 1e-3);
  const random = new RandomStream(5, "subspaces"), values: number[] = [];
  const drawn = async () =>
    await projection(tf.tensor2d(random.normals(12 * 3), [12, 3])) as tf.Tensor2D;
  for (let i = 0; i < 300; i++) {
    const a = await drawn(), b = await drawn();
    values.push(readNumbers(a.mul(b).sum())[0]!);
  }
  const own = values.reduce((sum, x) => sum + x, 0) / 300;
  const variance = values.reduce((sum, x) => sum + (x - own) ** 2, 0) / 299;
  const chance = chanceOverlap(12, 3, 3);
  near([own], [chance.mean], 5 * chance.deviation / Math.sqrt(300));
  // A variance of 300 numbers is known to about 10 %.
  near([variance / chance.deviation ** 2], [1], 0.4);
});

Deno.test("projectionKernel() draws chance beside overlaps, and says what it cannot compare", async () => {
  const model = await fixtureModel("gpt2");
  const found = await projectionKernel(model, { writer: "K", reader: "Q", forward: false });
  assert(!found.values.some(Number.isNaN));
  assert(Deno.inspect(found).includes("chance gives"));
  assertEquals(JSON.parse(JSON.stringify(found)).values.length, 64);
  await assertRejects(
    () => projectionKernel(model, { tolerance: 1 }),
    RangeError,
    "Cannot compare subspaces of heads as tolerance must be from 0 up to but not 1: current value is 1",
  );
  await assertRejects(
    () => projectionKernel(model, { reader: "M" as "V" }),
    TypeError,
    "Cannot compare subspaces of heads as reader must be among O, Q, K, V",
  );
  assertThrows(
    () => found.pair({ layer: 0, head: 9 }, { layer: 0, head: 0 }),
    RangeError,
    "Cannot read an overlap as layers are from 0 to 1 and heads from 0 to 3: current value is layer 0, head 9",
  );
});
