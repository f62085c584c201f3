import { apply, type Edit, knockout, replace, run } from "../../../lib/run/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near, same } from "../../near.ts";

const SITES = ["blocks.1.attn.scores", "blocks.1.attn.pattern"] as const;

Deno.test("K-14 with every other source knocked out a query sees itself alone, and mixes its own value", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), { heads } = model.architecture;
    for (const site of SITES) {
      using result = await run(model, PROMPTS, {
        edits: [knockout(site, { positions: -1, keys: { to: -1 } })],
        capture: ["blocks.1.attn.pattern", "blocks.1.attn.z", "blocks.1.attn.v"],
      });
      const get = (name: string) => result.cache.get(`blocks.1.attn.${name}`);
      const last = get("pattern").slice([0, 0, 10, 0], [heads, 2, 1, 11]).dataSync();
      same(last, Array.from({ length: heads * 2 * 11 }, (_, i) => i % 11 === 10 ? 1 : 0));
      const values = get("v"), groups = values.shape[0]!;
      const shared = tf.gather(
        values,
        Array.from({ length: heads }, (_, h) => Math.floor(h * groups / heads)),
      );
      const own = shared.slice([0, 0, 10, 0], [heads, 2, 1, 8]).dataSync();
      near(get("z").slice([0, 0, 10, 0], [heads, 2, 1, 8]).dataSync(), own, 1e-6);
    }
  }
});

Deno.test("K-14 what is left of a row is renormalised: [.5, .3, .2] without the first is [0, .6, .4]", async () => {
  const model = await fixtureModel("gpt2"), pattern = "blocks.1.attn.pattern";
  const row = [0.5, 0.3, 0.2];
  using before = await run(model, [1, 2, 3], {
    edits: [
      replace(pattern, row, { positions: 2 }),
      knockout(pattern, { positions: 2, keys: 0, heads: 1 }),
    ],
    capture: [pattern],
  });
  const rows = before.cache.get(pattern).arraySync() as number[][][][];
  near(rows[1]![0]![2]!, [0, 0.6, 0.4], 1e-6);
  near(rows[0]![0]![2]!, row, 1e-7, "another head");
  // The same by scores, whose softmax renormalises.
  using scores = await run(model, [1, 2, 3], {
    edits: [
      replace("blocks.1.attn.scores", row.map(Math.log), { positions: 2 }),
      knockout(1, { positions: 2, keys: 0 }),
    ],
    capture: [pattern],
  });
  near((scores.cache.get(pattern).arraySync() as number[][][][])[3]![0]![2]!, [0, 0.6, 0.4], 1e-6);
});

Deno.test("K-14 rows sum to 1, and knocked out scores and patterns are the same model", async () => {
  const model = await fixtureModel("llama");
  for (
    const where of [
      { positions: [5, -1], keys: [0, 3], heads: 2 },
      { keys: 2, positions: { from: 3 } },
      { pairs: [[-1, 0], [-1, -1], [4, 2]] as [number, number][], examples: 1 },
    ]
  ) {
    const found = await Promise.all(SITES.map(async (site) => {
      using result = await run(model, PROMPTS, {
        edits: [knockout(site, where)],
        capture: ["blocks.1.attn.pattern"],
      });
      const pattern = result.cache.get("blocks.1.attn.pattern");
      near(pattern.sum(-1).dataSync(), Array(4 * 2 * 11).fill(1), 1e-6);
      return [pattern.dataSync().slice(), result.logits.dataSync().slice()];
    }));
    near(found[0]![0]!, found[1]![0]!, 1e-6);
    near(found[0]![1]!, found[1]![1]!, 1e-5);
  }
});

Deno.test("K-14 rows that lose nothing stay as they are, to the bit", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.1.attn.pattern";
  using plain = await run(model, PROMPTS, { capture: [site] });
  // Key 5 is later than the first five queries.
  using cut = await run(model, PROMPTS, {
    edits: [knockout(site, { keys: 5, positions: { from: 0, to: 8 } })],
    capture: [site],
  });
  const rows = (x: tf.Tensor, from: number, count: number) =>
    x.slice([0, 0, from, 0], [4, 2, count, 11]).dataSync();
  for (const [from, count] of [[0, 5], [8, 3]] as const) {
    same(rows(cut.cache.get(site), from, count), rows(plain.cache.get(site), from, count));
  }
});

