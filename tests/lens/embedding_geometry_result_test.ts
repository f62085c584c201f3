import { EmbeddingGeometry } from "../../lib/lens/mod.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";

Deno.test("F-18 EmbeddingGeometry sums up what is defined", () => {
  const values = [0, 0.5, NaN, 1, -0.5];
  const token = (id: number) => ({ id, token: { text: `${id}`, id }, cosine: values[id]! });
  const found = new EmbeddingGeometry(
    { model: "m", tied: false, vocabulary: 5, seed: 0 },
    { plain: values, centred: values, other: values, otherCentred: values },
    token,
    2,
  );
  assertEquals([found.plain.mean, found.plain.undefinedCount, found.plain.quantiles[2]], [
    0.25,
    1,
    0.25,
  ]);
  assertAlmostEquals(found.plain.quantiles[0], -0.425, 1e-12);
  assertEquals([found.nearest.map(({ id }) => id), found.farthest.map(({ id }) => id)], [[3, 1], [
    4,
    0,
  ]]);
});
