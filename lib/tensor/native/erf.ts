/**
 * The error function, which JavaScript lacks.
 *
 * @module
 */

/**
 * Logarithm of erfc(z) exp(z²) / t with t = 2 / (2 + z), in powers of 2 t - 1, highest first: a
 * Chebyshev fit of degree 14 on 0 < t <= 1, good to 4e-10.
 */
const fit = [
  -8.12125499121e-6,
  2.07230707152e-5,
  4.17958961228e-5,
  -1.54633790403e-4,
  -7.11973123465e-5,
  6.57953847716e-4,
  -1.56134273465e-4,
  -2.33927772431e-3,
  1.76133936477e-3,
  8.82355817779e-3,
  -9.87298045933e-3,
  -4.6895482161e-2,
  4.73433203674e-2,
  0.672643220546,
  -0.67179408416,
] as const;
const [c14, c13, c12, c11, c10, c9, c8, c7, c6, c5, c4, c3, c2, c1, c0] = fit;

/**
 * Computes the probability that a normal variable is under x, to 4e-10 of itself on both sides.
 *
 * @param x Where.
 * @returns The probability.
 */
export function normalProbability(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 2 / (2 + z);
  const u = 2 * t - 1;
  let p = c14 * u + c13;
  p = p * u + c12;
  p = p * u + c11;
  p = p * u + c10;
  p = p * u + c9;
  p = p * u + c8;
  p = p * u + c7;
  p = p * u + c6;
  p = p * u + c5;
  p = p * u + c4;
  p = p * u + c3;
  p = p * u + c2;
  p = p * u + c1;
  p = p * u + c0;
  const tail = 0.5 * t * Math.exp(p - z * z);
  return x > 0 ? 1 - tail : tail;
}
