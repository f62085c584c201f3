import * as library from "../../mod.ts";
import { display, type Document, gradients, logit, originOf, run, zero } from "../../mod.ts";
import { exampleEdits } from "../../lib/run/example_edits.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { codesOf, copiedCode, ranCode } from "../copied_code.ts";
import { seedling } from "../model/fixture.ts";

const MARY = "When Mary and John went to the store, John gave a key to";
const model = await seedling();
const head = { heads: 5 };

Deno.test("exampleEdits() picks the edits that name no examples, or this one", () => {
  const edits = [
    zero("blocks.0.attn.z"),
    zero("blocks.1.attn.z", { examples: 0 }),
    zero("blocks.2.attn.z", { examples: [-1, 0] }),
  ];
  const sites = (example: number) =>
    exampleEdits(edits, { example, examples: 2 }).map(({ at }) => at);
  assertEquals(sites(0), ["blocks.0.attn.z", "blocks.1.attn.z", "blocks.2.attn.z"]);
  assertEquals(sites(1), ["blocks.0.attn.z", "blocks.2.attn.z"]);
});

Deno.test("what is copied of a card of several prompts gives the number of its own example, and it speaks of its own edits", async () => {
  for (const examples of [0, 1, -1]) {
    const edits = [zero("blocks.3.attn.z", { ...head, examples })];
    using result = await run(model, [MARY, MARY], { edits });
    const { "text/plain": plain } = await result[display]() as Document;
    const touched = examples === 0 ? 0 : 1;
    for (const example of [0, 1]) {
      const shown = result.nextTokens({ example }).tokens[0]!;
      assertEquals(shown.token.text, example === touched ? " John" : " Mary");
      const next = await copiedCode(result, { row: 0 }, example * 2 + 1);
      assertEquals(await ranCode(next, model), shown, next);
      const loss = await copiedCode(result, { position: 14 }, example * 2);
      assert(loss.includes("zero("), loss);
      assertEquals(await ranCode(loss, model), result.loss[example]![14]);
    }
    const captions = plain.split("\n").filter((line) => line.includes("Innerworks"));
    assertEquals(
      captions.map((line) => line.includes("zero")),
      [0, 0, 1, 1].map((example) => example === touched),
      captions.join("\n"),
    );
    for (const title of ["loss", 'next tokens after "When Mary']) {
      for (const example of [0, 1]) assert(plain.includes(`Example ${example}: ${title}`), plain);
    }
  }
});

Deno.test("the code of a run has its spans and bounds, and cards of prompts that nothing changed their own prompt alone", async () => {
  const spans = { name: " Mary" };
  using named = await run(model, MARY, { spans, edits: [zero("embed", { positions: "name" })] });
  const shown = named.nextTokens({ position: -2, count: 3 });
  const again = await ranCode(originOf(shown)!.code!, model) as library.NextTokens;
  assertEquals(again.tokens, shown.tokens);
  using whole = await run(model, MARY, { capture: ["blocks.2.resid_pre"] });
  const yourStream = whole.cache.get("blocks.2.resid_pre").mul(2) as library.tf.Tensor;
  using later = await run(model, MARY, { start: { layer: 2, stream: yourStream } });
  const code = await copiedCode(later, { row: 0 }, 1);
  const from = await ranCode(code, model, { yourStream }) as library.NextToken;
  assertEquals(from, later.nextTokens().tokens[0]);
  assertEquals(
    (await codesOf(whole))[1],
    `${originOf(await library.nextTokens(model, MARY))!.code}.tokens[{row}]`,
  );
  using two = await run(model, [MARY, "The capital of Poland is"]);
  const second = await copiedCode(two, { row: 0 }, 3);
  assert(second.startsWith("(await nextTokens("), second);
  const found = await ranCode(second, model) as library.NextToken;
  assertAlmostEquals(found.logit, two.nextTokens({ example: 1 }).tokens[0]!.logit, 1e-4);
});

Deno.test("strips of gradients and generated texts speak of the edits of their own example", async () => {
  const edits = [zero("blocks.3.attn.z", { ...head, examples: 1 })];
  using slopes = await gradients(model, [MARY, MARY], logit(" Mary"), { edits });
  const { "text/plain": plain } = await slopes[display]() as Document;
  const told = plain.split("\n").filter((line) => line.includes("exact gradients"));
  assertEquals(told.map((line) => line.includes("zero")), [false, true, true]);
  assert(plain.includes("Example 1: slopes of the"), plain);
  using written = await library.generate(model, [MARY, MARY], { tokens: 1, edits });
  const texts = (await written[display]())["text/plain"].split("\n");
  const captions = texts.filter((line) => line.includes("Innerworks"));
  assertEquals(captions.map((line) => line.includes("zero")), [false, true]);
});

Deno.test("RunResult.nextTokens() says what it cannot list", async () => {
  using result = await run(model, [MARY, MARY]);
  assertThrows(
    () => result.nextTokens({ example: 2 }),
    RangeError,
    "Cannot list next tokens as example must be from -2 to 1: current value is 2",
  );
  assertThrows(() => result.nextTokens({ row: 1 } as object), TypeError, "row");
  using stopped = await run(model, MARY, { stop: 2 });
  assertThrows(() => stopped.nextTokens(), RangeError, "stopped before");
});
