import { run, testPrompt, zero } from "../../lib/run/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("testPrompt() rates each token of an answer as the sorted logits do", async () => {
  const model = await fixtureModel("gpt_neox");
  const prompt = [5, 9, 70], answer = [33, 2, 95];
  const test = await testPrompt(model, prompt, answer, { count: 4 });
  using result = await run(model, [...prompt, ...answer]);
  let product = 1;
  answer.forEach((id, i) => {
    const logits = [...result.logits.dataSync().slice((2 + i) * 96, (3 + i) * 96)];
    const order = logits.map((_, token) => token).sort((a, b) => logits[b]! - logits[a]!);
    const probability = Math.exp(logits[id]!) / logits.reduce((sum, x) => sum + Math.exp(x), 0);
    const { answer: rated, best } = test.tokens[i]!;
    assertEquals([rated.id, rated.rank, rated.logit], [id, order.indexOf(id) + 1, logits[id]!]);
    assertAlmostEquals(rated.probability, probability, 1e-9);
    assertEquals(best.map(({ id }) => id), order.slice(0, 4));
    product *= probability;
  });
  assertEquals(test.rank, test.tokens[0]!.answer.rank);
  assertAlmostEquals(test.probability, product, 1e-12);
});

Deno.test("testPrompt() reads text: the answer gets no beginning-of-text token", async () => {
  const model = await seedling();
  const test = await testPrompt(model, "The capital of Poland is", " Warsaw");
  assertEquals(test.rank, 1);
  assertEquals(test.tokens.map(({ answer }) => answer.token.text).join(""), " Warsaw");
  const knocked = await testPrompt(model, "The capital of Poland is", " Warsaw", {
    edits: [zero("blocks.0.mlp_out"), zero("blocks.1.mlp_out")],
  });
  assert(knocked.probability < test.probability, "without its first MLPs it knows less");
  const { html, plain } = await drawings(testPrompt(model, "<b>&", "</script> Warsaw"));
  assert(!/<b>|<\/script> W/.test(html) && plain.includes("<b>&"));
  assertEquals(JSON.parse(JSON.stringify(test)).rank, 1);
  assert(Deno.inspect(test).includes("Warsaw"));
});

Deno.test("testPrompt() refuses what it cannot rate, and leaves nothing behind", async () => {
  const model = await fixtureModel("gpt2");
  (await run(model, [1])).dispose();
  const before = heldTensors();
  const message = async (prompt: unknown, answer: unknown, options = {}) =>
    (await assertRejects(
      () => testPrompt(model, prompt as number[], answer as number[], options),
      Error,
    )).message;
  assertEquals(
    await message([1], []),
    "Cannot test an answer as it must hold a token: it is empty",
  );
  assertEquals(
    await message([1], ""),
    "Cannot test an answer as it must hold a token: it is empty",
  );
  assertEquals(await message([], [1]), "Cannot run no prompts as a list must hold at least one");
  assertEquals(
    await message([[1], [2]], [1]),
    "Cannot test a prompt as there must be one prompt: there are 2",
  );
  assertEquals(
    await message([1], [[1], [2]]),
    "Cannot test a prompt as there must be one answer: there are 2",
  );
  assertEquals(
    await message([1], [96]),
    "Cannot run the prompt as a token id must be an integer from 0 to 95: current value is 96",
  );
  assertEquals(
    await message(Array(40).fill(1), Array(30).fill(2)),
    "Cannot run the prompt as it must have at most 64 tokens, the model's positions: it has 70",
  );
  assertEquals(
    await message([1], [2], { count: 0 }),
    "Cannot list 0 next tokens as there must be from 1 to 96, the vocabulary",
  );
  assertEquals(heldTensors(), before);
});
