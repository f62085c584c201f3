import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { normalProbability } from "../../../../lib/tensor/native/erf.ts";
import { giveToArena, takeInArena } from "../../../../lib/tensor/native/simd/arena.ts";
import {
  activateSums,
  activateVectors,
  isPointwise,
  type PointwiseName,
  slopeVectors,
} from "../../../../lib/tensor/native/simd/pointwise.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const bent = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
/** The functions in double precision. */
const plain: Record<PointwiseName, (x: number) => number> = {
  gelu: (x) => x * normalProbability(x),
  gelu_tanh: (x) => x * sigmoid(bent(x)),
  quick_gelu: (x) => x * sigmoid(1.702 * x),
  silu: (x) => x * sigmoid(x),
  sigmoid,
};
const names = Object.keys(plain) as PointwiseName[];
/** More than a chunk, and no multiple of a vector. */
const x = Float32Array.from({ length: 9001 }, (_, i) => (i / 9000 - 0.5) * 40);

Deno.test("activateVectors() is the function in double precision but for rounding to single", () => {
  for (const name of names) {
    const y = new Float32Array(x.length);
    activateVectors(name, x, y);
    // Three roundings of a single: of what is exponentiated, of the power, and of the result.
    y.forEach((value, i) => {
      const expected = plain[name](x[i]!), error = Math.abs(value - expected);
      assert(error <= 2e-7 * Math.max(1, Math.abs(expected)), `${name}(${x[i]}) is ${value}`);
    });
    const same = x.slice();
    activateVectors(name, same, same);
    assertEquals(same, y);
  }
});

Deno.test("slopeVectors() is the slope of the function, times what is given", () => {
  const dy = x.map((_, i) => i % 3 - 1), dx = new Float32Array(x.length), h = 1e-5;
  for (const name of names) {
    slopeVectors(name, x, dy, dx);
    dx.forEach((value, i) => {
      const slope = (plain[name](x[i]! + h) - plain[name](x[i]! - h)) / (2 * h) * dy[i]!;
      // Of gelu_tanh the cube of x is multiplied by what single precision leaves of a small difference.
      assert(Math.abs(value - slope) <= 3e-6, `${name}'(${x[i]}) is ${value} for ${slope}`);
    });
  }
});

Deno.test("vectors go on to infinity, 0 and NaN as the functions do", () => {
  const far = Float32Array.of(NaN, Infinity, 1e30, -1e30, -100, 0), y = new Float32Array(6);
  for (const name of names) {
    activateVectors(name, far, y);
    const [top, least] = name === "sigmoid" ? [1, 0.5] : [Infinity, 0];
    assertEquals([...y].map((value) => value + 0), [
      NaN,
      top,
      name === "sigmoid" ? 1 : Math.fround(1e30),
      0,
      0,
      least,
    ], name);
    slopeVectors(name, far.subarray(2), new Float32Array(4).fill(1), y);
    assert(y.subarray(0, 4).every(Number.isFinite), name);
  }
});

Deno.test("isPointwise() takes singles, and the functions that there are", () => {
  assert(isPointwise("gelu", x));
  assert(!isPointwise("gelu", new Float64Array(2)));
  assert(!isPointwise("tanh", x) && !isPointwise("toString", x));
  assertThrows(() => activateVectors("tanh" as PointwiseName, x, x), TypeError);
});

Deno.test("functions have the same bits wherever numbers stand, and so has one of sums", () => {
  for (const width of [1, 8, 12, 9000]) {
    const row = x.subarray(0, width).map((value) => value / 9), rows = Math.floor(9000 / width);
    const start = x.subarray(0, rows * width), dy = start.map((_, i) => i % 3 - 1);
    const inside = [start, start, dy].map((from) => {
      const array = takeInArena(from.length)!;
      array.set(from);
      return array;
    }) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
    for (const name of names) {
      const expected = start.map((value, i) => Math.fround(value + row[i % width]!));
      activateVectors(name, expected, expected);
      const [elsewhere, own] = [start.slice(), inside[1]];
      own.set(start);
      activateSums(name, elsewhere, row);
      activateSums(name, own, row);
      assertEquals(elsewhere, expected);
      assertEquals(own.slice(), expected);
      activateVectors(name, start, elsewhere);
      activateVectors(name, inside[0], own);
      assertEquals(own.slice(), elsewhere);
      slopeVectors(name, start, dy, elsewhere);
      slopeVectors(name, inside[0], inside[2], own);
      assertEquals(own.slice(), elsewhere);
    }
    inside.forEach(giveToArena);
  }
});
