import { clopperPearson } from "../../lib/stats/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { near } from "../near.ts";

Deno.test("clopperPearson() gives the ends that scipy gives", () => {
  // scipy 1.17.1, beta.ppf.
  for (
    const [successes, trials, low, high] of [
      [0, 6, 0, 0.45925812643990044],
      [6, 6, 0.5407418735600995, 1],
      [1, 1, 0.025, 1],
      [3, 10, 0.06673951117773447, 0.6524528500599973],
      [50, 100, 0.39832112950330095, 0.601678870496699],
      [300000, 1000000, 0.2991019119335821, 0.30089924664225376],
    ] as const
  ) {
    const found = clopperPearson(successes, trials);
    near([found.low, found.high], [low, high], 1e-12, `${successes} of ${trials}`);
    assertEquals([found.estimate, found.confidence], [successes / trials, 0.95]);
  }
});

Deno.test("clopperPearson() holds the true share at least as often as it says", () => {
  const trials = 20, confidence = 0.9;
  const ends = Array.from({ length: 21 }, (_, k) => clopperPearson(k, trials, { confidence }));
  for (let share = 0.01; share < 1; share += 0.01) {
    let held = 0, chance = (1 - share) ** trials;
    for (let k = 0; k <= trials; k++) {
      if (ends[k]!.low <= share && share <= ends[k]!.high) held += chance;
      chance *= (trials - k) / (k + 1) * share / (1 - share);
    }
    assertEquals(held >= confidence, true, `${share} is held ${held} of the time`);
  }
});

Deno.test("clopperPearson() knows nothing without trials", () => {
  const { low, high, estimate } = clopperPearson(0, 0);
  assertEquals([low, high, estimate], [0, 1, NaN]);
});

Deno.test("clopperPearson() refuses what are no counts", () => {
  assertThrows(
    () => clopperPearson(3, 2),
    RangeError,
    "Cannot bound a share as successes must be no more than trials: 3 and 2",
  );
  assertThrows(
    () => clopperPearson(0.5, 2),
    RangeError,
    "Cannot bound a share as successes must be an integer of 0 or more: current value is 0.5",
  );
  assertThrows(
    () => clopperPearson(1, 2, { level: 0.9 } as object),
    TypeError,
    'Cannot bound a share as its options must be among confidence: "level" is not',
  );
});
