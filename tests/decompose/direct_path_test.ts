import { directPath } from "../../lib/decompose/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { readNumbers, svd, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { filled, withPlanted } from "./planted.ts";

/** A Markov chain over twelve tokens. */
const chain = (() => {
  const random = new RandomStream(2, "chain");
  return filled(12, 12, () => Math.exp(1.5 * random.normal()))
    .map((row) => row.map((x) => x / row.reduce((sum, y) => sum + y, 0)));
})();

/** The mean divergence of the chain's rows from those of a model of rank r. */
async function divergence(rank: number): Promise<number> {
  // W_E · W_U = log P in closed form, cut to a rank.
  const { U, S, V } = await svd(tf.tensor2d(chain.map((row) => row.map(Math.log))));
  const kept = S.mul(tf.tensor1d(Array.from({ length: 12 }, (_, i) => Number(i < rank))));
  return await withPlanted({ width: 12, heads: 2, vocabulary: 12 }, () => {}, async (plain) => {
    const model = withWeights(plain, { W_E: U, W_U: tf.tidy(() => V.mul(kept).transpose()) });
    const found = await directPath(model, { texts: [[1, 2]], norm: "none" });
    return chain.reduce((sum, row, first) => {
      const logs = found.row(first);
      return sum + row.reduce((sum, p, second) => sum + p * (Math.log(p) - logs[second]!), 0) / 12;
    }, 0);
  });
}

Deno.test("A-20 rows of a model without layers converge to the chain's transitions as its rank grows", async () => {
  const found = await Promise.all([2, 6, 12].map(divergence));
  assert(found[0]! > found[1]! && found[1]! > 1e-3, String(found));
  near([found[2]!], [0], 1e-5, "full rank");
});

Deno.test("A-20 on a text of the chain, its direct path is as good as pairs, and a random one is not", async () => {
  const random = new RandomStream(8, "text"), text = [0];
  while (text.length < 6000) text.push(random.categorical(chain[text.at(-1)!]!));
  await withPlanted({ width: 12, heads: 2, vocabulary: 12 }, ({ ends }) => {
    ends("W_E", filled(12, 12, (row, column) => Number(row === column)));
    ends("W_U transposed", filled(12, 12, (row, column) => Math.log(chain[column]![row]!)));
  }, async (model) => {
    const found = await directPath(model, { texts: [text], norm: "none" });
    assertEquals(found.pairs, 5999);
    // Pairs as counted fit the text a little better than the chain itself: half a nat a free number, 132 of them, at most twice.
    assert(found.surprise > found.baselines.pairs);
    near([found.surprise], [found.baselines.pairs], 132 / 5999);
    assert(found.share > 0.9, String(found.share));
    // Through the norm, which is a constant here, it is the same.
    near([(await directPath(model, { texts: [text] })).surprise], [found.surprise], 1e-5);
  });
  await withPlanted({ width: 12, heads: 2, vocabulary: 12 }, () => {}, async (model) => {
    const found = await directPath(model, { texts: [text] });
    assert(found.surprise > found.baselines.single, "no better than single tokens");
    near([found.baselines.uniform], [Math.log(12)], 1e-12);
  });
});

Deno.test("A-20 where embedding and unembedding are one matrix the direct path is symmetric", async () => {
  const model = await fixtureModel("gpt2");
  const product = readNumbers(
    tf.matMul(model.W_E.tensor() as tf.Tensor2D, model.W_U.tensor() as tf.Tensor2D),
  );
  near(
    product,
    Float64Array.from(product, (_, i) => product[i % 96 * 96 + Math.floor(i / 96)]!),
    1e-6,
  );
});

for (const family of ["gpt2", "llama", "gpt_neox", "gemma2", "mixtral", "bloom"]) {
  Deno.test(`A-20 directPath() is what the model says with all blocks and positions taken out, ${family}`, async () => {
    const model = await fixtureModel(family), { layers } = model.architecture;
    await directPath(model, { texts: [[5, 9]] });
    const held = heldTensors(), found = await directPath(model, { texts: [[5, 9]] });
    const row = found.row(5);
    assertEquals(heldTensors(), held);
    const silent = Object.fromEntries(
      Array.from({ length: layers }, (_, layer) =>
        [
          "attn.W_O",
          "attn.b_O",
          ...model.architecture.mixture
            ? Array.from({ length: 4 }, (_, e) => `moe.experts.${e}.W_out`)
            : ["mlp.W_out", "mlp.b_out"],
        ].map((name) => `blocks.${layer}.${name}`)).flat().map((name) => {
          return [name, tf.zeros([...model.weight(name).shape])];
        }),
    );
    const positions = model.W_pos ? { W_pos: tf.zeros([...model.W_pos.shape]) } : {};
    const bare = withWeights(model, { ...silent, ...positions });
    using result = await run(bare, [5, 9]);
    const logits = readNumbers(result.logits).slice(0, 96);
    const most = Math.max(...logits),
      total = logits.reduce((sum, x) => sum + Math.exp(x - most), 0);
    near(row, logits.map((x) => x - most - Math.log(total)), 1e-4);
    near([found.surprise], [-row[9]!], 1e-6);
  });
}

Deno.test("directPath() of seedling is shown beside single tokens and pairs of its held-out text", async () => {
  const found = await directPath(await seedling());
  assert(found.pairs > 10_000);
  assert(found.baselines.pairs < found.baselines.single);
  assert(found.baselines.single < found.baselines.uniform);
  const text = Deno.inspect(found);
  assert(text.includes("seedling's held-out text") && text.includes("its share in the text"), text);
});

Deno.test("directPath() says what it cannot read", async () => {
  const model = await fixtureModel("gpt2");
  await assertRejects(
    () => directPath(model, { texts: [[4], [7]] }),
    RangeError,
    "Cannot read the direct path as there must be a pair of tokens in the texts: there is none",
  );
  await assertRejects(
    () => directPath(model, { texts: [[4, 5]], norm: "frozen" as "none" }),
    TypeError,
    'Cannot read the direct path as norm must be "own" or "none": current value is "frozen"',
  );
  const found = await directPath(model, { texts: [[4, 5]] });
  assertThrows(
    () => found.row(96),
    RangeError,
    "Cannot read the direct path as a token id must be an integer from 0 to 95: current value is 96",
  );
});
