import { kendallCorrelation, seedStream } from "../../lib/stats/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { near } from "../near.ts";

/** τ-b by its definition, pair by pair. */
function byPairs(first: readonly number[], second: readonly number[]): number {
  let [agreed, left, right] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(first[i]! - first[j]!), Math.sign(second[i]! - second[j]!)];
      agreed += x * y;
      left += Math.abs(x);
      right += Math.abs(y);
    }
  }
  return agreed / Math.sqrt(left * right);
}

Deno.test("kendallCorrelation() is what its definition says, with ties in one list, the other and both", () => {
  const random = seedStream(1, "orders");
  for (const [count, kinds] of [[2, 9], [9, 3], [40, 8], [41, 1000]]) {
    const list = () => Array.from({ length: count! }, () => random.integer(kinds!));
    const [first, second] = [list(), list()];
    near([kendallCorrelation(first, second)], [byPairs(first, second)], 1e-14);
  }
  assertEquals(kendallCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  assertEquals(kendallCorrelation([1, Infinity, Infinity], [1, 2, 2]), 1);
});

Deno.test("kendallCorrelation() is undefined where there is no order, and refuses lists of other lengths", () => {
  for (const [first, second] of [[[], []], [[1], [2]], [[1, 1], [1, 2]], [[1, NaN], [1, 2]]]) {
    assertEquals(kendallCorrelation(first!, second!), NaN);
  }
  assertThrows(
    () => kendallCorrelation([1], [1, 2]),
    RangeError,
    "Cannot correlate as both lists must have as many numbers: there are 1 and 2",
  );
});
