import { summariseHead } from "../../lib/show/head_summary.ts";
import { assertEquals } from "../assert.ts";

Deno.test("summariseHead() means over the queries that can, and lists the strongest pairs off the first token", () => {
  const pattern = [1, 0, 0, 0.5, 0.5, 0, 0.25, 0.5, 0.25];
  assertEquals(summariseHead(pattern, 0, 3), {
    first: 0.375,
    previous: 0.5,
    itself: 0.375,
    pairs: [[1, 1, 0.5], [2, 1, 0.5], [2, 2, 0.25]],
  });
  assertEquals(summariseHead([1], 0, 1), { first: NaN, previous: NaN, itself: NaN, pairs: [] });
});
