import { erf, normalProbability } from "../../../lib/tensor/float64/erf.ts";
import { assert, assertEquals } from "../../assert.ts";
import { assertClose } from "../plain.ts";

Deno.test("erf() has the digits of the tables, on both sides of 0", () => {
  // Abramowitz and Stegun, table 7.1, and its values to 16 digits by mpmath.
  const table: readonly [x: number, value: number][] = [
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
  ];
  assertClose(table.map(([x]) => erf(x)), table.map(([, value]) => value), 1e-15);
  assertClose(table.map(([x]) => erf(-x)), table.map(([, value]) => -value), 1e-15);
});

Deno.test("erf() has the values at the ends", () => {
  assertEquals([erf(0), erf(Infinity), erf(-Infinity), erf(NaN)], [0, 1, -1, NaN]);
});

Deno.test("erf() has the slope of a bell, also where one series hands over to the other", () => {
  const step = 1e-5;
  const xs = Array.from({ length: 61 }, (_, i) => i / 10 - 3).concat(2, -2);
  const slopes = xs.map((x) => (erf(x + step) - erf(x - step)) / (2 * step));
  // A central difference of doubles: half an ulp over the step.
  assertClose(slopes, xs.map((x) => 2 / Math.sqrt(Math.PI) * Math.exp(-x * x)), 2e-10);
});

Deno.test("normalProbability() has the digits of the tables, and keeps them in the tail", () => {
  assertClose([-1, 0, 1, 2].map(normalProbability), [
    0.15865525393145705,
    0.5,
    0.8413447460685429,
    0.9772498680518208,
  ], 1e-15);
  const tail = normalProbability(-8) / 6.220960574271785e-16;
  assert(Math.abs(tail - 1) < 1e-13, `the tail is ${tail} of what it should be`);
});
