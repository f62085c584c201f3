/** What each kind of edit puts in the place of what the run computed. */

import { add, apply, replace, resample, run, scale, zero } from "../../lib/run/mod.ts";
import type { Site } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { near, same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { cells, check, type Expected, LENGTH } from "./edit_check.ts";

Deno.test("values have the part's last axes; what leads is repeated", async () => {
  const site: Site = "blocks.0.attn.z"; // [head, batch, position, head_width] = [4, 2, 11, 8]
  const stream = new RandomStream(5, "values");
  const numbers = (count: number) => Array.from({ length: count }, () => stream.normal());
  const row = numbers(8), rows = [numbers(8), numbers(8)], whole = numbers(2 * 2 * 8);
  const where = { heads: [1, 2], positions: [4] }, indices = [[1, 2], null, [4], null];
  // The part is [head 2, batch 2, position 1, head_width 8].
  const byColumn: Expected = { site, indices, change: (_, place) => row[place % 8]! };
  await check("gpt2", [replace(site, row, where)], [byColumn]);
  await check("gpt2", [replace(site, Float64Array.from(row), where)], [byColumn]);
  const tensor = tf.tensor4d(whole, [2, 2, 1, 8]);
  await check("gpt2", [replace(site, tensor, where)], [
    { site, indices, change: (_, place) => whole[place]! },
  ]);
  tensor.dispose();
  const byExample = rows.map((row) => [row]); // [batch, 1, head_width]
  await check("gpt2", [add(site, byExample, { ...where, scale: -1 })], [
    { site, indices, change: (x, place) => x - rows[Math.floor(place / 8) % 2]![place % 8]! },
  ]);
});

Deno.test("resample puts what another run held, in the selected part alone", async () => {
  const model = await fixtureModel("llama");
  const others = PROMPTS.map((ids) => ids.toReversed());
  const site: Site = "blocks.0.attn.v";
  using other = await run(model, others, { capture: [site] });
  const values = other.cache.get(site).dataSync();
  const shape = model.shapeOf(site, 2, LENGTH), indices = [[1], null, [0, 7], null];
  const places = cells(shape, indices);
  await check("llama", [resample(site, other.cache, { heads: [1], positions: [0, 7] })], [
    { site, indices, change: (_, place) => values[places[place]!]! },
  ]);
});

Deno.test("resample by a seed gives each row another row's value, the same for the same seed", async () => {
  const model = await fixtureModel("gpt2");
  const batch = Array.from({ length: 5 }, (_, row) => [row, row + 1, row + 2]);
  const site: Site = "blocks.0.resid_post";
  using plain = await run(model, batch, { capture: [site] });
  const before = await plain.cache.get(site).array() as number[][][];
  const dealt = async (seed: number) => {
    using result = await run(model, batch, {
      edits: [resample(site, { seed }, { positions: 1 })],
      capture: [site],
    });
    const after = await result.cache.get(site).array() as number[][][];
    return after.map((rows, row) => {
      assertEquals([rows[0], rows[2]], [before[row]![0], before[row]![2]], "other positions");
      return before.findIndex((other) => String(other[1]) === String(rows[1]));
    });
  };
  const orders: string[] = [];
  for (let seed = 0; seed < 8; seed++) {
    const order = await dealt(seed);
    assertEquals(order.toSorted(), [0, 1, 2, 3, 4], "each row is dealt out once");
    assert(order.every((from, row) => from !== row), `seed ${seed} leaves a row its own: ${order}`);
    assertEquals(await dealt(seed), order);
    orders.push(order.join());
  }
  assert(new Set(orders).size > 3, "seeds give different orders");
});

Deno.test("resample by one seed moves whole rows alike at two sites, with every head of a row together", async () => {
  const model = await fixtureModel("gpt2"), batch = [[1, 2], [3, 4], [5, 6]];
  const sites = ["blocks.0.attn.z", "blocks.0.attn.v"] as const;
  using plain = await run(model, batch, { capture: sites });
  using moved = await run(model, batch, {
    edits: [resample("blocks.0.attn.v", { seed: 4 })],
    capture: sites,
  });
  // With one token a query can only look at it, so there z is v: at position 0 the rows have moved as one.
  const first = (cache: typeof plain.cache, row: number) =>
    cache.get("blocks.0.attn.z").slice([0, row, 0, 0], [4, 1, 1, 8]).dataSync().join();
  const order = batch.map((_, row) =>
    batch.findIndex((_, from) => first(plain.cache, from) === first(moved.cache, row))
  );
  assertEquals(order.toSorted(), [0, 1, 2]);
});

Deno.test("an edit of scores never lets a query see a later key, and the capture shows the mask", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    const site: Site = "blocks.1.attn.scores";
    for (
      const edit of [
        zero(site),
        add(site, 100),
        replace(site, 3),
        scale(site, -1),
        scale(site, 0),
        apply(site, (x) => x.neg()),
      ]
    ) {
      using result = await run(model, PROMPTS, {
        edits: [edit],
        capture: [site, "blocks.1.attn.pattern"],
      });
      const scores = result.cache.get(site).dataSync(),
        pattern = result.cache.get("blocks.1.attn.pattern").dataSync();
      scores.forEach((score, cell) => {
        const query = Math.floor(cell / LENGTH) % LENGTH, key = cell % LENGTH;
        if (key > query) assert(score === -Infinity && pattern[cell] === 0, `${edit.kind} ${cell}`);
        else assert(Number.isFinite(score), `${edit.kind} ${cell} ${score}`);
      });
      // The first token sees itself alone, so no edit of the scores can move its logits.
      using plain = await run(model, PROMPTS);
      near(
        result.logits.slice([0, 0, 0], [2, 1, 96]).dataSync(),
        plain.logits.slice([0, 0, 0], [2, 1, 96]).dataSync(),
        1e-6,
      );
    }
    using even = await run(model, PROMPTS, {
      edits: [scale(site, 0)],
      capture: ["blocks.1.attn.pattern"],
    });
    near(even.cache.get("blocks.1.attn.pattern").slice([0, 0, 4, 0], [1, 1, 1, 11]).dataSync(), [
      ...Array(5).fill(1 / 5),
      ...Array(6).fill(0),
    ], 1e-6);
  }
});

