import {
  cut,
  FrozenRun,
  frozenSites,
  linearNorm,
  refuseClip,
} from "../../lib/decompose/frozen_run.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

for (const family of DECODERS) {
  Deno.test(`A-09 what heads write and what attention adds anyhow are what it adds, norms frozen, ${family}`, async () => {
    const model = await fixtureModel(family);
    using result = await run(model, PROMPTS, {
      capture: [...frozenSites(model), "resid_pre", "attn_out"],
    });
    const held = heldTensors();
    for (const example of [0, 1]) {
      const frozen = new FrozenRun(model, result, example);
      assertEquals(frozen.prompt.ids, PROMPTS[example]);
      for (let layer = 0; layer < model.architecture.layers; layer++) {
        tf.tidy(() => {
          const stream = frozen.value(`blocks.${layer}.resid_pre`);
          const whole = frozen.headWrites(layer, stream).sum(0).add(frozen.attentionBias(layer));
          near(readNumbers(whole), readNumbers(frozen.value(`blocks.${layer}.attn_out`)), 1e-9);
          // It is linear: two streams, each sent alone, add up; and rows can be had alone.
          const half = tf.stack([stream.mul(0.25), stream.mul(0.75)]);
          const parts = frozen.headWrites(layer, half, [3, 2]);
          assertEquals(parts.shape, [model.architecture.heads, 2, 2, 32]);
          const rows = tf.slice(frozen.headWrites(layer, stream), [0, 3, 0], [-1, 2, -1]);
          near(readNumbers(parts.sum(1)), readNumbers(rows), 1e-9);
        });
      }
    }
    assertEquals(heldTensors(), held);
  });
}

Deno.test("A-04 a norm of fixed scale is linear, and with its bias it is the norm", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, [...PROMPTS[0]!], {
    capture: [...frozenSites(model), "ln_final.normalized", "blocks.1.resid_post"],
  });
  const frozen = new FrozenRun(model, result), norm = frozen.norm("ln_final")!;
  const stream = frozen.value("blocks.1.resid_post");
  const gained = frozen.value("ln_final.normalized").mul(norm.gain);
  near(readNumbers(linearNorm(stream, norm)), readNumbers(gained), 1e-12);
  const parts = linearNorm(stream.mul(0.3), norm).add(linearNorm(stream.mul(0.7), norm));
  near(readNumbers(parts), readNumbers(gained), 1e-12);
  near(
    readNumbers(linearNorm(tf.slice(stream, [4, 0], [1, -1]), cut(norm, 4, 1))),
    readNumbers(gained).slice(4 * 32, 5 * 32),
    1e-12,
  );
  assertEquals(frozen.norm("blocks.0.ln1_post"), null);
  assertEquals(linearNorm(stream, null), stream);
});

Deno.test("refuseClip() refuses models that cut values off, and no other", async () => {
  const model = await fixtureModel("gpt2");
  refuseClip(model, "try");
  assertThrows(
    () =>
      refuseClip(
        {
          architecture: { ...model.architecture, clip: 8 },
          provenance: { name: "cut", source: "" },
        } as typeof model,
        "try",
      ),
    TypeError,
    "Cannot try as values must not be cut off: cut does so at ±8, and parts of what is cut off do not add up",
  );
});
