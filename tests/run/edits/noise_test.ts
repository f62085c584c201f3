import { noise, run } from "../../../lib/run/mod.ts";
import type { Site, Transformer } from "../../../lib/model/mod.ts";
import type { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

/** The noise that an edit adds, at the tokens of one example. */
async function added(
  model: Transformer,
  prompts: readonly (readonly number[])[],
  edit: ReturnType<typeof noise>,
  { example = 0, padding = "right" as "left" | "right" } = {},
): Promise<number[][]> {
  const site = edit.at as Site, options = { capture: [site], padding };
  using plain = await run(model, prompts, options);
  using noisy = await run(model, prompts, { ...options, edits: [edit] });
  const { from, to } = plain.cache.columnsOf(example);
  const rows = (x: tf.Tensor) => (x.arraySync() as number[][][])[example]!.slice(from, to);
  const [before, after] = [rows(plain.cache.get(site)), rows(noisy.cache.get(site))];
  return after.map((row, i) => row.map((x, j) => x - before[i]![j]!));
}

Deno.test("noise() of a token depends on seed, site, row and position, and on nothing else", async () => {
  const model = await fixtureModel("gpt2"), [long, other] = PROMPTS as [number[], number[]];
  const edit = noise("embed", { deviation: 0.5, seed: 7 }), batch = [long, other.slice(0, 6)];
  const alone = await added(model, [long], edit);
  const same = async (found: Promise<number[][]>, expected: number[][], what: string) =>
    near((await found).flat(), expected.flat(), 1e-6, what);
  await same(added(model, batch, edit), alone, "in a batch");
  const second = await added(model, [long, other], edit, { example: 1 });
  for (const padding of ["left", "right"] as const) {
    await same(added(model, batch, edit, { example: 1, padding }), second.slice(0, 6), padding);
  }
  const last = await added(
    model,
    [long],
    noise("embed", { deviation: 0.5, seed: 7, positions: -1 }),
  );
  near(last[10]!, alone[10]!, 1e-6, "the last token alone");
  assert(last.slice(0, 10).flat().every((x) => x === 0));
  await same(
    added(model, [long], noise("embed", { deviation: 1, seed: 7 })),
    alone.map((row) => row.map((x) => 2 * x)),
    "twice the deviation",
  );
  const differ = (a: number[][], b: number[][]) => a.flat().every((x, i) => x !== b.flat()[i]);
  assert(differ(alone, second), "rows differ");
  assert(differ(alone, await added(model, [long], noise("embed", { deviation: 0.5, seed: 8 }))));
  assert(differ(alone.slice(0, 10), alone.slice(1)), "positions differ");
});

Deno.test("noise() of some heads is the noise of all at these heads", async () => {
  const model = await fixtureModel("llama"), site: Site = "blocks.0.attn.z";
  const values = async (heads?: number[]) => {
    const edit = noise(site, { deviation: 1, seed: 1, ...heads ? { heads } : {} });
    using result = await run(model, PROMPTS, { edits: [edit], capture: [site] });
    return result.cache.get(site).slice([3, 0, 0, 0], [1, 2, 11, 8]).dataSync().slice();
  };
  near(await values([3, 1]), await values(), 0);
});

Deno.test("noise() has mean 0 and the deviation that was asked for", async () => {
  const model = await fixtureModel("gpt2"), batch = Array(40).fill(PROMPTS[0]) as number[][];
  const edit = noise("embed", { deviation: 0.25, seed: 5 });
  using plain = await run(model, batch, { capture: ["embed"] });
  using noisy = await run(model, batch, { capture: ["embed"], edits: [edit] });
  const before = plain.cache.get("embed").dataSync();
  const change = Array.from(noisy.cache.get("embed").dataSync(), (x, i) => x - before[i]!);
  const count = change.length, mean = change.reduce((a, b) => a + b, 0) / count;
  const deviation = Math.sqrt(change.reduce((a, b) => a + b * b, 0) / count);
  // 14,080 numbers: four standard errors of each.
  assert(Math.abs(mean) < 4 * 0.25 / Math.sqrt(count), `mean ${mean}`);
  assert(Math.abs(deviation - 0.25) < 4 * 0.25 / Math.sqrt(2 * count), `deviation ${deviation}`);
});

Deno.test("noise() refuses deviations and seeds that are none", () => {
  const cases: [deviation: number, seed: number, message: string][] = [
    [-1, 0, "deviation must be 0 or more: current value is -1"],
    [NaN, 0, "deviation must be a finite number: current value is NaN"],
    [1, 0.5, "seed must be an integer: current value is 0.5"],
  ];
  for (const [deviation, seed, message] of cases) {
    assertEquals(
      assertThrows(() => noise("embed", { deviation, seed }), RangeError).message,
      `Cannot make an edit as its ${message}`,
    );
  }
});

Deno.test("noise() refuses an argument that nobody would read", () => {
  const two = noise as (...given: unknown[]) => unknown;
  const { message } = assertThrows(
    () => two("embed", { deviation: 1, seed: 0 }, { positions: -1 }),
    TypeError,
  );
  assert(message.includes("must stand in one object"), message);
});
