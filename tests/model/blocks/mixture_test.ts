import { replace, run, scale } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { near, same } from "../../near.ts";
import { fixtureModel } from "../fixture.ts";

const PROMPT = [3, 30, 17, 8, 9, 22, 30, 1, 2];

for (const family of ["mixtral", "gpt_oss"]) {
  Deno.test(`${family}: neurons of experts are NaN where a token does not use them, and weights 0`, async () => {
    const model = await fixtureModel(family);
    using result = await run(model, PROMPT, { capture: ["blocks.0.moe.*"] });
    const weights = result.cache.get("blocks.0.moe.weights").dataSync();
    const indices = result.cache.get("blocks.0.moe.indices").dataSync();
    const uses = new Set([...indices].map((expert, i) => `${expert} ${i % PROMPT.length}`));
    for (let expert = 0; expert < 4; expert++) {
      const post = result.cache.get(`blocks.0.moe.experts.${expert}.post`).dataSync();
      const neurons = post.length / PROMPT.length;
      for (let token = 0; token < PROMPT.length; token++) {
        const used = uses.has(`${expert} ${token}`);
        const own = post.slice(token * neurons, (token + 1) * neurons);
        assertEquals(own.every(Number.isNaN), !used, `${expert} ${token}`);
        assertEquals(own.some(Number.isNaN), !used, `${expert} ${token}`);
        assertEquals(weights[expert * PROMPT.length + token] !== 0, used);
      }
    }
  });

  Deno.test(`${family}: looking changes no bit`, async () => {
    const model = await fixtureModel(family);
    using plain = await run(model, PROMPT);
    using watched = await run(model, PROMPT, { capture: ["*"] });
    same(watched.logits.dataSync(), plain.logits.dataSync());
  });

  Deno.test(`${family}: an edit of the chosen experts, or of their weights, sends tokens elsewhere`, async () => {
    const model = await fixtureModel(family);
    using plain = await run(model, PROMPT, { capture: ["blocks.1.moe.*"] });
    const [best] = plain.cache.get("blocks.1.moe.indices").dataSync();
    const other = [0, 1, 2, 3].find((expert) => expert !== best)!;
    using sent = await run(model, PROMPT, {
      capture: ["blocks.1.moe.*"],
      edits: [replace("blocks.1.moe.indices", other)],
    });
    const weights = sent.cache.get("blocks.1.moe.weights").dataSync();
    near(
      weights,
      [0, 1, 2, 3].flatMap((e) => Array(PROMPT.length).fill(e === other ? 1 : 0)),
      1e-6,
    );
    assert(!sent.cache.get(`blocks.1.moe.experts.${other}.post`).dataSync().some(Number.isNaN));
    // Twice the weights are twice what is written.
    using half = await run(model, PROMPT, { capture: ["blocks.1.mlp_out"] });
    using twice = await run(model, PROMPT, {
      capture: ["blocks.1.mlp_out"],
      edits: [scale("blocks.1.moe.weights", 2)],
    });
    near(
      twice.cache.get("blocks.1.mlp_out").dataSync(),
      half.cache.get("blocks.1.mlp_out").dataSync().map((x) => 2 * x),
      1e-5,
    );
    await assertRejects(
      () => run(model, PROMPT, { edits: [replace("blocks.1.moe.indices", 4)] }),
      RangeError,
      "Cannot send tokens to experts as moe.indices must be whole numbers from 0 to 3: current value is 4",
    );
  });
}
