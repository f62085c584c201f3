import { type Edit, project, run } from "../../../lib/run/mod.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import type { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const SITE: Site = "blocks.0.resid_post";
const random = new RandomStream(3, "basis");
const BASIS = [0, 1, 2].map(() => [...random.normals(32)]);

async function edited(...edits: Edit[]): Promise<number[][]> {
  using result = await run(await fixtureModel("gpt2"), PROMPTS, { edits, capture: [SITE] });
  return (result.cache.get(SITE) as tf.Tensor).reshape([-1, 32]).arraySync() as number[][];
}

const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

Deno.test("project() leaves nothing along any row of the basis, and kept and removed parts add up", async () => {
  const plain = await edited(), removed = await edited(project(SITE, BASIS));
  const kept = await edited(project(SITE, BASIS, { mode: "keep" }));
  for (const row of BASIS) {
    // float32: a product of 32 numbers near 1
    near(removed.map((x) => dot(x, row)), Array(22).fill(0), 1e-4);
    near(kept.map((x) => dot(x, row)), plain.map((x) => dot(x, row)), 1e-4);
  }
  near(removed.flatMap((x, i) => x.map((v, j) => v + kept[i]![j]!)), plain.flat(), 1e-5);
  near((await edited(project(SITE, BASIS), project(SITE, BASIS))).flat(), removed.flat(), 1e-5);
});

Deno.test("project() depends on the space alone, not on the rows that span it", async () => {
  const [a, b] = BASIS as [number[], number[]];
  const other = [a.map((x, i) => 3 * x - b[i]!), b.map((x) => x / 100)];
  near(
    (await edited(project(SITE, other))).flat(),
    (await edited(project(SITE, [a, b]))).flat(),
    1e-5,
  );
  const one = await edited(project(SITE, a)), rows = await edited(project(SITE, [a]));
  near(one.flat(), rows.flat(), 0);
});

Deno.test("project() refuses dependent rows, other widths, sites without vectors, and other modes", async () => {
  const model = await fixtureModel("gpt2"), [a, b] = BASIS as [number[], number[]];
  const cases: [Edit, string][] = [
    [
      project(SITE, [a, b, a.map((x, i) => x + b[i]!)]),
      "Cannot project blocks.0.resid_post as the rows of its basis must be independent: row 2 lies within 0.0001 of its length of those before",
    ],
    [
      project(SITE, [1, 2]),
      "Cannot project blocks.0.resid_post as its basis must be rows [rank, width 32]: its shape is [2]",
    ],
    [
      project("blocks.0.attn.scores", [1]),
      "Cannot project blocks.0.attn.scores as the site's last axis must be a space of vectors, width, head_width, neuron, vocabulary: its axes are head, batch, query, key",
    ],
    [
      project("blocks.0.mlp.post", a, { neurons: 1 }),
      "Cannot project blocks.0.mlp.post neurons 1 as a subspace is one of whole vectors: it has neurons",
    ],
    [
      { ...project(SITE, a), mode: "drop" as "keep" },
      'Cannot project blocks.0.resid_post as its mode must be "remove" or "keep": current value is "drop"',
    ],
  ];
  for (const [edit, message] of cases) {
    assertEquals(
      (await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), Error)).message,
      message,
    );
  }
});
