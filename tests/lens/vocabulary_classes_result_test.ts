import { VocabularyClasses } from "../../lib/lens/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("F-17 VocabularyClasses counts hits, confusions and the commonest class", () => {
  const facts = {
    model: "m",
    classes: { a: [1], b: [2] },
    labels: [0, 0, 1],
    layers: [0, 2],
    score: "sum",
    norm: "own",
  } as const;
  const found = new VocabularyClasses(facts, [[1, 1, 1], [0, 1, 1]]);
  assertEquals([found.accuracy(0), found.accuracy(2), found.accuracy(-1), found.baseline], [
    1 / 3,
    2 / 3,
    2 / 3,
    2 / 3,
  ]);
  assertEquals(found.confusion(2), [[1, 1], [0, 1]]);
  assertThrows(() => found.accuracy(1), RangeError, "must be one of 0, 2");
});
