import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertNotEquals, assertThrows } from "../assert.ts";
import { testOn } from "../tensor/on_backends.ts";

const draws = 60_000;

/** Pearson's statistic of counts that should be alike. */
function chiSquare(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  return Array.from(counts).reduce(
    (sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!,
    0,
  );
}
/** The bound that one seed in 1e6 misses, by Wilson and Hilferty. */
function bound(freedom: number): number {
  return freedom * (1 - 2 / (9 * freedom) + 4.75 * Math.sqrt(2 / (9 * freedom))) ** 3;
}
function counts(bins: number, draw: () => number): Uint32Array {
  const result = new Uint32Array(bins);
  for (let i = 0; i < draws; i++) result[draw()]!++;
  return result;
}
const alike = (bins: number) => new Float64Array(bins).fill(draws / bins);

testOn("RandomStream gives the same numbers on every backend and machine", () => {
  const random = new RandomStream(7, "positions");
  const found = [random.integer(1000), random.integer(2 ** 32), random.uniform(), random.normal()];
  // From the first run; a change of generator changes every seeded result of the library.
  assertEquals(found, [161, 3772500175, 0.509872582760592, 0.3587757731421933]);
  assertEquals([...random.permutation(5)], [2, 3, 4, 0, 1]);
  assertEquals(tf.tensor(random.normals(2)).dtype, "float32");
});

Deno.test("RandomStream depends on seed, label and fork, and on nothing drawn before a fork", () => {
  const first = (random: RandomStream) => random.integer(2 ** 32);
  const base = new RandomStream(1);
  const seen = [
    first(new RandomStream(1)),
    first(new RandomStream(2)),
    first(new RandomStream(-1)),
    first(new RandomStream(1 + 2 ** 32)),
    first(new RandomStream(1, "a")),
    first(new RandomStream(1, "b")),
    first(base.fork("a")),
    first(base.fork("a").fork("b")),
  ];
  assertEquals(new Set(seen).size, seen.length);
  const later = new RandomStream(1);
  for (let i = 0; i < 10; i++) later.uniform();
  assertEquals(first(later.fork("a")), first(base.fork("a")));
  assertNotEquals(first(new RandomStream(1, "ab")), first(new RandomStream(1, "ba")));
});

Deno.test("uniform() fills 64 bins alike, and successive numbers are not related", () => {
  const random = new RandomStream(11);
  assert(chiSquare(counts(64, () => Math.floor(random.uniform() * 64)), alike(64)) < bound(63));
  const pairs = counts(64, () => 8 * Math.floor(random.uniform() * 8) + random.integer(8));
  assert(chiSquare(pairs, alike(64)) < bound(63));
});

Deno.test("integer() fills bounds alike that are no power of 2", () => {
  const random = new RandomStream(12);
  for (const below of [3, 7, 100]) {
    assert(chiSquare(counts(below, () => random.integer(below)), alike(below)) < bound(below - 1));
  }
  // Three quarters of 2³²: without rejection the first half would be drawn twice as often.
  const large = counts(2, () => random.integer(3 * 2 ** 30) < 3 * 2 ** 29 ? 0 : 1);
  assert(chiSquare(large, alike(2)) < bound(1));
  assertEquals(new RandomStream(1).integer(1), 0);
});

Deno.test("normal() has the moments of a normal variable and fills its quantiles alike", () => {
  const random = new RandomStream(13);
  const values = Array.from({ length: draws }, () => random.normal());
  const moment = (power: number) => values.reduce((sum, v) => sum + v ** power, 0) / draws;
  // Five standard errors: variances of the powers are 1, 2, 15 and 96.
  [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]].forEach(([power, mean, variance]) =>
    assert(Math.abs(moment(power!) - mean!) < 5 * Math.sqrt(variance! / draws), `power ${power}`)
  );
  // Eighths of the distribution.
  const edges = [-1.1503493803760079, -0.6744897501960817, -0.31863936396437515, 0];
  const all = [...edges, ...edges.slice(0, 3).reverse().map((edge) => -edge)];
  let next = 0;
  const bins = counts(8, () => {
    const value = values[next++]!;
    return all.filter((edge) => value > edge).length;
  });
  assert(chiSquare(bins, alike(8)) < bound(7));
});

Deno.test("permutation() draws every order alike, and each number once", () => {
  const random = new RandomStream(14);
  const orders = ["0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0"];
  const found = counts(6, () => orders.indexOf(random.permutation(3).join()));
  assert(chiSquare(found, alike(6)) < bound(5));
  assertEquals(
    [...random.permutation(100)].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  assertEquals(random.permutation(0).length, 0);
});

Deno.test("categorical() draws by weight, and never what weighs nothing", () => {
  const random = new RandomStream(15);
  const weights = [0, 1, 2, 0, 5, 0];
  const found = counts(6, () => random.categorical(weights));
  assertEquals([found[0], found[3], found[5]], [0, 0, 0]);
  const kept = [1, 2, 4];
  const expected = kept.map((i) => draws * weights[i]! / 8);
  assert(chiSquare(kept.map((i) => found[i]!), expected) < bound(2));
});

Deno.test("RandomStream refuses what it cannot draw from", () => {
  const random = new RandomStream(1);
  assertThrows(
    () => new RandomStream(0.5),
    RangeError,
    "Cannot start a random stream as the seed must be a safe integer: current value is 0.5",
  );
  assertThrows(
    () => random.integer(0),
    RangeError,
    "Cannot draw an integer as the bound must be an integer from 1 to 4294967296: current value is 0",
  );
  assertThrows(
    () => random.permutation(-1),
    RangeError,
    "Cannot draw a permutation as its length must be an integer from 0 to 4294967295: current value is -1",
  );
  assertThrows(
    () => random.categorical([1, -1]),
    RangeError,
    "Cannot draw an index as weights must be 0 or more: weight 1 is -1",
  );
  assertThrows(
    () => random.categorical([0, 0]),
    RangeError,
    "Cannot draw an index as weights must add up to a positive finite number: current value is 0",
  );
});
