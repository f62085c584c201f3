import { centreWritingWeights } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { near, same } from "../../near.ts";
import { fixtureModel } from "../fixture.ts";
import { agree, computed, everyShape, tolerance } from "./processing_check.ts";

Deno.test("A-06 centreWritingWeights() keeps the logits, and takes the mean of the stream off everywhere", async () => {
  const sites = ["ln1.normalized", "ln1.scale", "attn.pattern", "mlp.post", "ln_final.normalized"];
  const streams = ["embed", "resid_pre", "attn_out", "mlp_out", "resid_post"];
  await everyShape(async (model, what) => {
    if (model.architecture.norm.kind !== "layer") return;
    const centred = await centreWritingWeights(model), { width } = model.architecture;
    await agree(centred, model, { what, sites, logits: true });
    const [before, after] = [await computed(model, streams), await computed(centred, streams)];
    for (const site of [...after.keys()].filter((name) => !/^log/.test(name))) {
      const stream = before.get(site)!,
        expected = Array.from(stream, (x, i) => {
          const row = i - i % width;
          let mean = 0;
          for (let k = 0; k < width; k++) mean += stream[row + k]! / width;
          return x - mean;
        });
      near(after.get(site)!, expected, tolerance(), `${what}: ${site}`);
    }
    centred.dispose();
  });
});

Deno.test("A-06 centreWritingWeights() unties the embedding, whose unembedding stays as it was", async () => {
  const model = await fixtureModel("gpt2");
  assert(model.architecture.tied, "the fixture is tied");
  const centred = await centreWritingWeights(model);
  assertEquals(centred.architecture.tied, false);
  same(await centred.W_U.data(), await model.W_U.data());
  const mean = tf.tidy(() => centred.W_E.tensor().mean(-1).abs().max().dataSync()[0]!);
  assert(mean < 1e-7, `a row of W_E has mean ${mean}`);
  // What only reads is the very tensor of the model.
  assert(
    centred.weights.linear("blocks.0.mlp.in").matrix ===
      model.weights.linear("blocks.0.mlp.in").matrix,
  );
  centred.dispose();
});

Deno.test("A-06 centreWritingWeights() refuses RMSNorm, with the reason", async () => {
  const model = await fixtureModel("llama"), tensors = heldTensors();
  const error = await assertRejects(() => centreWritingWeights(model), TypeError);
  assertEquals(
    error.message,
    "Cannot centre the writing weights of llama as its norms must subtract the mean: they are RMSNorm, which divides by a root mean square that the mean belongs to",
  );
  assertEquals(heldTensors(), tensors);
});
