import { logit, logitDifference, rank, run } from "../../../lib/run/mod.ts";
import { answerIds, answerText } from "../../../lib/run/metrics/answer.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../../model/fixture.ts";

Deno.test("answerIds() finds an id for each example, of text and of ids", async () => {
  const model = await seedling(), tokens = model.tokenize(["Mary", "John"]);
  const [mary, john] = [" Mary", " John"].map((text) => model.toSingleToken(text));
  const context = { model, tokens };
  assertEquals(answerIds(" Mary", context), [mary!, mary!]);
  assertEquals(answerIds([" John", mary!], context), [john!, mary!]);
  assertEquals(answerIds(0, context), [0, 0]);
});

Deno.test("answers that are no tokens, or too few, are refused before anything is measured", async () => {
  const model = await fixtureModel("gpt2");
  using result = await run(model, PROMPTS);
  const message = (kind: new (message: string) => Error, metric: ReturnType<typeof logit>) =>
    assertThrows(() => result.measure(metric), kind).message;
  assertEquals(
    message(RangeError, logit([1, 2, 3])),
    "Cannot measure answers as there must be one for each of the 2 examples: there are 3",
  );
  assertEquals(
    message(RangeError, logitDifference(1, [2])),
    "Cannot measure answers as there must be one for each of the 2 examples: there are 1",
  );
  for (const id of [96, -1, 1.5, NaN]) {
    assertEquals(
      message(RangeError, rank(id)),
      `Cannot measure an answer as a token id must be an integer from 0 to 95: current value is ${id}`,
    );
  }
  for (const wrong of [null, undefined, true, {}]) {
    assertEquals(
      assertThrows(() => logit(wrong as never), TypeError).message,
      `Cannot measure an answer as it must be text, a token id, or a list of one for each example: current value is ${
        wrong && wrong !== true ? "an object" : wrong
      }`,
    );
  }
  assertEquals(
    message(TypeError, logit(" Mary")),
    'Cannot find the token of " Mary" as the model has no tokenizer: put a tokenizer.json beside the model',
  );
  using other = await run(await seedling(), "Mary");
  const two = assertThrows(() => other.measure(logit(" Mary John")), RangeError).message;
  assertEquals(/token/.test(two) && two.includes(" Mary John"), true, two);
});

Deno.test("answerText() tells a token that begins a word from others, and names a list only where it is of one", () => {
  const texts = [" Mary", "Mary", "\n", 3, [" a", " a"], [" a", " b"], []].map(answerText);
  assertEquals(texts, ["Mary", '"Mary" (no space)', '"\\n"', "#3", "a", "the answer", "nothing"]);
});
