import { onePosition, onePrompt, oneToken } from "../../lib/decompose/one_prompt.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";

Deno.test("onePrompt(), onePosition() and oneToken() read one of each, or say what is wrong", async () => {
  const model = await fixtureModel("gpt2"), prompt = onePrompt(model, [1, 2, 3], "read");
  assertEquals(prompt.ids, [1, 2, 3]);
  assertEquals([onePosition(prompt, -1, "read"), onePosition(prompt, 0, "read")], [2, 0]);
  assertEquals(oneToken(model, 95, "read"), 95);
  const other = await seedling();
  assertEquals(oneToken(other, " Mary", "read"), other.toSingleToken(" Mary"));
  const cases: [() => unknown, string][] = [
    [
      () => onePrompt(model, PROMPTS, "read"),
      "Cannot read as there must be one prompt: there are 2",
    ],
    [
      () => onePosition(prompt, 3, "read"),
      "Cannot read as the position must be from -3 to 2: current value is 3",
    ],
    [
      () => oneToken(model, 1.5, "read"),
      "Cannot read as a token id must be an integer from 0 to 95: current value is 1.5",
    ],
  ];
  for (const [make, message] of cases) assertThrows(make, RangeError, message);
});
