import { type Coder, type Edit, run, splice, zero } from "../../../lib/run/mod.ts";
import { add, apply, replace, scale } from "../../../lib/run/mod.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

const SITE: Site = "blocks.0.resid_post";
const random = new RandomStream(9, "coder");
const INTO = tf.tensor2d([...random.normals(32 * 6)], [32, 6]);
const OUT = tf.tensor2d([...random.normals(32 * 6)], [6, 32]);

/** A coder that loses much. */
const lossy: Coder = {
  encode: (x) => x.matMul(INTO).relu(),
  decode: (f) => f.matMul(OUT).mul(0.1),
};
const perfect: Coder = { encode: (x) => x.clone(), decode: (f) => f.clone() };

Deno.test("splice() with the error added back changes no bit without edits; a perfect coder needs none", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    using plain = await run(model, PROMPTS);
    for (const edit of [splice(SITE, lossy, { error: true }), splice(SITE, perfect)]) {
      using spliced = await run(model, PROMPTS, { edits: [edit] });
      same(spliced.logits.dataSync(), plain.logits.dataSync(), family);
    }
    using lost = await run(model, PROMPTS, {
      edits: [splice("blocks.*.resid_post", lossy)],
      capture: [SITE],
    });
    using kept = await run(model, PROMPTS, { capture: [SITE] });
    const flat = kept.cache.get(SITE).reshape([22, 32]) as tf.Tensor2D;
    const expected = lossy.decode(lossy.encode(flat) as tf.Tensor2D);
    near(lost.cache.get(SITE).dataSync(), expected.dataSync(), 1e-5, family);
  }
});

Deno.test("splice() makes edits of features in their order: a perfect coder turns them into edits of the site", async () => {
  const model = await fixtureModel("gpt2");
  const inner = [
    add("features", [1, 2], { features: [4, -1] }),
    scale("features", 3, { features: 4 }),
    apply("features", (f) => f.square(), { features: 0 }),
    replace("features", 0.5, { features: [1] }),
    zero("features", { features: 2 }),
  ];
  using result = await run(model, PROMPTS, {
    edits: [splice(SITE, perfect, { edits: inner, positions: -1 })],
    capture: [SITE],
  });
  using plain = await run(model, PROMPTS, { capture: [SITE] });
  const last = (x: tf.Tensor) => x.slice([0, 10, 0], [2, 1, 32]).dataSync();
  const expected = last(plain.cache.get(SITE)).map((x, cell) => {
    const feature = cell % 32;
    if (feature === 0) return x * x;
    if (feature === 1) return 0.5;
    if (feature === 2) return 0;
    if (feature === 4) return 3 * (x + 1);
    return feature === 31 ? x + 2 : x;
  });
  near(last(result.cache.get(SITE)), expected, 1e-5);
});

Deno.test("splice() refuses what is no coder, edits of features that are none, and sites without vectors", async () => {
  const model = await fixtureModel("gpt2"),
    perfectly = (edits: unknown) => splice(SITE, perfect, { edits: edits as [] });
  const cases: [Edit, string][] = [
    [
      splice(SITE, { encode: lossy.encode } as Coder),
      "Cannot splice blocks.0.resid_post as its coder must have decode(): what it has there is undefined",
    ],
    [
      splice(SITE, { ...lossy, decode: (f) => f }),
      "Cannot splice blocks.0.resid_post as decode() must return the shape that it was given: it made [22, 6] of [22, 32]",
    ],
    [
      splice("blocks.0.attn.pattern", perfect),
      "Cannot splice blocks.0.attn.pattern as a coder reads vectors: the site's axes are head, batch, query, key",
    ],
    [
      perfectly([{ kind: "noise", at: "features" }]),
      "Cannot edit features as the kind must be one of zero, scale, add, replace, apply: current value is noise",
    ],
    [
      perfectly([zero("embed")]),
      'Cannot zero embed within a splice as the site must be "features": current value is "embed"',
    ],
    [
      perfectly([zero("features", { positions: 1 })]),
      "Cannot zero features positions 1 within a splice as it says where by features alone: it has positions",
    ],
    [
      perfectly([zero("features", { features: 32 })]),
      "Cannot splice blocks.0.resid_post: zero features features 32 as features must be from -32 to 31: current value is 32",
    ],
    [
      zero(SITE, { features: 1 }),
      "Cannot zero blocks.0.resid_post features 1 as an edit says where by heads, neurons, positions, keys, examples, steps alone: it has features",
    ],
  ];
  for (const [edit, message] of cases) {
    assertEquals(
      (await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), Error)).message,
      message,
    );
  }
});
