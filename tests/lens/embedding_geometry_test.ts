import { embeddingGeometry } from "../../lib/lens/mod.ts";
import { withWeights } from "../../lib/model/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "../run/drawings.ts";

for (
  const family of [
    "gpt2",
    "llama",
    "mistral",
    "gpt_neox",
    "gemma2",
    "mixtral",
    "gpt_oss",
    "cohere",
    "opt",
  ]
) {
  Deno.test(`F-18 ${family}: cosines are those of plain loops; tied embeddings have 1`, async () => {
    const model = await fixtureModel(family), found = await embeddingGeometry(model);
    const E = await model.W_E.data(),
      U = await model.W_U.data(),
      count = model.architecture.vocabulary,
      width = E.length / count;
    const rows = (at: (id: number, i: number) => number) =>
      Array.from({ length: count }, (_, id) => Array.from({ length: width }, (_, i) => at(id, i)));
    const embed = rows((id, i) => E[id * width + i]!), read = rows((id, i) => U[i * count + id]!);
    const centred = (all: number[][]) => {
      const mean = all[0]!.map((_, i) => all.reduce((sum, row) => sum + row[i]!, 0) / count);
      return all.map((row) => row.map((x, i) => x - mean[i]!));
    };
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const cosine = (a: number[], b: number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    near(found.plain.values, embed.map((row, id) => cosine(row, read[id]!)), 1e-5);
    const [one, other] = [centred(embed), centred(read)];
    near(found.centred.values, one.map((row, id) => cosine(row, other[id]!)), 1e-5);
    assertEquals(found.facts.tied, model.architecture.tied);
    if (model.architecture.tied) {
      for (const value of [...found.plain.values, ...found.centred.values]) {
        assertAlmostEquals(value, 1, 1e-5);
      }
    }
    // What chance gives: random vectors of this width have a deviation of 1 / √width.
    assert(
      Math.abs(found.otherCentred.mean) < 5 / Math.sqrt(count * width) + 1 / count,
      `${found.otherCentred.mean}`,
    );
    assert(found.other.values.every((value) => value < 0.999), "no token is compared with itself");
  });
}

Deno.test("F-18 a planted rotation, a planted mirror, and a zero vector", async () => {
  const model = await fixtureModel("gpt2"), before = heldTensors();
  const E = await model.W_E.data(), count = 96, width = 32;
  const columns = (at: (id: number, i: number) => number) =>
    Array.from({ length: width }, (_, i) => Array.from({ length: count }, (_, id) => at(id, i)));
  const mirrored = withWeights(model, { W_U: columns((id, i) => -E[id * width + i]!) });
  const found = await embeddingGeometry(mirrored);
  near(found.plain.values, Array(count).fill(-1), 1e-5);
  near(found.centred.quantiles, [-1, -1, -1, -1, -1], 1e-5);
  // Turned by a quarter within pairs of columns, every vector is at right angles to itself.
  const turned = withWeights(model, {
    W_U: columns((id, i) => i % 2 ? E[id * width + i - 1]! : -E[id * width + i + 1]!),
  });
  near((await embeddingGeometry(turned)).plain.values, Array(count).fill(0), 1e-5);
  const empty = withWeights(model, { W_U: columns((id, i) => id === 5 ? 0 : E[id * width + i]!) });
  const { plain, nearest } = await embeddingGeometry(empty, { top: 3 });
  assertEquals([plain.undefinedCount, Number.isNaN(plain.values[5]), nearest.length], [1, true, 3]);
  [mirrored, turned, empty].forEach((model) => model.dispose());
  assertEquals(heldTensors(), before);
});

Deno.test("embeddingGeometry(): the same seed, the same baseline; drawn, and what is wrong", async () => {
  const model = await fixtureModel("llama");
  const [one, same, another] = [
    await embeddingGeometry(model, { seed: 3 }),
    await embeddingGeometry(model, { seed: 3 }),
    await embeddingGeometry(model, { seed: 4 }),
  ];
  assertEquals(one.other.values, same.other.values);
  assert(one.other.mean !== another.other.mean);
  const words = await seedling();
  const { html, plain } = await drawings(embeddingGeometry(words));
  assert(
    plain.includes("another token's, centred") && plain.includes("tied") &&
      html.includes("nearest"),
  );
  assertEquals(JSON.parse(JSON.stringify(one)).nearest.length, 8);
  assertEquals(
    (await assertRejects(() => embeddingGeometry(model, { top: 97 }))).message,
    "Cannot compare embeddings as top must be from 0 to 96, the vocabulary: current value is 97",
  );
  await assertRejects(
    () => embeddingGeometry(model, { signal: AbortSignal.abort(new Error("enough")) }),
    Error,
    "enough",
  );
});
