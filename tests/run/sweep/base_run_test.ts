import { baseRun, FixedPast } from "../../../lib/run/sweep/base_run.ts";
import { run } from "../../../lib/run/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel } from "../../model/fixture.ts";
import { largestGap } from "../../near.ts";

const PROMPTS = [[3, 17, 24, 40, 9], [52, 9, 61]];

Deno.test("baseRun() keeps streams, keys and values from any column, and what else is asked for", async () => {
  const model = await fixtureModel("gpt2"),
    tokens = model.tokenize(PROMPTS);
  const capture = ["blocks.1.resid_pre", "blocks.1.resid_post", "blocks.1.attn.k"];
  using plain = await run(model, PROMPTS[0]!, { capture });
  const before = heldTensors();
  {
    using base = await baseRun(model, tokens, { capture: [model.site("logits")] });
    assertEquals(base.cache.get("logits").shape, [2, 5, model.architecture.vocabulary]);
    for (const [layer, site] of [[1, capture[0]!], [2, capture[1]!]] as const) {
      const stream = base.stream(layer, 2);
      const own = tf.tidy(() => stream.slice([0, 0, 0], [1, 3, -1]).dataSync<"float32">().slice());
      const expected = tf.tidy(() =>
        plain.cache.get(site).slice([0, 2, 0]).dataSync<"float32">().slice()
      );
      assert(largestGap(own, expected) < 1e-6);
      stream.dispose();
    }
    using past = base.past(3);
    assert(past instanceof FixedPast);
    assertEquals([past.columns, past.before(1).key.shape[2]], [3, 3]);
    const key = tf.ones([
      ...past.before(0).key.shape.slice(0, 1),
      4,
      2,
      past.before(0).key.shape[3]!,
    ]);
    const joined = past.append(0, key, key);
    assertEquals(joined.key.shape.slice(1, 3), [4, 5]);
    tf.dispose([key, joined.key, joined.value]);
    assert(base.bytes > 0 && base.rate > 0);
  }
  assertEquals(heldTensors(), before);
  await assertRejects(
    () => baseRun(model, tokens, { capture: [], signal: AbortSignal.abort() }),
    DOMException,
  );
});