Deno.test("A-12 an edit of a shared key head reaches its group of query heads and no other", async () => {
  const model = await fixtureModel("llama");
  const capture = ["blocks.0.attn.scores", "blocks.0.attn.z"];
  using plain = await run(model, PROMPTS, { capture });
  using keys = await run(model, PROMPTS, {
    capture,
    edits: [scale("blocks.0.attn.k", 2, { heads: [1] })],
  });
  using values = await run(model, PROMPTS, {
    capture,
    edits: [scale("blocks.0.attn.v", 2, { heads: [1] })],
  });
  const head = (cache: typeof plain.cache, site: string, head: number) => {
    const tensor = cache.get(site), size = tensor.size / 4;
    return tensor.dataSync().slice(head * size, (head + 1) * size);
  };
  for (const query of [0, 1]) {
    same(
      head(keys.cache, "blocks.0.attn.scores", query),
      head(plain.cache, "blocks.0.attn.scores", query),
    );
    same(head(values.cache, "blocks.0.attn.z", query), head(plain.cache, "blocks.0.attn.z", query));
  }
  for (const query of [2, 3]) {
    const twice = (numbers: ArrayLike<number>) => Array.from(numbers, (x) => 2 * x);
    near(
      head(keys.cache, "blocks.0.attn.scores", query),
      twice(head(plain.cache, "blocks.0.attn.scores", query)),
      1e-6,
    );
    near(
      head(values.cache, "blocks.0.attn.z", query),
      twice(head(plain.cache, "blocks.0.attn.z", query)),
      1e-6,
    );
  }
});

Deno.test("apply sees only the part that it declared, with axes in the site's order", async () => {
  const model = await fixtureModel("gpt2");
  const shapes: number[][] = [];
  await run(model, PROMPTS, {
    edits: [
      apply("blocks.0.attn.z", (part) => {
        shapes.push(part.shape);
        return part;
      }, { heads: [1, 3], positions: { from: -2 } }),
    ],
  });
  assertEquals(shapes, [[2, 2, 2, 8]]);
});

Deno.test("apply may return a bool or an integer tensor, which counts as numbers", async () => {
  const model = await fixtureModel("gpt2"), site: Site = "blocks.0.mlp.post";
  for (const where of [{}, { positions: [1, 2] }]) {
    using result = await run(model, PROMPTS, {
      edits: [apply(site, (x) => x.greater(0), where)],
      capture: [site],
    });
    const value = result.cache.get(site);
    assertEquals(value.dtype, "float32");
    const row = value.slice([0, 1, 0], [1, 1, 128]).dataSync();
    assert(row.every((x) => x === 0 || x === 1) && row.some((x) => x === 1));
  }
});

Deno.test("a value that is a tensor stays the caller's", async () => {
  const model = await fixtureModel("gpt2");
  const value = tf.ones([32]);
  const edits = [
    replace("blocks.0.attn_out", value),
    add("blocks.1.attn_out", value, { scale: 3 }),
  ];
  (await run(model, PROMPTS, { edits })).dispose();
  assertEquals(value.isDisposed, false);
  same(value.dataSync(), Array(32).fill(1));
  value.dispose();
  const error = await assertRejects(() => run(model, PROMPTS, { edits }), TypeError);
  assertEquals(
    error.message,
    "Cannot replace blocks.0.attn_out as the value must not be disposed: it was",
  );
});
