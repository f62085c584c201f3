import { seedStream } from "../../lib/stats/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("seedStream() depends on seed and labels alone, in whatever order it is asked", () => {
  const forwards = [0, 1, 2].map((head) => seedStream(7, "head", head).uniform());
  const backwards = [2, 1, 0].map((head) => seedStream(7, "head", head).uniform());
  assertEquals(forwards, backwards.reverse());
  assertEquals(new Set(forwards).size, 3);
  assertEquals(seedStream(7, "head", 0).uniform() === seedStream(8, "head", 0).uniform(), false);
});

Deno.test("seedStream() keeps labels apart that read the same one after another", () => {
  const labels = [
    [],
    [""],
    ["a", "b"],
    ["ab"],
    ["b", "a"],
    ["a,b"],
    ['a","b'],
    [1],
    ["1"],
    [1, 1],
    [
      11,
    ],
    ["[1]"],
  ];
  assertEquals(new Set(labels.map((each) => seedStream(1, ...each).uniform())).size, labels.length);
});

Deno.test("seedStream() refuses labels that are none", () => {
  assertThrows(
    () => seedStream(1, "a", NaN),
    RangeError,
    "Cannot start a random stream as each label must be finite: label 1 is NaN",
  );
  assertThrows(
    () => seedStream(1, null as unknown as string),
    TypeError,
    "Cannot start a random stream as each label must be a string or a number: label 0 is null",
  );
  assertThrows(() => seedStream(0.5, "a"), RangeError, "the seed must be a safe integer");
});
