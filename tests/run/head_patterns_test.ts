import { AttentionPatterns, headPatterns } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertAlmostEquals, assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

/** The patterns of heads that look where they are told, on ids 5 6 7 5 6. */
async function planted(where: (query: number) => number): Promise<AttentionPatterns> {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([5, 6, 7, 5, 6]);
  const weights = new Float32Array(25);
  for (let query = 0; query < 5; query++) weights[query * 5 + where(query)] = 1;
  return new AttentionPatterns("planted", prompt!, [0], 1, [weights]);
}

Deno.test("headPatterns() gives 1 to a head that does nothing else, and the closed forms of even attention", async () => {
  const value = async (
    kind: "previous" | "first" | "itself" | "copies" | "induction" | "distance" | "entropy",
    where: (query: number) => number,
  ) => headPatterns(await planted(where)).values[kind][0];
  assertEquals(await value("previous", (query) => Math.max(0, query - 1)), 1);
  assertEquals(await value("first", () => 0), 1);
  assertEquals(await value("itself", (query) => query), 1);
  assertEquals(await value("copies", (query) => query > 2 ? query - 3 : 0), 1);
  assertEquals(await value("induction", (query) => query > 2 ? query - 2 : 0), 1);
  assertEquals(await value("distance", (query) => Math.max(0, query - 1)), 1);
  assertEquals(await value("entropy", () => 0), 0);
  const { baseline } = headPatterns(await planted(() => 0));
  // Queries 1 to 4 look at 2 to 5 keys alike.
  assertAlmostEquals(baseline.first, (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 4, 1e-12);
  assertAlmostEquals(baseline.entropy, Math.log(2 * 3 * 4 * 5) / 4, 1e-12);
  assertAlmostEquals(baseline.induction, (1 / 4 + 1 / 5) / 2, 1e-12);
});

Deno.test("headPatterns() has no number where no query can have it, and draws none", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([5, 6]);
  const heads = headPatterns(
    new AttentionPatterns("planted", prompt!, [0], 1, [Float32Array.of(1, 0, 1, 0)]),
  );
  assertEquals([heads.values.induction[0], heads.values.previous[0]], [NaN, NaN]);
  const { "text/html": html } = await heads[display]();
  assert(!html.includes(">induction<") && html.includes("even attention"));
});