Deno.test("knockout() refuses to leave a query nothing to see, to touch nothing, and pairs that are none", async () => {
  const model = await fixtureModel("gpt2");
  const pairs = (value: unknown) => knockout(1, { pairs: value as [number, number][] });
  const cases: [Edit, string][] = [
    [
      knockout(1, { keys: 0 }),
      "Cannot knockout blocks.1.attn.scores keys 0 as each query must have a key left: position 0 of example 0 would see nothing at blocks.1.attn.scores",
    ],
    [
      knockout(1, { keys: 9, positions: 3 }),
      "Cannot knockout blocks.1.attn.scores positions 3; keys 9 as it must touch something: no query sees a later key, with or without it",
    ],
    [
      knockout(1, { positions: 3 }),
      "Cannot knockout blocks.1.attn.scores positions 3 as it must say keys, or pairs of a query and a key: it says neither",
    ],
    [
      knockout(1, { pairs: [[1, 0]], keys: 0 }),
      "Cannot knockout blocks.1.attn.scores keys 0; pairs 1,0 as pairs stand in the place of positions and keys: it has keys too",
    ],
    [
      pairs([[1]]),
      "Cannot knockout blocks.1.attn.scores pairs 1 as pairs must be a list of [query, key]: current value is [[1]]",
    ],
    [
      pairs([[11, 0]]),
      "Cannot knockout blocks.1.attn.scores pairs 11,0 as pairs must be from -11 to 10 in example 0: current value is 11",
    ],
    [
      knockout("blocks.1.attn.z", { keys: 0, positions: 2 }),
      "Cannot knockout blocks.1.attn.z positions 2; keys 0 as the site must be attn.scores or attn.pattern: its axes are head, batch, position, head_width",
    ],
    [
      knockout(7, { keys: 0, positions: 2 }),
      'Cannot knockout "blocks.7.attn.scores" as the model has no such site: its blocks are 0 to 1',
    ],
  ];
  for (const [edit, message] of cases) {
    assertEquals(
      (await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), Error)).message,
      message,
    );
  }
});

Deno.test("knockout() of all weight that a row has is an error, not a row of NaN", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.0.attn.pattern";
  const onto = apply(site, () => tf.oneHot(tf.zeros([4, 1, 1], "int32"), 3), { positions: 2 });
  const error = await assertRejects(
    () => run(model, [1, 2, 3], { edits: [onto, knockout(site, { positions: 2, keys: 0 })] }),
    RangeError,
  );
  assertEquals(
    error.message,
    "Cannot go on after edit 1, knockout blocks.0.attn.pattern positions 2; keys 0, as it must put numbers: it put NaN",
  );
});

Deno.test("knockout() of pairs counts a query from the start and from the end, also where both are one in a shorter prompt", async () => {
  const model = await fixtureModel("gpt2"), pattern = "blocks.1.attn.pattern";
  const prompts = [[...PROMPTS[0]!], PROMPTS[1]!.slice(0, 6)];
  using result = await run(model, prompts, {
    edits: [knockout(1, { pairs: [[5, 1], [-1, 2]] })],
    capture: [pattern],
    padding: "right",
  });
  const rows = result.cache.get(pattern).arraySync() as number[][][][];
  const hidden = (example: number, query: number) =>
    rows[0]![example]![query]!.flatMap((weight, key) => weight === 0 && key <= query ? [key] : []);
  assertEquals([hidden(0, 5), hidden(0, 10), hidden(0, 6)], [[1], [2], []]);
  assertEquals([hidden(1, 5), hidden(1, 4)], [[1, 2], []]);
  const error = await assertRejects(
    () => run(model, prompts, { edits: [knockout(1, { pairs: [[5, 1], [-1, 1]] })] }),
    RangeError,
  );
  assertEquals(
    error.message,
    "Cannot knockout blocks.1.attn.scores pairs 5,1 and -1,1 as its pairs must differ: 5,1 stands there twice in example 1",
  );
});
