import { assert, assertEquals } from "../../../assert.ts";
import {
  exponential,
  polynomial,
  powerOfTwo,
  sigmoid,
} from "../../../../lib/tensor/native/simd/exponential.ts";
import { changed, run } from "./compiled.ts";

Deno.test("exponential() is right to two roundings, 0 far below, infinite far above, and NaN of NaN", () => {
  const x = Array.from({ length: 64 }, (_, i) => Math.fround((i - 32) * 2.5 + 0.1 * i));
  for (let i = 0; i < x.length; i += 4) {
    const part = x.slice(i, i + 4), y = run(part, changed(exponential));
    y.forEach((value, j) => {
      assert(Math.abs(value / Math.exp(part[j]!) - 1) <= 2.4e-7, `exp(${part[j]}) is ${value}`);
    });
  }
  assertEquals(run([-87.4, -Infinity, -1e30, 0], changed(exponential)), [0, 0, 0, 1]);
  assertEquals(run([89, Infinity, 1e30, NaN], changed(exponential)), [
    Infinity,
    Infinity,
    Infinity,
    NaN,
  ]);
});

Deno.test("powerOfTwo() is right to two roundings, the least normal number far below, infinite far above, and NaN of NaN", () => {
  const x = Array.from({ length: 400 }, (_, i) => Math.fround((i - 200) * 0.63));
  for (let i = 0; i < x.length; i += 4) {
    const part = x.slice(i, i + 4), y = run(part, changed(powerOfTwo));
    y.forEach((value, j) => {
      assert(Math.abs(value / 2 ** part[j]! - 1) <= 2.4e-7, `2 ** ${part[j]} is ${value}`);
    });
  }
  assertEquals(run([0, -1, 3, 127], changed(powerOfTwo)), [1, 0.5, 8, 2 ** 127]);
  assertEquals(run([-126, -Infinity, -1e30, -200], changed(powerOfTwo)), Array(4).fill(2 ** -126));
  assertEquals(run([128, Infinity, 1e30, NaN], changed(powerOfTwo)), [
    Infinity,
    Infinity,
    Infinity,
    NaN,
  ]);
});

Deno.test("polynomial() and sigmoid() are theirs", () => {
  assertEquals(run([0, 1, 2, -1], changed((w, x) => polynomial(w, x, [1, 2, 3]))), [1, 6, 17, 2]);
  assertEquals(run([0, 200, -200, NaN], changed(sigmoid)), [0.5, 1, 0, NaN]);
});
