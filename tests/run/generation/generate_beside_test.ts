import { apply, generate, generateBeside, GenerationPair, zero } from "../../../lib/run/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { seedling } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const prompt = "When Mary and John went to the store, John gave a key to";
const edits = [zero("blocks.3.attn.z", { heads: [2] })];

Deno.test("generateBeside() writes both texts and rates each in both runs", async () => {
  const model = await seedling(), options = { tokens: 8, stopTokens: [] };
  // Weights are read when they are first used, and stay.
  await generate(model, prompt, { tokens: 1 });
  const before = heldTensors();
  const pair = await generateBeside(model, prompt, { ...options, edits });
  assertEquals(heldTensors(), before);
  assertEquals(pair.plain.text, (await generate(model, prompt, options)).text);
  assertEquals(pair.edited.text, (await generate(model, prompt, { ...options, edits })).text);
  assertEquals(pair.same, false);
  // Where nothing was written yet, both runs stand before the same choice.
  const [{ plainWhenEdited, editedWhenPlain }] = pair.crossed as [typeof pair.crossed[0]];
  const [plain, edited] = [pair.plain, pair.edited].map(({ texts }) => texts[0]!.tokens[0]!);
  const found = (list: typeof plain, id: number) =>
    list!.best.find((other) => other.id === id)!.probability;
  // float32 logits of another pass
  near([plainWhenEdited[0]!, editedWhenPlain[0]!], [
    found(edited, plain!.id),
    found(plain, edited!.id),
  ], 1e-5);
});

Deno.test("generateBeside() finds no difference where an edit changes nothing", async () => {
  const model = await seedling();
  const pair = await generateBeside(model, [prompt, "The capital of Poland is"], {
    tokens: 6,
    edits: [zero("blocks.3.attn.z", { heads: [2], examples: [0] })],
  });
  const own = pair.plain.texts[1]!.tokens.map(({ probability }) => probability);
  assertEquals(pair.plain.texts[1]!.text, pair.edited.texts[1]!.text);
  // float32 logits of another pass
  near(pair.crossed[1]!.plainWhenEdited, own, 1e-5);
  assert(pair.plain.texts[0]!.text !== pair.edited.texts[0]!.text);
  const drawing = (await pair[display]())["text/plain"];
  for (const prompt of [0, 1]) assertStringIncludes(drawing, `with edits, prompt ${prompt}\n`);
});

Deno.test("GenerationPair draws where the texts part, and prints them", async () => {
  const model = await seedling();
  const pair = await generateBeside(model, prompt, { tokens: 3, edits });
  const drawing = await pair[display]();
  assertStringIncludes(drawing["text/plain"], "-  ·Mary");
  assertStringIncludes(drawing["text/plain"], "+  ·Nancy");
  assertStringIncludes(drawing["text/plain"], "greedy · edited by zero blocks.3.attn.z heads 2");
  assertEquals(Deno.inspect(pair).split("\n").slice(1), [
    JSON.stringify(prompt),
    '  unedited " Mary."',
    '  edited   " Nancy."',
  ]);
  assertEquals(JSON.parse(JSON.stringify(pair)).same, false);
});

Deno.test("generateBeside() refuses to compare a text with itself", async () => {
  const model = await seedling();
  const { message } = await assertRejects(
    () => generateBeside(model, prompt, { edits: [] }),
    RangeError,
  );
  assertEquals(
    message,
    "Cannot compare with an unedited text as there must be edits: there are none",
  );
  const stream = { edits, stream: true } as Parameters<typeof generateBeside>[2];
  assertEquals(
    (await assertRejects(() => generateBeside(model, prompt, stream), TypeError)).message,
    "Cannot compare with an unedited text as stream must be left out: give it to generate()",
  );
});

Deno.test("GenerationPair says which texts were aborted, and marks nothing that was not written as a difference", async () => {
  const model = await seedling(), written = new AbortController();
  // Raised at the third column, so that the edited text has two tokens and its twin none.
  let columns = 0;
  const stop = apply("embed", (x) => {
    if (++columns === 3) written.abort();
    return x;
  });
  const pair = await generateBeside(model, prompt, {
    tokens: 6,
    stopTokens: [],
    edits: [...edits, stop],
    signal: written.signal,
  });
  const lengths = [pair.plain, pair.edited].map(({ texts }) => texts[0]!.tokens.length);
  assertEquals(lengths, [0, 2]);
  const drawing = await pair[display]();
  for (const how of ["without edits: 0 tokens, aborted", "with edits: 2 tokens, aborted"]) {
    assertStringIncludes(drawing["text/plain"], `Written by seedling ${how}`);
  }
  assert(!/<(del|ins)\b/.test(drawing["text/html"]), "no difference is marked");
  assert(!/^ *[+-] /m.test(drawing["text/plain"]), "no difference is marked");
  assertEquals(Deno.inspect(pair).split("\n").slice(2), [
    '  unedited "" (aborted)',
    `  edited   ${JSON.stringify(pair.edited.text)} (aborted)`,
  ]);
});

Deno.test("GenerationPair leaves out what was not rated", async () => {
  const model = await seedling(), options = { tokens: 3, stopTokens: [] };
  const plain = await generate(model, prompt, options);
  const edited = await generate(model, prompt, { ...options, edits });
  const none = [NaN, NaN, NaN];
  const pair = new GenerationPair(plain, edited, [
    { plainWhenEdited: none, editedWhenPlain: none },
  ]);
  const drawing = await pair[display]();
  assertStringIncludes(
    drawing["text/plain"],
    "aborted before the texts were rated in each other's runs",
  );
  for (const text of Object.values(drawing)) {
    assert(!String(text).split("<script")[0]!.includes(">undefined<"), "no cell is undefined");
  }
  assert(!/undefined/.test(drawing["text/plain"]));
});
