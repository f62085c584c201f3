/** In double precision, as first orders are exact only for small steps. */

import { steerReadOut } from "../../lib/lens/mod.ts";
import { readOutDirection } from "../../lib/lens/steer_read_out.ts";
import { logitDifference, run, scale } from "../../lib/run/mod.ts";
import { readLogits } from "../../lib/model/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "../run/drawings.ts";
import { KINDS } from "./kinds.ts";

await startBackend("float64");

const PROMPT = PROMPTS[0]!.slice(0, 6);

for (const family of KINDS) {
  Deno.test(`F-01 ${family}: a small step along a read-out's direction changes the logits as predicted`, async () => {
    const model = await fixtureModel(family);
    for (const lower of [undefined, 40]) {
      const tokens = { raise: 7, ...lower === undefined ? {} : { lower } };
      for (const layer of [0, 1, 2]) {
        const step = 1e-4,
          one = await steerReadOut(model, PROMPT, { ...tokens, layer, coefficient: step });
        const back = await steerReadOut(model, PROMPT, { ...tokens, layer, coefficient: -step });
        // What is odd in the step is of first order but for step³.
        near(
          [(one.measured - back.measured) / 2 / step],
          [one.throughout / step],
          1e-6 * Math.max(1, Math.abs(one.throughout / step)),
        );
        assertAlmostEquals(back.throughout, -one.throughout, 1e-12);
        if (layer === 2) {
          assertAlmostEquals(one.direct, one.throughout, 1e-12);
          assert(one.measured > 0, "the direction raises what it is to raise");
        }
      }
    }
  });

  Deno.test(`F-01 ${family}: the direction is the gradient of a frozen read-out`, async () => {
    const model = await fixtureModel(family), { width } = model.architecture;
    const direction = readOutDirection(model, 7, 40);
    assertAlmostEquals(direction.reduce((sum, x) => sum + x * x, 0), 1, 1e-12);
    const slopes = tf.tidy(() => {
      const rows = readLogits(model.weights, tf.eye(width), {
        norm: "frozen",
        scale: tf.ones([width, 1]),
        linear: true,
      });
      return readNumbers(
        rows.slice([0, 7], [-1, 1]).sub(rows.slice([0, 40], [-1, 1])),
      ) as unknown as Float32Array;
    });
    const length = Math.sqrt(slopes.reduce((sum, x) => sum + x * x, 0));
    near(direction, slopes.map((x) => x / length), 1e-9);
  });
}

Deno.test("steerReadOut(): its edit does what was measured, other edits take part, nothing is left", async () => {
  const model = await fixtureModel("llama"), edits = [scale("blocks.0.attn.z", 0.5)];
  const how = { raise: 3, lower: 8, layer: 1, coefficient: 2, position: 4, edits };
  const found = await steerReadOut(model, PROMPT, how), before = heldTensors();
  await steerReadOut(model, PROMPT, how);
  assertEquals(heldTensors(), before);
  using plain = await run(model, PROMPT, { edits });
  using steered = await run(model, PROMPT, { edits: [...edits, found.edit] });
  const metric = logitDifference(3, 8, { position: 4 });
  assertAlmostEquals(
    steered.measure(metric)[0]! - plain.measure(metric)[0]!,
    found.measured,
    1e-12,
  );
  assertAlmostEquals(plain.measure(metric)[0]!, found.before, 1e-12);
});

Deno.test("steerReadOut() says what is wrong, and draws itself", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (options: object) =>
    (await assertRejects(() => steerReadOut(model, PROMPT, { raise: 3, ...options }))).message;
  assertEquals(
    await message({ lower: 3 }),
    "Cannot steer a read-out as raise and lower must be two tokens: both are 3",
  );
  assertEquals(
    await message({ coefficient: NaN }),
    "Cannot steer a read-out as coefficient must be finite: current value is NaN",
  );
  assert((await message({ layer: 3 })).includes("must be from -3 to 2"));
  assert((await message({ raise: 96 })).includes("from 0 to 95"));
  assert((await message({ position: 6 })).includes("must be from -6 to 5"));
  const words = await seedling();
  await assertRejects(
    () => steerReadOut(words, "Mary", { raise: " Mary and" }),
    RangeError,
    "splits into",
  );
  const promise = steerReadOut(words, "<img src=x> Mary", { raise: " Mary", lower: " John" });
  const { html, plain } = await drawings(promise);
  assert(!html.includes("<img src") && plain.includes("Mary − John") && plain.includes("measured"));
  assertEquals(JSON.parse(JSON.stringify(await promise)).site, "blocks.3.resid_post");
});
