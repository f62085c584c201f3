import {
  logitDifference,
  PairError,
  type PairText,
  promptPairs,
  run,
  zero,
} from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

const text = (from: string, to: string, place: string): PairText => ({
  clean: `When ${from} and ${to} went to the ${place}, ${to} gave a key to`,
  corrupt: `When ${from} and ${to} went to the ${place}, ${from} gave a key to`,
  answer: ` ${from}`,
  wrong: ` ${to}`,
  spans: { place, ...place === "store" ? { shop: place } : {} },
});

const LIST = [
  text("Mary", "John", "store"),
  text("Peter", "Anna", "old park"),
  text("James", "Emma", "school"),
];

Deno.test("promptPairs() holds prompts, answers and spans, ready for runs and metrics", async () => {
  const model = await seedling(), pairs = await promptPairs(model, LIST, { title: "three" });
  assertEquals(pairs.size, 3);
  assertEquals(pairs.clean, LIST.map(({ clean }) => model.tokenize(clean)[0]!.ids));
  assertEquals(pairs.corrupt, LIST.map(({ corrupt }) => model.tokenize(corrupt)[0]!.ids));
  assertEquals(pairs.answerIds, [" Mary", " Peter", " James"].map((x) => model.toSingleToken(x)));
  assertEquals(pairs.wrongIds, [" John", " Anna", " Emma"].map((x) => model.toSingleToken(x)));
  assertEquals(pairs.spans, { place: [[8], [8, 9], [8]] }, "spans that every pair has");
  assertEquals([...pairs].map(({ length }) => length), [15, 16, 15]);
  assertEquals([pairs.equalLengths, pairs.slice(2).equalLengths], [false, true]);
  assertEquals(pairs.slice(1, 2).clean, [pairs.clean[1]!]);
  const last = pairs.table().rows.at(-1)!;
  assertEquals([last.pair, last.clean, last.answer, last.wrong_id, last.differs_at], [
    ...[2, pairs.pairs[2]!.clean.text, " James", pairs.wrongIds[2]!, "10"],
  ]);
});

Deno.test("batches() holds each pair once, of one length where that is asked for", async () => {
  const pairs = await promptPairs(await seedling(), LIST);
  const rows = (options: { size: number; equalLengths?: boolean }) =>
    pairs.batches(options).map(({ rows, pairs: some }) => {
      assertEquals(some.clean, rows.map((row) => pairs.clean[row]!));
      return rows;
    });
  assertEquals(rows({ size: 2 }), [[0, 1], [2]]);
  assertEquals(rows({ size: 2, equalLengths: true }), [[0, 2], [1]]);
  assertEquals(rows({ size: 1, equalLengths: true }), [[0], [2], [1]]);
  assertThrows(
    () => pairs.batches({ size: 0 }),
    RangeError,
    "Cannot put pairs into batches as size must be a whole number from 1 on: current value is 0",
  );
});

Deno.test("the JSON of pairs makes them again", async () => {
  const model = await seedling(), pairs = await promptPairs(model, LIST, { title: "three" });
  const json = JSON.parse(JSON.stringify(pairs));
  assertEquals([json.model, json.title, json.passedOver], ["seedling", "three", 0]);
  const again = await promptPairs(model, json.pairs, { title: json.title });
  assertEquals(JSON.stringify(again), JSON.stringify(pairs));
});

Deno.test("promptPairs() says which pair of a list is wrong", async () => {
  const model = await seedling();
  const odd = { ...LIST[1]!, corrupt: "too short" };
  const error = await assertRejects(() => promptPairs(model, [LIST[0]!, odd]), PairError) as Error;
  assertEquals(
    error.message.split("\n")[0],
    "Cannot pair prompts as both must have as many tokens: clean has 16 and corrupt 5 (pair 1)",
  );
  const same = { ...LIST[1]!, wrong: LIST[1]!.answer };
  await assertRejects(
    () => promptPairs(model, [same]),
    PairError,
    'they are " Peter" and " Peter" (pair 0)',
  );
  await assertRejects(
    () => promptPairs(model, []),
    RangeError,
    "Cannot pair prompts as there must be a list with at least one pair, or a task: current value is an empty list",
  );
  await assertRejects(() => promptPairs(model, "a" as never), RangeError, 'current value is "a"');
  await assertRejects(
    () => promptPairs(model, LIST, { titel: "x" } as never),
    TypeError,
    'perhaps "title" is meant',
  );
});

Deno.test("promptPairs() stops at a signal", async () => {
  const reason = new Error("enough"), model = await seedling();
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => promptPairs(model, LIST, { signal })), reason);
});

Deno.test("pairs draw the first of them as a table, and what was passed over", async () => {
  const model = await seedling();
  const pairs = await promptPairs(model, LIST, { title: "<i>three</i>" });
  const { html, plain } = await drawings(pairs);
  assert(plain.startsWith("3 pairs of prompts: <i>three</i>\n"), plain);
  assert(plain.includes("When Peter and Anna went to the old park, Anna gave a key to"), plain);
  assert(/·Peter +·Anna +11/.test(plain) && plain.includes("15 to 16 tokens"), plain);
  assert(!html.includes("<i>three"));
  assertEquals(Deno.inspect(pairs), plain);
  const bare = await fixtureModel("gpt2");
  const many = await promptPairs(
    bare,
    Array.from(
      { length: 12 },
      (_, i) => ({ clean: [1, i], corrupt: [1, 50], answer: 4, wrong: 5 }),
    ),
  );
  assert((await drawings(many)).plain.includes("2 tokens each · the first 10 are shown"));
});

Deno.test("the spans of pairs are positions for edits, and their answers are a metric's", async () => {
  const model = await seedling(), pairs = await promptPairs(model, LIST);
  const metric = logitDifference(pairs.answerIds, pairs.wrongIds);
  const site = "blocks.1.resid_post";
  using named = await run(model, pairs.clean, {
    spans: pairs.spans,
    edits: [zero(site, { positions: "place" })],
    capture: [site],
  });
  const values = await named.cache.get(site).data(), { width } = model.architecture;
  const zeros = pairs.clean.map((ids, row) =>
    ids.flatMap((_, position) => {
      const start = (row * 16 + position) * width;
      return values.subarray(start, start + width).every((value) => value === 0) ? [position] : [];
    })
  );
  assertEquals(zeros, pairs.spans.place!.map((positions) => [...positions]));
  using plain = await run(model, pairs.clean);
  assert([...plain.measure(metric)].every((difference) => difference > 2), "all are got right");
});
