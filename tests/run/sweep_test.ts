/** Many runs one after the other: what they leave behind, and how soon a signal stops them. */

import { crossEntropy, freeze, gradients, logit, run, trace, zero } from "../../lib/run/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { same } from "../near.ts";

const RAGGED = [PROMPTS[0]!.slice(0, 6), PROMPTS[1]!, [40, 41]];

Deno.test("a hundred runs, gradients and traces leave no tensor behind, and a captured one as it was", async () => {
  const model = await fixtureModel("llama");
  using kept = await run(model, RAGGED, { capture: ["*"], padding: "left" });
  const copies = kept.cache.sites.map((site) => [site, readNumbers(kept.cache.get(site))] as const);
  const logits = readNumbers(kept.logits);
  const stream = kept.cache.get("blocks.1.resid_pre");
  const round = async () => {
    (await run(model, RAGGED, { capture: ["*"], edits: [zero("blocks.0.attn.z")] })).dispose();
    (await run(model, RAGGED, { start: { layer: 1, stream }, padding: "left" })).dispose();
    using found = await gradients(model, RAGGED, crossEntropy(), {
      at: ["*"],
      weights: ["W_Q", "W_E"],
      edits: [freeze("blocks.1.attn.pattern")],
      rules: ["frozenNorm"],
    });
    found.timesValue("blocks.0.attn.pattern");
    using traced = await trace(model, RAGGED, function* (at) {
      const early = yield at("blocks.0.resid_post", { positions: -1 });
      yield at.set("blocks.1.resid_pre", early.mul(2), { positions: -1 });
      return early;
    });
    traced.run!.measure(logit(3));
  };
  await round();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 25; i++) {
    await round();
    assertEquals(tf.memory().numTensors, before, `after ${4 * i + 4} runs`);
  }
  for (const [site, copy] of copies) same(readNumbers(kept.cache.get(site)), copy, site);
  same(readNumbers(kept.logits), logits);
});

Deno.test("a signal that is raised 200 ms into a sweep stops it at once, wherever it stands", async () => {
  const model = await seedling(),
    prompt = "When Mary and John went to the store, John gave a key to";
  const kinds = {
    run: (signal: AbortSignal) => run(model, prompt, { signal, capture: ["resid_post"] }),
    gradients: (signal: AbortSignal) =>
      gradients(model, prompt, logit(" Mary"), { signal, weights: ["W_Q"] }),
    trace: (signal: AbortSignal) => trace(model, prompt, function* () {}, { signal }),
  };
  for (const [kind, once] of Object.entries(kinds)) {
    (await once(new AbortController().signal)).dispose();
    const before = tf.memory().numTensors;
    // What this machine does beside is noise that only adds: a sweep that is deaf would be late in every try.
    let least = Infinity;
    for (let attempt = 0; attempt < 3 && least > 100; attempt++) {
      const controller = new AbortController();
      let raised = NaN, count = 0;
      setTimeout(() => {
        raised = performance.now();
        controller.abort(new Error("enough"));
      }, 200);
      const sweep = async () => {
        for (;; count++) (await once(controller.signal)).dispose();
      };
      assertEquals((await assertRejects(sweep, Error)).message, "enough");
      least = Math.min(least, performance.now() - raised);
      assert(count > 0, "it was in the midst of them");
    }
    assert(least <= 100, `${kind}: ${least} ms after the signal`);
    assertEquals(tf.memory().numTensors, before, `${kind} frees what it had made`);
  }
});
