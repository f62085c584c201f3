import { FutureLens } from "../../lib/lens/mod.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("F-06 FutureLens counts hits and averages surprisal", async () => {
  const model = await fixtureModel("gpt2"), [prompt] = model.tokenize([1, 2]);
  const token = (id: number, probability: number) => ({
    id,
    token: { text: `${id}`, id },
    rank: 1,
    logit: 0,
    probability,
    logProbability: Math.log(probability),
  });
  const reading = (
    own: number,
    likeliest: number,
    p: number,
  ) => [{ own: token(own, p), likeliest: token(likeliest, p) }];
  const facts = {
    model: "m",
    prompt: prompt!,
    context: prompt!,
    positions: [0, 1],
    layers: [2],
    continuations: [],
  };
  const lens = new FutureLens(facts, [[reading(1, 1, 0.5), reading(1, 3, 0.25)]], [
    reading(1, 3, 1),
    reading(1, 3, 1),
  ]);
  assertEquals([lens.accuracy(2, 1), lens.accuracy(-1, 1), lens.accuracy(null, 1)], [0.5, 0.5, 0]);
  assertAlmostEquals(lens.surprisal(2, 1), 1.5 * Math.LN2, 1e-12);
  const rows = lens.table().rows;
  assertEquals(
    rows.map(({ stream, own_id, likeliest_id }) => [stream, own_id, likeliest_id]),
    [[null, 1, 3], [null, 1, 3], [2, 1, 1], [2, 1, 3]],
  );
  assertEquals(rows.map((row) => row.position), [0, 1, 0, 1]);
  assertEquals(rows[3]!.own_log_probability, Math.log(0.25));
});
