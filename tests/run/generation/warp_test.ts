import { penalizeRepetition, softmax, warp } from "../../../lib/run/generation/warp.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";
import { transformers } from "./golden.ts";

Deno.test("warp() and penalizeRepetition() leave what transformers' processors leave", () => {
  assert(transformers.warps.length === 90, "every case is here");
  for (
    const { options: { repetitionPenalty = 1, ...warping }, scores, seen, warped } of transformers
      .warps
  ) {
    const ours = warp(penalizeRepetition(scores, seen, repetitionPenalty), warping);
    // Both compute in double precision; a division and a multiplication may round apart.
    near(
      ours,
      warped.map((value) => value ?? -Infinity),
      1e-12,
      JSON.stringify({ repetitionPenalty, ...warping, scores }),
    );
  }
});

Deno.test("warp() keeps sets that can be worked out by hand", () => {
  // Probabilities 1/2, 1/4, 1/8, 1/8.
  const scores = [3, 2, 1, 1].map((power) => power * Math.LN2);
  const kept = (warping: Parameters<typeof warp>[1]) =>
    [...warp(scores, warping).keys()].filter((i) => warp(scores, warping)[i]! > -Infinity);
  assertEquals(kept({ topK: 2 }), [0, 1]);
  assertEquals(kept({ topK: 3 }), [0, 1, 2, 3], "ties at the border stay");
  assertEquals(kept({ topP: 0.6 }), [0, 1], "1/2 does not reach 0.6, 3/4 does");
  assertEquals(kept({ topP: 1e-9 }), [0], "one at least");
  assertEquals(kept({ topP: 0.8 }), [0, 1, 3], "of equals the lower id goes");
  assertEquals([...warp([0, 0], { topP: 0.5 })], [-Infinity, 0], "1/2 just reaches 1/2");
  assertEquals(kept({ minP: 0.3 }), [0, 1], "at least 0.3 of 1/2");
  assertEquals(kept({ topK: 2, topP: 0.6 }), [0], "of what top-k leaves, 2/3 and 1/3");
});

Deno.test("penalizeRepetition() counts a token once and tells signs apart", () => {
  assertEquals([...penalizeRepetition([2, -2, 5], [0, 0, 1], 2)], [1, -4, 5]);
});

Deno.test("warp() leaves what it is given as it is", () => {
  const scores = Float64Array.of(1, 2, 3);
  warp(scores, { temperature: 2, topK: 1 });
  penalizeRepetition(scores, [0, 1], 3);
  assertEquals([...scores], [1, 2, 3]);
});

Deno.test("softmax() adds up to 1 for great, small and missing scores", () => {
  for (const scores of [[1000, 999, -Infinity], [-1000, -1001], [0]]) {
    const sum = softmax(scores).reduce((a, b) => a + b, 0);
    near([sum], [1], 1e-15, "three roundings of double precision");
  }
  assertEquals(softmax([0, -Infinity])[1], 0);
  assert(softmax([NaN, 1]).every(Number.isNaN), "undefined is NaN");
});

Deno.test("drawing from warped scores gives each token its probability", () => {
  const random = new RandomStream(11, "test"), draws = 20_000;
  const probabilities = softmax(warp([2, 1.5, 1, 0, -1, -4], { temperature: 0.8, topK: 5 }));
  const counts = probabilities.map(() => 0);
  for (let i = 0; i < draws; i++) counts[random.categorical(probabilities)]!++;
  probabilities.forEach((p, id) => {
    // Five standard deviations of a binomial: by chance one seed in 300,000 fails for six tokens.
    const bound = 5 * Math.sqrt(draws * p * (1 - p));
    assert(
      Math.abs(counts[id]! - draws * p) <= bound,
      `token ${id}: ${counts[id]}, not ${draws * p}`,
    );
  });
  assertEquals(counts[5], 0);
});
