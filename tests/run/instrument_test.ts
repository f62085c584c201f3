/** Edits touch what they say and nothing else, in the order given. */

import { add, apply, type Edit, replace, run, scale, type Where, zero } from "../../lib/run/mod.ts";
import type { Site } from "../../lib/model/mod.ts";
import { near } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { check, type Expected } from "./edit_check.ts";

/** Edits of one site by the part of the site that they touch. */
const WHERES: readonly [
  site: Site,
  where: Where,
  indices: readonly (readonly number[] | null)[],
][] = [
  ["blocks.1.resid_pre", {}, [null, null, null]],
  ["blocks.1.resid_pre", { positions: 3 }, [null, [3], null]],
  ["blocks.1.resid_pre", { positions: -1 }, [null, [10], null]],
  ["blocks.1.resid_pre", { positions: [5, -11, 2] }, [null, [5, 0, 2], null]],
  ["blocks.0.resid_post", { positions: { from: 8 } }, [null, [8, 9, 10], null]],
  ["blocks.0.resid_post", { positions: { to: -9 } }, [null, [0, 1], null]],
  ["blocks.0.resid_post", { positions: { from: -3, to: -1 } }, [null, [8, 9], null]],
  ["blocks.0.resid_post", { positions: { from: 0, to: 11 } }, [null, null, null]],
  ["blocks.0.attn_out", { examples: [1] }, [[1], null, null]],
  ["blocks.0.attn_out", { examples: [-1, 0], positions: [4] }, [[1, 0], [4], null]],
  ["blocks.0.attn.z", { heads: [3] }, [[3], null, null, null]],
  ["blocks.0.attn.z", { heads: [2, 0], positions: -2 }, [[2, 0], null, [9], null]],
  ["blocks.1.attn.q", { heads: [-1], examples: [0] }, [[3], [0], null, null]],
  ["blocks.1.attn.v", { heads: [1], positions: [0, 6] }, [[1], null, [0, 6], null]],
  ["blocks.1.attn.result", { heads: [0, 1] }, [[0, 1], null, null, null]],
  ["blocks.1.attn.q_input", { heads: [1] }, [[1], null, null, null]],
  ["blocks.1.attn.k_input", { heads: [0], positions: 2 }, [[0], null, [2], null]],
  ["blocks.0.attn.v_input", { positions: { from: 4, to: 6 } }, [null, null, [4, 5], null]],
  ["blocks.0.mlp.post", { neurons: [7, 0, 41] }, [null, null, [7, 0, 41]]],
  ["blocks.1.mlp.pre", { neurons: [-1], positions: 10, examples: [1] }, [[1], [10], [-1]]],
  ["blocks.1.attn.pattern", { heads: [2], positions: 7 }, [[2], null, [7], null]],
  ["blocks.1.attn.pattern", { positions: 7, keys: [0, 3] }, [null, null, [7], [0, 3]]],
  ["blocks.1.attn.scores", { heads: [2], positions: 9, keys: { from: 2, to: 5 } }, [
    [2],
    null,
    [9],
    [2, 3, 4],
  ]],
  ["blocks.0.ln1.normalized", { positions: 4 }, [null, [4], null]],
  ["blocks.1.ln2.scale", { examples: [1] }, [[1], null, null]],
  ["ln_final.normalized", { positions: -1 }, [null, [10], null]],
  ["embed", { positions: [0] }, [null, [0], null]],
  ["blocks.0.mlp_in", { positions: [1] }, [null, [1], null]],
  ["logits", { positions: -1 }, [null, [10], null]],
];

for (const family of FAMILIES) {
  Deno.test(`${family}: zero, scale, add, replace and apply touch what they say and nothing else`, async () => {
    const { neurons } = (await fixtureModel(family)).architecture;
    for (const [site, where, raw] of WHERES) {
      const indices = raw.map((list) =>
        list && list.map((index) => index < 0 ? neurons + index : index)
      );
      const same = (edit: Edit, change: Expected["change"]) =>
        check(family, [edit], [{ site, indices, change }]);
      await same(scale(site, -0.5, where), (x) => -0.5 * x);
      await same(add(site, 0.25, { ...where, scale: 2 }), (x) => x + 0.5);
      // A norm's scale of 0 would divide by it, and a row of scores all equal is a row of weights all equal.
      if (!site.endsWith("scale")) await same(zero(site, where), () => 0);
      await same(replace(site, 1.5, where), () => 1.5);
      await same(apply(site, (part) => part.square(), where), (x) => x * x);
    }
  });
}

