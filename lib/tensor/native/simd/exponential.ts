/**
 * The exponential function over vectors, and what neurons apply that comes of it.
 *
 * @module
 */

import type { Vector, Writer } from "./writer.ts";

/** ln 2 in two parts, so that its multiples come off without rounding. */
const LN2_HIGH = 0.693359375, LN2_LOW = -2.12194440e-4;
/** Of exp(r) − 1 − r over r², lowest first: a fit of S. Moshier's Cephes library on |r| ≤ ln 2 / 2, good to 1 in 2²⁴. */
const FIT = [
  5.0000001201e-1,
  1.6666665459e-1,
  4.1665795894e-2,
  8.3334519073e-3,
  1.3981999507e-3,
  1.9875691500e-4,
];
/** Below this the result would not be a normal number, and is 0. */
const LEAST = -87.33654;
/** Above this 2 to the power of the integer part is infinite, and so is the result. */
const GREATEST = 89;

/** 1.5 · 2²³, above which numbers have no fraction. */
const ROUNDING = 12582912;
/** The bits of 1, whose exponent stands above the lowest 23. */
const ONE_BITS = 0x3f800000;

/** exp(x) to 1.2e-7 of itself; 0 below −87.3 and infinite above 88.3. */
export function exponential(w: Writer, x: Vector): Vector {
  return w.select(w.do("less", x, w.constant(LEAST)), w.constant(0), bounded(w, x));
}

/** The same, but the least normal number below −87.3. */
function bounded(w: Writer, x: Vector): Vector {
  const kept = w.do("least", w.do("most", x, w.constant(LEAST)), w.constant(GREATEST));
  // The sum has no room for a fraction, so that it is rounded, and its lowest bits are the integer.
  const shift = w.constant(ROUNDING);
  const sum = w.fused("multiplyAdd", kept, w.constant(Math.LOG2E), shift);
  const power = w.do("subtract", sum, shift);
  const part = w.fused("multiplySubtract", power, w.constant(LN2_HIGH), kept);
  const r = w.fused("multiplySubtract", power, w.constant(LN2_LOW), part);
  const fit = polynomial(w, r, FIT);
  const beyondOne = w.fused("multiplyAdd", w.do("multiply", r, r), fit, r);
  const value = w.do("add", beyondOne, w.constant(1));
  const scale = w.do("addIntegers", w.shiftUp(sum, 23), w.integerConstant(ONE_BITS));
  return w.do("multiply", value, scale);
}

/** Of 2^r on |r| ≤ 1/2, lowest first: our own least greatest relative error, 2e-9. */
const POWER_FIT = [
  1,
  0.69314720286,
  0.24022647914,
  0.055503324712,
  0.0096184373575,
  0.0013398874404,
  0.0001535336194,
];
/** Below this the result would not be a normal number, and from the greatest on it is infinite. */
const LEAST_POWER = -126, GREATEST_POWER = 128;

/**
 * 2 to the power of x, to 2.4e-7 of itself; the least normal number below −126, infinite from 127.5 on. It takes fewer steps than
 * {@linkcode exponential}, whose multiples of ln 2 do not come off exactly.
 */
export function powerOfTwo(w: Writer, x: Vector): Vector {
  const kept = w.do(
    "least",
    w.do("most", x, w.constant(LEAST_POWER)),
    w.constant(GREATEST_POWER),
  );
  const shift = w.constant(ROUNDING), sum = w.do("add", kept, shift);
  const fit = polynomial(w, w.do("subtract", kept, w.do("subtract", sum, shift)), POWER_FIT);
  const scale = w.do("addIntegers", w.shiftUp(sum, 23), w.integerConstant(ONE_BITS));
  return w.do("multiply", fit, scale);
}

/** A polynomial by Horner's scheme, its coefficients the lowest first. */
export function polynomial(w: Writer, x: Vector, coefficients: readonly number[]): Vector {
  return coefficients.slice(0, -1).reduceRight<Vector>(
    (sum, coefficient) => w.fused("multiplyAdd", sum, x, w.constant(coefficient)),
    w.constant(coefficients.at(-1)!),
  );
}

/** 1 / (1 + exp(−x)) */
export function sigmoid(w: Writer, x: Vector): Vector {
  const one = w.constant(1);
  return w.do("divide", one, w.do("add", one, bounded(w, w.of("negate", x))));
}
