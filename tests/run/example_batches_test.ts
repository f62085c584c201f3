import { batchTokens, exampleBatches, type Examples } from "../../lib/run/example_batches.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";

/** The ids of each batch. */
async function batches(
  examples: Examples,
  options: { batch?: number; signal?: AbortSignal } = {},
): Promise<number[][][]> {
  const found = await Array.fromAsync(
    exampleBatches(await fixtureModel("gpt2"), examples, options),
  );
  return found.map((prompts) => prompts.map(({ ids }) => [...ids]));
}

Deno.test("exampleBatches() puts examples of one length together, each in one batch", async () => {
  const examples = [[1, 2], [3], [4, 5], [6], [7, 8], [9]];
  assertEquals(await batches(examples, { batch: 2 }), [
    [[1, 2], [4, 5]],
    [[3], [6]],
    [[7, 8]],
    [[9]],
  ]);
  assertEquals(await batches([1, 2, 3]), [[[1, 2, 3]]], "a flat list is one example");
});

Deno.test("exampleBatches() fills a pass with tokens where no number is given", async () => {
  const length = 8, most = batchTokens / length;
  const sizes = (await batches(Array.from({ length: most + 3 }, () => Array(length).fill(1))))
    .map((batch) => batch.length);
  assertEquals(sizes, [most, 3]);
});

Deno.test("exampleBatches() reads an endless source of many lengths without holding it", async () => {
  let given = 0;
  const endless = function* () {
    for (;;) yield Array.from({ length: 1 + given++ % 12 }, () => given % 96);
  };
  const model = await fixtureModel("gpt2");
  const seen: number[] = [];
  for await (const prompts of exampleBatches(model, endless(), { batch: 1000 })) {
    seen.push(prompts.length);
    assert(prompts.every(({ ids }) => ids.length === prompts[0]!.ids.length));
    if (seen.length === 20) break;
  }
  assert(given - seen.reduce((sum, size) => sum + size, 0) <= 512, "what waits is bounded");
});

Deno.test("exampleBatches() takes texts from a source that answers later", async () => {
  const model = await seedling();
  const texts = async function* () {
    for (const text of ["One day.", "Two keys.", "Three cats."]) yield await Promise.resolve(text);
  };
  const found = (await Array.fromAsync(exampleBatches(model, texts()))).flat();
  assertEquals(found.map(({ text }) => text), ["One day.", "Two keys.", "Three cats."]);
  assert(found.every(({ beginning }) => beginning));
  const single = await Array.fromAsync(exampleBatches(model, "One day."));
  assertEquals(single.flat().map(({ text }) => text), ["One day."]);
});

Deno.test("a raised signal ends the batches, even of a source that never answers, and closes it", async () => {
  const controller = new AbortController();
  let closed = false;
  const hanging: AsyncIterable<number[]> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: () => {
        closed = true;
        return new Promise(() => {});
      },
    }),
  };
  const timer = setTimeout(() => controller.abort(), 20);
  assertEquals(await batches(hanging, { signal: controller.signal }), []);
  clearTimeout(timer);
  assert(closed);
  assertEquals(await batches([[1], [2]], { signal: AbortSignal.abort() }), []);
});

Deno.test("exampleBatches() closes its source after a break and passes on its errors", async () => {
  let closed = false;
  const source = function* () {
    try {
      yield [1];
      yield [2];
      throw new Error("it broke");
    } finally {
      closed = true;
    }
  };
  const model = await fixtureModel("gpt2");
  for await (const _ of exampleBatches(model, source(), { batch: 1 })) break;
  await Promise.resolve();
  assert(closed);
  await assertRejects(() => batches(source()), Error, "it broke");
});

Deno.test("exampleBatches() names the example that is wrong", async () => {
  const refused = async (examples: unknown, message: string) => {
    const error = await assertRejects(() => batches(examples as Examples));
    assert((error as Error).message.includes(message), (error as Error).message);
  };
  await refused([[1], [2, 96]], "must be an integer from 0 to 95: current value is 96 (example 1)");
  await refused(
    [[1], []],
    "Cannot read example 1 as it must be text or token ids: current value is an empty list",
  );
  await refused(
    [[1], { text: "a" }],
    "Cannot read example 1 as it must be text or token ids: current value is an object",
  );
  await refused([["a"]], "Cannot read example 0");
  await refused(["a"], "(example 0)");
  await refused(
    5,
    "Cannot read examples as they must be prompts or anything that brings prompts one after another: current value is 5",
  );
  await refused({ texts: [] }, "current value is an object");
  await refused(null, "current value is null");
  await assertRejects(
    () => batches([[1]], { batch: 0 }),
    RangeError,
    "Cannot put examples together as batch must be a whole number from 1 on: current value is 0",
  );
});
