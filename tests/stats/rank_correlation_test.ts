import { correlation, rankCorrelation } from "../../lib/stats/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { near } from "../near.ts";

Deno.test("rankCorrelation() sees order alone, ties sharing their ranks", () => {
  near([rankCorrelation([1, 2, 3, 4], [1, 8, 27, 64])], [1], 1e-15);
  near([rankCorrelation([1, 2, 3], [3, 2, 1])], [-1], 1e-15);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
  near([rankCorrelation([1, 5, 5, 9], [1, 2, 3, 4])], [4.5 / Math.sqrt(4.5 * 5)], 1e-15);
  // 1 − 6 Σd² / (n (n² − 1)) with d = 1, −1, 1, −1, 0.
  near([rankCorrelation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])], [1 - 6 * 4 / (5 * 24)], 1e-15);
});

Deno.test("correlations are NaN where they are undefined", () => {
  assertEquals(rankCorrelation([1, 1, 1], [1, 2, 3]), NaN);
  assertEquals(rankCorrelation([1, NaN, 3], [1, 2, 3]), NaN);
  assertEquals(correlation([1], [2]), NaN);
  near([correlation([1, 2, 4], [1, 2, 4])], [1], 1e-15);
  assertThrows(
    () => correlation([1, 2], [1]),
    RangeError,
    "Cannot correlate as both lists must have as many numbers: there are 2 and 1",
  );
});
