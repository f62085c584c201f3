import { generate, generateBeside, zero } from "../../../lib/run/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";
import { near } from "../../near.ts";

const prompt = "When Mary and John went to the store, John gave a key to";
const edits = [zero("blocks.3.attn.z", { heads: [2] })];

Deno.test("generateBeside() writes both texts and rates each in both runs", async () => {
  const model = await seedling(), options = { tokens: 8, stopTokens: [] };
  // Weights are read when they are first used, and stay.
  await generate(model, prompt, { tokens: 1 });
  const before = tf.memory().numTensors;
  const pair = await generateBeside(model, prompt, { ...options, edits });
  assertEquals(tf.memory().numTensors, before);
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
