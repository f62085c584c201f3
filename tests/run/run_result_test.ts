import { run, zero } from "../../lib/run/mod.ts";
import { logSumExp } from "../../lib/run/run_result.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { near } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS, readFixture, seedling } from "../model/fixture.ts";
import { referenceForward } from "../model/reference_forward.ts";
import { drawings } from "./drawings.ts";

Deno.test("loss is the negative log-probability of each token given those before it, in nats", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    using result = await run(model, PROMPTS);
    const logits = referenceForward(await readFixture(family), PROMPTS).get("logits")!;
    const { loss } = result;
    assertEquals(loss.map((row) => row.length), [11, 11]);
    let total = 0;
    PROMPTS.forEach((ids, row) => {
      assert(Number.isNaN(loss[row]![0]!), "the first token has none");
      const expected = ids.slice(1).map((id, i) => {
        const at = (row * 11 + i) * 96, own = logits.slice(at, at + 96);
        return Math.log(own.reduce((sum, x) => sum + Math.exp(x), 0)) - own[id]!;
      });
      near(loss[row]!.slice(1), expected, 1e-4);
      total += expected.reduce((a, b) => a + b, 0);
    });
    assertAlmostEquals(result.meanLoss, total / 20, 1e-4);
  }
});

Deno.test("a prompt of one token has no loss", async () => {
  using result = await run(await fixtureModel("gpt2"), [3]);
  assertEquals([...result.loss[0]!], [NaN]);
  assertEquals(result.meanLoss, NaN);
  await drawings(result);
});

Deno.test("logits are read without knowing the backend, and belong to the result", async () => {
  const model = await fixtureModel("gpt2");
  const result = await run(model, PROMPTS, { edits: [zero("blocks.0.attn.z")] });
  assertEquals((await result.logits.data()).length, 2 * 11 * 96);
  assertEquals(result.edits, [zero("blocks.0.attn.z")]);
  assertEquals(result.model, "gpt2");
  result.dispose();
  result.dispose();
  assertThrows(() => result.logits.dataSync(), Error, "disposed");
});

Deno.test("a result draws a strip for each prompt and the next tokens of the last", async () => {
  using result = await run(await fixtureModel("gpt2"), PROMPTS);
  const { html, plain } = await drawings(result);
  for (const ids of PROMPTS) for (const id of ids) assert(plain.includes(`#${id}`), `${id}`);
  assert(html.includes("loss") && html.includes("not prepended"));
});

Deno.test("logSumExp() takes the greatest out first, and reads only its stretch", () => {
  assertEquals(logSumExp([5, 1000, 1000, 7], 1, 2), 1000 + Math.LN2);
  assertEquals(logSumExp([-1000, -1000], 0, 2), -1000 + Math.LN2);
  assertEquals(logSumExp([3], 0, 1), 3);
});

Deno.test("RunResult with edits does not speak of a change that its drawing does not show", async () => {
  const model = await seedling(), edits = [zero("blocks.0.attn_out")];
  using result = await run(model, "Mary", { edits });
  const { plain } = await drawings(result);
  assert(plain.includes("with zero blocks.0.attn_out"));
  assertEquals(plain.includes("change is against"), false);
});
