import {
  BeamSearch,
  type BeamSettings,
  type Hypothesis,
} from "../../../lib/run/generation/beam.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near } from "../../near.ts";

const VOCABULARY = 5, LENGTH = 4, END = 0;

/** Log-probabilities of the token after a text: a made-up model, the same for the same text. */
function scoresAfter(text: readonly number[], seed: number): Float64Array {
  const random = new RandomStream(seed, text.join());
  const scores = Float64Array.from({ length: VOCABULARY }, () => 2 * random.normal());
  const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
  return scores.map((score) => score - total);
}

const idsOf = (text: Hypothesis<number>): number[] =>
  text.before === null ? [] : [...idsOf(text.before), text.last!];

/** Runs a search to its end. */
function search(settings: Omit<BeamSettings, "stopTokens">, seed: number): BeamSearch<number> {
  const beams = new BeamSearch<number>({ ...settings, stopTokens: 1 });
  while (beams.open) {
    const texts = beams.running.map(idsOf);
    beams.advance(
      texts.map((text) => scoresAfter(text, seed)),
      ({ from, id }) => id === END || texts[from]!.length + 1 === LENGTH,
      ({ id }) => id,
    );
  }
  return beams;
}

/** All texts that end, with their scores, the best first. */
function exhaustive(lengthPenalty: number, seed: number): [ids: number[], score: number][] {
  const found: [number[], number][] = [];
  const grow = (text: readonly number[], total: number): void => {
    scoresAfter(text, seed).forEach((score, id) => {
      const grown = [...text, id], sum = total + score;
      if (id === END || grown.length === LENGTH) {
        found.push([grown, sum / grown.length ** lengthPenalty]);
      } else grow(grown, sum);
    });
  };
  grow([], 0);
  return found.sort((a, b) => b[1] - a[1]);
}

Deno.test("BeamSearch with a beam for every text finds what exhaustive search finds", () => {
  for (const lengthPenalty of [0, 1, 2]) {
    for (let seed = 0; seed < 10; seed++) {
      const all = exhaustive(lengthPenalty, seed);
      const { finished } = search({ beams: 400, lengthPenalty, earlyStopping: false }, seed);
      assertEquals(finished.length, all.length, "every text that can end has ended");
      assertEquals(
        finished.slice(0, 20).map(({ text }) => idsOf(text)),
        all.slice(0, 20).map(([ids]) => ids),
      );
      // Sums of four numbers in another order.
      near(finished.map(({ score }) => score), all.map(([, score]) => score), 1e-12);
    }
  }
});

Deno.test("BeamSearch never scores better than exhaustive search, and its scores are those of its texts", () => {
  for (const earlyStopping of [false, true]) {
    for (let seed = 0; seed < 30; seed++) {
      const [[, best]] = exhaustive(1, seed) as [[number[], number]];
      const { finished } = search({ beams: 3, lengthPenalty: 1, earlyStopping }, seed);
      assertEquals(finished.length, 3);
      for (const { text, score } of finished) {
        const ids = idsOf(text);
        const sum = ids.reduce((sum, id, i) => sum + scoresAfter(ids.slice(0, i), seed)[id]!, 0);
        near([score], [sum / ids.length], 1e-12, "rounding of sums");
        assert(score <= best + 1e-12);
      }
      assertEquals(
        finished.map(({ score }) => score),
        finished.map(({ score }) => score).sort((a, b) => b - a),
      );
    }
  }
});

Deno.test("BeamSearch says which text each running one continues", () => {
  const beams = new BeamSearch<number>({
    beams: 2,
    lengthPenalty: 1,
    earlyStopping: false,
    stopTokens: 0,
  });
  const note = ({ id }: { id: number }) => id;
  assertEquals(beams.advance([[-1, -2, -3]], () => false, note), [0, 0]);
  assertEquals(beams.running.map(idsOf), [[0], [1]]);
  // From −1 the best is −6, from −2 they are −2.1 and −2.2.
  assertEquals(beams.advance([[-5, -6, -7], [-0.1, -0.2, -9]], () => false, note), [1, 1]);
  assertEquals(beams.running.map(idsOf), [[1, 0], [1, 1]]);
});