Deno.test("an edit of one axis after the other: edits of a site are made in the order given", async () => {
  const site: Site = "blocks.1.resid_pre", indices = [null, [2], null], where = { positions: 2 };
  const double: Expected = { site, indices, change: (x) => 2 * x };
  const more: Expected = { site, indices, change: (x) => x + 1 };
  await check("gpt2", [scale(site, 2, where), add(site, 1, where)], [double, more]);
  await check("gpt2", [add(site, 1, where), scale(site, 2, where)], [more, double]);
  const [a, b] = [[scale(site, 2), add(site, 1)], [add(site, 1), scale(site, 2)]];
  const model = await fixtureModel("gpt2");
  using one = await run(model, PROMPTS, { edits: a, capture: [site] });
  using other = await run(model, PROMPTS, { edits: b, capture: [site] });
  near(other.cache.get(site).sub(one.cache.get(site)).dataSync(), Array(2 * 11 * 32).fill(1), 1e-6);
});

Deno.test("one edit given twice is made twice", async () => {
  const model = await fixtureModel("gpt2"), edit = add("blocks.0.attn_out", 1);
  using result = await run(model, PROMPTS, { edits: [edit, edit], capture: ["blocks.0.attn_out"] });
  using plain = await run(model, PROMPTS, { capture: ["blocks.0.attn_out"] });
  const gap = result.cache.get("blocks.0.attn_out").sub(plain.cache.get("blocks.0.attn_out"));
  near(gap.dataSync(), Array(2 * 11 * 32).fill(2), 1e-6);
});

Deno.test("edits of several sites: one upstream is seen by those downstream", async () => {
  for (const family of FAMILIES) {
    const last: Expected = {
      site: "blocks.1.attn_out",
      indices: [null, null, null],
      change: (x) => x * x,
    };
    await check(family, [
      apply("blocks.1.attn_out", (x) => x.square()),
      zero("blocks.0.attn.z", { heads: [1] }),
      scale("blocks.0.ln2.normalized", 3),
    ], [
      { site: "blocks.0.attn.z", indices: [[1], null, null, null], change: () => 0 },
      { site: "blocks.0.ln2.normalized", indices: [null, null, null], change: (x) => 3 * x },
      last,
    ]);
  }
});

Deno.test("an edit of a norm holds for the heads' own copies of the stream too", async () => {
  for (const family of FAMILIES) {
    for (const letter of ["q", "k", "v"] as const) {
      const own: Site = `blocks.1.attn.${letter}_input`;
      await check(family, [scale("blocks.1.ln1.normalized", 2), add(own, 0.5, { heads: [1] })], [
        { site: "blocks.1.ln1.normalized", indices: [null, null, null], change: (x) => 2 * x },
        { site: own, indices: [[1], null, null, null], change: (x) => x + 0.5 },
      ]);
    }
  }
});

Deno.test("rotated queries and keys can be edited apart from those before rotation", async () => {
  for (const family of ["llama", "gpt_neox"] as const) {
    for (const site of ["blocks.1.attn.rot_q", "blocks.1.attn.rot_k"] as const) {
      await check(family, [scale(site, 2, { heads: [1] })], [
        { site, indices: [[1], null, null, null], change: (x) => 2 * x },
      ]);
    }
  }
});

Deno.test("the parts of a gated network can be edited one by one", async () => {
  for (const site of ["blocks.0.mlp.gate", "blocks.0.mlp.pre_linear"] as const) {
    await check("llama", [zero(site, { neurons: [3, 5] })], [
      { site, indices: [null, null, [3, 5]], change: () => 0 },
    ]);
  }
});
