import { divergence, logTotal, rowReading } from "../../lib/lens/row_reading.ts";
import { assertAlmostEquals, assertEquals } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("F-02 rowReading() on rows whose numbers are known", async () => {
  const model = await fixtureModel("gpt2");
  const even = rowReading(model, new Float32Array(8), { top: 3, tracked: [5] });
  assertAlmostEquals(even.entropy, Math.log(8), 1e-12);
  assertEquals(
    even.top.map(({ id, rank }) => [id, rank]),
    [[0, 1], [1, 1], [2, 1]],
    "equals share the better rank",
  );
  assertAlmostEquals(even.tracked[0]!.probability, 1 / 8, 1e-12);
  const sure = rowReading(model, Float32Array.of(-Infinity, 1000, -Infinity), {
    top: 1,
    tracked: [0],
  });
  assertEquals([sure.entropy, sure.top[0]!.probability, sure.tracked[0]!.rank], [0, 1, 2]);
});

Deno.test("divergence() is 0 for equal rows, whatever is added to all, and known for two tokens", () => {
  const row = Float32Array.of(1, -2, 0.5),
    one = Float32Array.of(Math.log(3), 0),
    even = Float32Array.of(0, 0);
  assertEquals(divergence(row, row), 0);
  assertAlmostEquals(divergence(row, row.map((x) => x + 64)), 0, 1e-6);
  assertAlmostEquals(divergence(one, even), 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), 1e-7);
  assertAlmostEquals(logTotal(Float32Array.of(0, 0)), Math.LN2, 1e-12);
  assertAlmostEquals(divergence(Float32Array.of(-Infinity, 0), even), Math.LN2, 1e-12);
});
