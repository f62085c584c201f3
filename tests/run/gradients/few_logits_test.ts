import { summedLogits, summedTokens } from "../../../lib/run/gradients/few_logits.ts";
import { logitDifference, logProbability } from "../../../lib/run/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("a sum of logits needs its own tokens alone, whatever each example asks for", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[3, 4], [5, 6]]);
  const context = { model, tokens }, metric = logitDifference([9, 7], [7, 8], { position: -2 });
  assertEquals(summedTokens(metric, context), [9, 7, 8]);
  assertEquals(summedTokens(logProbability(3), context), null);
  const logits = tf.tensor3d([1, 2, 4, 0, 0, 0, 8, 16, 32, 0, 0, 0], [2, 2, 3]);
  const values = summedLogits(logits, metric, (_, position) => position, context);
  assertEquals([...values.dataSync()], [1 - 2, 16 - 32]);
});
