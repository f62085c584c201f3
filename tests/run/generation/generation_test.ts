import { generate } from "../../../lib/run/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

Deno.test("Generation draws the prompt plain and each token tinted by probability, with its alternatives", async () => {
  const model = await seedling();
  const prompt = "When Mary and John went to the store, John gave a key to";
  const written = await generate(model, prompt, { tokens: 4 });
  const drawing = await written[display]();
  const [heading, names, ...rows] = drawing["text/plain"].split("\n");
  assertEquals(heading, 'Written by seedling: 3 tokens, ended by the token "<|endoftext|>"');
  assertEquals(names!.trim().split(/\s{2,}/), [
    "position",
    "token",
    "id",
    "probability",
    "likeliest",
  ]);
  const row = rows.find((row) => row.startsWith("      15"))!;
  assertStringIncludes(row, "·Mary");
  // The likeliest was taken, so that it stands first among its alternatives with the same probability.
  const [token] = written.texts[0]!.tokens;
  assertEquals(token!.best[0], {
    rank: 1,
    token: token!.token,
    id: token!.id,
    logit: token!.logit,
    probability: token!.probability,
  });
  assertEquals(token!.best.length, 5);
  assertStringIncludes(drawing["text/plain"], "greedy · log-probability −");
  // As rows every number is whole, and has a column of its own.
  const table = written.table();
  assertEquals(
    table.columns.join(),
    "prompt,sample,position,token,id,rank,probability,log_probability,draw_probability,expected,expected_token,expected_probability",
  );
  assertEquals([...table].length, written.texts[0]!.tokens.length * 5);
  const { best: [, second], ...first } = token!;
  assertEquals([...table][1], [
    ...[0, 0, 15, " Mary", first.id, 1, first.probability, first.logProbability, 1],
    ...[2, second!.token.text, second!.probability],
  ]);
  const html = drawing["text/html"].split("<script")[0]!;
  assertEquals(html.match(/<span class="token[^>]*data-index/g)?.length, 3);
});

Deno.test("Generation draws texts one under the other and names them", async () => {
  const model = await seedling();
  const written = await generate(model, ["The order is", "The capital"], {
    tokens: 2,
    temperature: 1,
    samples: 2,
    seed: 1,
    stopTokens: [],
  });
  const text = (await written[display]())["text/plain"];
  for (const prompt of [0, 1]) {
    for (const sample of [1, 2]) {
      assertStringIncludes(text, `prompt ${prompt}, text ${sample} of 2`);
    }
  }
  assertStringIncludes(text, "sampling, temperature 1, seed 1");
});

Deno.test("Generation prints its texts in a terminal and as JSON", async () => {
  const model = await seedling();
  const written = await generate(model, "The capital of Poland is", { tokens: 8, beams: 2 });
  const lines = Deno.inspect(written).split("\n");
  assertEquals(lines[0], "Generation of seedling: beam search, beams 2, lengthPenalty 1");
  assertStringIncludes(lines[1]!, '"The capital of Poland is" → ');
  const plain = JSON.parse(JSON.stringify(written));
  assertEquals(plain.texts[0].text, written.text);
  const { id, rank, token } = written.texts[0]!.tokens[0]!, [first] = plain.texts[0].tokens;
  assertEquals([first.id, first.rank, first.text, first.best.length], [id, rank, token.text, 5]);
  assertEquals(first.drawProbability, null, "nothing was drawn");
  assertEquals(plain.prompts, ["The capital of Poland is"]);
  assert(Math.abs(plain.texts[0].score - written.texts[0]!.score!) < 1e-12);
});

Deno.test("a promise of a generation draws itself", async () => {
  const drawing = await generate(await seedling(), "The order is", { tokens: 2 })[display]();
  assertStringIncludes(drawing["text/plain"], "Written by seedling");
});
