/** Models with a map between the stream and the unembedding, without a last norm, or with norms on the stream. */

import { attentionLens, embeddingGeometry, logitLens, steerReadOut } from "../../lib/lens/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { loadFolder } from "../../lib/model/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { fixturePath, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

const PROMPT = PROMPTS[0]!.slice(0, 8).map((id) => id % 40),
  ALL = Array.from({ length: 40 }, (_, id) => id);

for (
  const name of ["opt-after-projected", "opt-bare", "cohere-norms-biases", "neox-linear-untied"]
) {
  Deno.test(`F-01 ${name}: the last row of a lens is the model's logits, and steering it does what is predicted`, async () => {
    using model = await loadFolder(fixturePath(`transformers/variants/${name}`));
    using result = await run(model, PROMPT);
    const count = model.architecture.vocabulary;
    const lens = await logitLens(model, PROMPT, { track: ALL.slice(0, count), norm: "frozen" });
    const logits = result.logits.dataSync(), all = lens.readings.at(-1)!;
    all.forEach(({ tracked }, position) =>
      near(
        tracked.map(({ logit }) => logit),
        logits.slice(position * count, position * count + tracked.length),
        1e-6,
      )
    );
    const { measured, direct, throughout } = await steerReadOut(model, PROMPT, {
      raise: 3,
      lower: 5,
      coefficient: 0.01,
    });
    near([measured, throughout], [direct, direct], 2e-4);
    await embeddingGeometry(model);
  });
}

Deno.test("F-05 attentionLens() refuses norms on the stream, where heads write to no logit directly", async () => {
  using model = await loadFolder(fixturePath("transformers/variants/opt-after-projected"));
  const { message } = await assertRejects(() => attentionLens(model, PROMPT), RangeError);
  assertEquals(message.includes("its norms stand on the stream itself"), true);
});
