/** A logit from stage to stage, in double precision. */

import { accumulatedLogit, captureStream, logitAttribution } from "../../lib/decompose/mod.ts";
import { logit, logitDifference, logProbability } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { EVERY_DECODER } from "./every_decoder.ts";

await startBackend("float64");

for (const [name, load] of EVERY_DECODER) {
  Deno.test(`C-06 steps with the norm frozen are what components wrote, and both ways end at the logit, ${name}`, async () => {
    const model = await load(), { vocabulary, norms } = model.architecture;
    const prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 7)].map((ids) =>
      ids.map((id) => id % vocabulary)
    );
    using stream = await captureStream(model, prompts, { by: "component" });
    const target = logitDifference([4, 5], 6);
    const frozen = await accumulatedLogit(model, stream, target);
    const own = await accumulatedLogit(model, stream, target, { norm: "own" });
    const whole = await logitAttribution(model, stream, target);
    near(frozen.values.at(-1)!, whole.totals, 1e-9);
    near(own.values.at(-1)!, whole.totals, 1e-9);
    // Where norms stand on the stream, their biases come between.
    if (norms === "stream") return;
    const layers = model.architecture.layers, parallel = model.architecture.parallel;
    const written = (label: string, example: number) => whole.value(label, example);
    frozen.steps.forEach((step, i) => {
      const layer = parallel ? i : Math.floor(i / 2);
      assert(layer < layers);
      near(
        step,
        [0, 1].map((example) =>
          parallel
            ? written(`L${layer} attn`, example) + written(`L${layer} mlp`, example)
            : written(`L${layer} ${i % 2 === 0 ? "attn" : "mlp"}`, example)
        ),
        1e-9,
      );
    });
  });
}

Deno.test("accumulatedLogit() refuses targets that are no sums of logits, and frees what it made", async () => {
  const model = await fixtureModel("gpt2");
  await accumulatedLogit(model, PROMPTS, logit(3));
  const before = heldTensors();
  await assertRejects(() => accumulatedLogit(model, PROMPTS, logProbability(3)), TypeError);
  await assertRejects(
    () => accumulatedLogit(model, PROMPTS, logit(3), { norm: "none" as never }),
    TypeError,
    "norm must be among frozen, own",
  );
  await accumulatedLogit(model, PROMPTS, logit(3), { norm: "own" });
  assertEquals(heldTensors(), before);
});

Deno.test("the rows of accumulatedLogit() have the names of the stages that its picture has", async () => {
  const model = await fixtureModel("gpt2"),
    found = await accumulatedLogit(model, PROMPTS, logit(3));
  const { rows } = found.table(),
    picture = JSON.stringify(await found[display]()).replaceAll("\\", "");
  assertEquals(rows.map(({ value }) => value), found.values.flatMap((own) => [...own]));
  assertEquals(rows.map(({ site }) => site), found.stages.flatMap((site) => [site, site]));
  assertEquals(rows.slice(0, 6).map(({ stage, example }) => [stage, example]), [
    ["0", 0],
    ["0", 1],
    ["0 mid", 0],
    ["0 mid", 1],
    ["1", 0],
    ["1", 1],
  ]);
  assertEquals(rows.at(-1)!.stage, "end");
  for (const { stage, position, token, example } of rows) {
    assert(picture.includes(`"${stage}"`), `${stage}`);
    assertEquals([position, token], [10, `#${PROMPTS[Number(example)]![10]}`]);
  }
});
