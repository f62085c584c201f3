import { jsonLines, Texts, tokenDataset } from "../../lib/data/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "../run/drawings.ts";
import { withFile } from "./files.ts";

const TEXTS = Array.from({ length: 40 }, (_, i) => `Emma has ${i} keys and went to the park.`);

Deno.test("tokenDataset() holds rows of one length that begin with the beginning token and read as the texts", async () => {
  const model = await seedling(), tokenizer = model.tokenizer!;
  const dataset = await tokenDataset(model, TEXTS, { length: 16 });
  const rows = [...dataset];
  assertEquals(rows.length, dataset.size);
  assert(rows.every((row) => row.length === 16 && row[0] === tokenizer.beginningToken!.id));
  assertEquals(dataset.tokens, 16 * dataset.size);
  const separator = tokenizer.decode([tokenizer.endToken!.id]);
  const joined = tokenizer.decode(rows.flatMap((row) => row.slice(1)));
  assert(joined.length > 500 && TEXTS.join(separator).startsWith(joined));
  const { leftOver, tokens, documents, source, length } = dataset.facts;
  assertEquals(tokens + documents - 1, 15 * dataset.size + leftOver);
  assertEquals([documents, source, length], [40, "the given texts", 16]);
  assertEquals(JSON.parse(JSON.stringify(dataset)), { ...dataset.facts });
});

Deno.test("rows are read by number, from the last with negative ones", async () => {
  const dataset = await tokenDataset(await seedling(), TEXTS, { length: 16, remainder: "keep" });
  const rows = [...dataset];
  assertEquals(dataset.row(-1), rows.at(-1)!);
  assert(dataset.row(-1).length < 16);
  assertEquals(dataset.row(0), rows[0]!);
  dataset.row(0)[1] = 99;
  assertEquals(dataset.row(0), rows[0]!, "a row is a copy");
  for (const index of [rows.length, -rows.length - 1, 0.5, NaN]) {
    assertThrows(
      () => dataset.row(index),
      RangeError,
      `Cannot read row ${index} as it must be from ${-rows.length} to ${rows.length - 1}`,
    );
  }
});

Deno.test("sample() of a data set gives the same rows for the same seed, each once", async () => {
  const dataset = await tokenDataset(await seedling(), TEXTS, { length: 16 });
  const [one, again, other] = [dataset.sample(9, 1), dataset.sample(9, 1), dataset.sample(9, 2)];
  assertEquals([...one], [...again]);
  assert(JSON.stringify([...one]) !== JSON.stringify([...other]));
  const all = new Set([...dataset].map(String));
  assertEquals(new Set([...one].map(String).filter((row) => all.has(row))).size, 9);
  const shuffled = dataset.sample(dataset.size, 0);
  assertEquals([...shuffled].map(String).sort(), [...dataset].map(String).sort());
  assertEquals(one.facts.source, `9 of ${dataset.size} rows of the given texts, seed 1`);
  assertThrows(
    () => dataset.sample(dataset.size + 1, 0),
    RangeError,
    `Cannot choose rows as their number must be from 1 to ${dataset.size}: current value is ${
      dataset.size + 1
    }`,
  );
});

Deno.test("a data set says what was left over, in page and text", async () => {
  const model = await seedling();
  await withFile(TEXTS.map((text) => JSON.stringify({ text })).join("\n"), async (path) => {
    const dataset = await tokenDataset(model, jsonLines(path), { length: 16 });
    const { leftOver } = dataset.facts;
    assert(leftOver > 0);
    const { html, plain } = await drawings(dataset);
    assert(plain.includes(`${dataset.size} rows of 16 tokens of ${path}`), plain);
    assert(plain.includes(`${leftOver} tokens left over, in no row`), plain);
    assert(plain.includes("⟦<|endoftext|>⟧ Emma ·has"), plain);
    assert(html.includes("&lt;|endoftext|&gt;") && !html.includes("<|endoftext|>"));
    assertEquals(Deno.inspect(dataset), plain);
  });
  const kept = await tokenDataset(model, TEXTS.slice(0, 3), { length: 16, remainder: "keep" });
  const { plain } = await drawings(kept);
  assert(plain.includes("no token left over") && plain.includes("1 rows are shorter"), plain);
});

Deno.test("tokenDataset() refuses what gives no rows", async () => {
  const model = await seedling();
  await assertRejects(
    () => tokenDataset(model, ["One."], { length: 64 }),
    RangeError,
    'Cannot make a data set as a row of 64 tokens must come out: 1 documents with 2 tokens fill none; remainder: "keep" keeps shorter rows',
  );
  await assertRejects(
    () => tokenDataset(model, [], { length: 64 }),
    RangeError,
    "0 documents with 0 tokens fill none",
  );
  await assertRejects(
    () => tokenDataset(model, "One." as never, { length: 64 }),
    TypeError,
    "Cannot cut documents into rows as texts must be a list or a source of texts: current value is one text; give [text], jsonLines(path) or textFile(path)",
  );
  await assertRejects(
    async () => tokenDataset(await fixtureModel("gpt2"), TEXTS, { length: 8 }),
    TypeError,
    "Cannot cut documents into rows as the model must have a tokenizer: it has none",
  );
  await assertRejects(
    () => tokenDataset(model, TEXTS, { length: 8, beginnning: true } as never),
    TypeError,
    '"beginnning" is not, perhaps "beginning" is meant',
  );
  const broken = new Texts("a broken source", function* () {
    yield "One.";
    throw new Error("it broke");
  });
  await assertRejects(() => tokenDataset(model, broken, { length: 8 }), Error, "it broke");
});
