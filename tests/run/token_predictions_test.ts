import { nextTokens, run, tokenPredictions, zero } from "../../lib/run/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("tokenPredictions() has the losses of the run, and what nextTokens() expects", async () => {
  const model = await seedling(),
    prompt = "Mary had a little lamb",
    edits = [zero("blocks.1.attn.z")];
  using result = await run(model, prompt, { edits });
  const before = heldTensors();
  const predictions = await tokenPredictions(model, prompt, { edits, count: 3 });
  assertEquals(heldTensors(), before);
  predictions.tokens.forEach(({ logProbability }, position) =>
    assertAlmostEquals(-logProbability, result.loss[0]![position]!, 1e-5)
  );
  assertAlmostEquals(-predictions.meanLogProbability, result.meanLoss, 1e-5);
  const expected = await nextTokens(model, prompt, { edits, count: 3, position: 1 });
  const { candidates, entropy, rank } = predictions.tokens[2]!;
  assertEquals(
    candidates.map(({ token }) => token),
    expected.tokens.slice(0, 3).map(({ token }) => token),
  );
  assert(entropy > 0 && entropy < Math.log(model.architecture.vocabulary) && rank >= 1);
});

Deno.test("tokenPredictions() gives even logits the entropy of an even choice", async () => {
  const model = await fixtureModel("gpt2"), { vocabulary } = model.architecture;
  const { tokens } = await tokenPredictions(model, [1, 2], { edits: [zero("logits")] });
  assertAlmostEquals(tokens[1]!.entropy, Math.log(vocabulary), 1e-6);
  assertAlmostEquals(tokens[1]!.logProbability, -Math.log(vocabulary), 1e-6);
  assertEquals([tokens[1]!.rank, tokens[0]!.candidates], [1, []]);
  const { plain } = await drawings(tokenPredictions(model, [1, 2]));
  assert(plain.includes("log₂ rank"));
  await assertRejects(() => tokenPredictions(model, [[1], [2]]), RangeError);
  await assertRejects(() => tokenPredictions(model, [1], { count: 0 }), RangeError);
});
