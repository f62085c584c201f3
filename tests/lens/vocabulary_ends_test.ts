import { checkCount, furthest, vocabularyEnds } from "../../lib/lens/vocabulary_ends.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

Deno.test("vocabularyEnds() gives what sorting gives, of equals the first first", async () => {
  const model = await fixtureModel("gpt2"), random = new RandomStream(1, "ends");
  for (const count of [1, 7, 96]) {
    // Few values, so that many are equal.
    const values = Float32Array.from({ length: 96 }, () => random.integer(12) - 6);
    const { greatest, least } = vocabularyEnds(model, values, count);
    const ids = Array.from(values, (_, id) => id);
    const down = ids.toSorted((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
    const up = ids.toSorted((a, b) => values[a]! - values[b]! || a - b).slice(0, count);
    assertEquals([greatest, least].map((end) => end.map(({ id }) => id)), [down, up]);
    assertEquals(greatest.map(({ score }) => score), down.map((id) => values[id]!));
    assertEquals([furthest(values, count, 1), furthest(values, count, -1)], [down, up]);
  }
});

Deno.test("furthest() passes NaN over, and gives no more than there is", () => {
  assertEquals(furthest([NaN, 2, NaN, 3], 5, 1), [3, 1]);
  assertEquals(furthest([NaN, 2, NaN, 3], 1, -1), [1]);
  assertEquals(furthest([NaN], 1, 1), []);
});

Deno.test("checkCount() refuses what is no number of tokens", async () => {
  const model = await fixtureModel("gpt2");
  checkCount(model, 96, "list tokens");
  for (const count of [0, 97, 1.5, "3"]) {
    assertThrows(
      () => checkCount(model, count, "list tokens"),
      RangeError,
      `Cannot list tokens as count must be from 1 to 96, the vocabulary: current value is ${count}`,
    );
  }
});
