import { backwardLens } from "../../lib/lens/mod.ts";
import { logProbability } from "../../lib/run/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("BackwardLens draws the greatest terms of each matrix, and finds a term by its place", async () => {
  const model = await fixtureModel("llama"), prompt = PROMPTS[0]!;
  const lens = await backwardLens(model, prompt, logProbability(3), { step: "raise", count: 2 });
  const text = lens[display]()["text/plain"];
  for (const part of ["0.W_gate", "1.W_out", "What a step that raises the log-probability"]) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(lens[inspect](), "the 3 tokens of the greatest terms");
  const term = lens.term({ layer: 1, weight: "W_in", position: -1 });
  assertEquals([term.position, term.greatest.length], [prompt.length - 1, 2]);
  assertEquals(JSON.parse(JSON.stringify(lens)).terms.length, 6 * prompt.length);
  assertThrows(
    () => lens.term({ layer: 1, weight: "W_in", position: 11 }),
    RangeError,
    "Cannot find the gradient at position 11 of 1.W_in as it must be among those read: 0.W_gate, 0.W_in, 0.W_out, 1.W_gate, 1.W_in, 1.W_out, positions 0 to 10",
  );
});
