import { run } from "../../lib/run/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("run() refuses prompts of different lengths and names the first odd one", async () => {
  const model = await fixtureModel("gpt2");
  const error = await assertRejects(() => run(model, [[1, 2], [3, 4], [5], [6]]), RangeError);
  assertEquals(
    error.message,
    "Cannot run prompts of different lengths in one batch as they must have as many tokens as the first, 2: " +
      "prompt 2 has 1; run it by itself",
  );
});
