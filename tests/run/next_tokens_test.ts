import { nextTokens, run, scale, zero } from "../../lib/run/mod.ts";
import { positionOf, rankOf, shownToken, topTokens } from "../../lib/run/next_tokens.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const MARY = "When Mary and John went to the store, John gave a key to";

Deno.test("nextTokens() lists ids, ranks, logits and probabilities as sorting the logits gives them", async () => {
  const model = await fixtureModel("llama");
  using result = await run(model, PROMPTS[0]!);
  for (const position of [-1, 0, 4]) {
    const { tokens, position: at } = await nextTokens(model, PROMPTS[0]!, { position, count: 96 });
    assertEquals(at, position < 0 ? 10 : position);
    const logits = [...result.logits.dataSync().slice(at * 96, (at + 1) * 96)];
    const order = logits.map((_, id) => id).sort((a, b) => logits[b]! - logits[a]! || a - b);
    assertEquals(tokens.map(({ id }) => id), order);
    assertEquals(tokens.map(({ rank }) => rank), order.map((_, i) => i + 1));
    assertEquals(tokens.map(({ logit }) => logit), order.map((id) => logits[id]!));
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    for (const { id, probability } of tokens) {
      assertAlmostEquals(probability, Math.exp(logits[id]!) / total, 1e-9);
    }
    assertAlmostEquals(tokens.reduce((sum, { probability }) => sum + probability, 0), 1, 1e-9);
  }
});

Deno.test("tokens of equal logits share the better rank, the lower id first", async () => {
  assertEquals([3, 0, 1, 2].map((id) => rankOf(Float32Array.of(2, 2, 1, 5), id)), [1, 2, 2, 4]);
  const model = await fixtureModel("gpt2");
  const { tokens } = await nextTokens(model, [1, 2], { edits: [zero("logits")], count: 3 });
  assertEquals(tokens.slice(0, 3).map(({ id, rank }) => [id, rank]), [[0, 1], [1, 1], [2, 1]]);
});

Deno.test("nextTokens() with edits gives the change of each probability against the run without", async () => {
  const model = await seedling();
  const edits = [zero("blocks.3.attn.z"), scale("blocks.2.mlp_out", 0.5)];
  const plain = await nextTokens(model, MARY, { count: 3256 });
  const edited = await nextTokens(model, MARY, { count: 5, edits });
  assertEquals(plain.tokens[0]!.token.text, " Mary");
  assert(plain.tokens.every(({ change }) => change === undefined));
  // The answer without the edits stands below the five likeliest, however far it fell.
  const ids = edited.tokens.map(({ id }) => id), answer = plain.tokens[0]!.id;
  assert(ids.includes(answer));
  assertEquals(ids.length, ids.indexOf(answer) === 5 ? 6 : 5);
  for (const { id, probability, change } of edited.tokens) {
    const before = plain.tokens.find((token) => token.id === id)!.probability;
    assertAlmostEquals(change!, probability - before, 1e-6);
  }
  const { html, plain: text } = await drawings(edited);
  assert(html.includes("zero blocks.3.attn.z") && text.includes("change"));
  const last = text.includes("the run without, whose likeliest token is the last row");
  assertEquals(last, ids.length === 6);
});

Deno.test("nextTokens() says what is out of range", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (prompt: Parameters<typeof nextTokens>[1], options = {}) =>
    (await assertRejects(() => nextTokens(model, prompt, options), RangeError)).message;
  const before = heldTensors();
  assertEquals(
    await message(PROMPTS),
    "Cannot list next tokens as there must be one prompt: there are 2",
  );
  assertEquals(
    await message([1, 2], { count: 0 }),
    "Cannot list 0 next tokens as there must be from 1 to 96, the vocabulary",
  );
  assertEquals(
    await message([1, 2], { count: 97 }),
    "Cannot list 97 next tokens as there must be from 1 to 96, the vocabulary",
  );
  assertEquals(
    await message([1, 2], { position: 2 }),
    "Cannot read position 2 as it must be from -2 to 1, the prompt's tokens",
  );
  assertEquals(heldTensors(), before, "errors leave nothing behind");
  assertEquals([positionOf(-3, 3), positionOf(2, 3)], [0, 2]);
  assertThrows(() => positionOf(0.5, 3), RangeError);
});

Deno.test("nextTokens() shows hostile text as text, and its promise draws itself", async () => {
  const model = await seedling();
  const promise = nextTokens(model, '</script><img src=x onerror="alert(1)">\u2028');
  const { html, plain } = await drawings(promise);
  assert(!/<img|<\/script><img/.test(html), "markup of a prompt must not be markup of the page");
  assert(plain.length > 0);
  const { tokens } = await promise;
  assertEquals(JSON.parse(JSON.stringify(await promise)).tokens.length, tokens.length);
  assertEquals(Deno.inspect(await promise).includes("Next tokens"), true);
});

Deno.test("topTokens() reads the row that it is asked for; ids without a tokenizer go by number", async () => {
  const model = await fixtureModel("gpt2");
  using both = await run(model, PROMPTS);
  using second = await run(model, PROMPTS[1]!);
  const ids = (list: { tokens: readonly { id: number }[] }) => list.tokens.map(({ id }) => id);
  assertEquals(ids(topTokens(model, both, { row: 1 })), ids(topTokens(model, second)));
  assertEquals(shownToken(model, 7), { text: "#7", id: 7 });
});
