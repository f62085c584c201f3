import { accumulatedLogit } from "../../lib/decompose/mod.ts";
import { logit } from "../../lib/run/mod.ts";
import { display, inspect } from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

Deno.test("AccumulatedLogit draws a line a prompt, or the mean of many with a band", async () => {
  const model = await fixtureModel("gpt2");
  const few = await accumulatedLogit(model, PROMPTS, logit(3));
  assert((await few[display]())["text/plain"].includes("prompt 1"));
  assert(few[inspect]().includes("0 mid"));
  const many = await accumulatedLogit(model, Array(7).fill(PROMPTS[0]), logit(3), { norm: "own" });
  const text = (await many[display]())["text/plain"];
  assert(text.includes("mean of 7 prompts") && text.includes("band: least to greatest"), text);
  assertEquals(JSON.parse(JSON.stringify(few)).values.length, 5);
});
