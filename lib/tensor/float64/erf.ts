/**
 * The error function to the last digits of a double, by series: slow, and without tables of numbers
 * that would have to be trusted.
 *
 * @module
 */

/**
 * Computes the error function.
 *
 * @param x Where.
 * @returns Its value, to 1e-15.
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z < 2) return Math.sign(x) * series(z);
  return Math.sign(x) * (1 - erfc(z));
}

/**
 * Computes the probability that a normal variable is under x.
 *
 * @param x Where.
 * @returns The probability, to 1e-15.
 */
export function normalProbability(x: number): number {
  const z = x * Math.SQRT1_2;
  if (Math.abs(z) < 2) return 0.5 + 0.5 * erf(z);
  return z > 0 ? 1 - 0.5 * erfc(z) : 0.5 * erfc(-z);
}

/** 2/√π e^(-z²) Σ 2ⁿ z^(2n+1) / (2n+1)!!, whose terms are all positive. */
function series(z: number): number {
  let sum = 0;
  for (let n = 0, term = z; term > sum * 1e-17; n++, term *= 2 * z * z / (2 * n + 1)) sum += term;
  return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
}

/** One minus the error function from 2 on: e^(-z²)/√π over z + (1/2)/(z + 1/(z + (3/2)/(z + … . */
function erfc(z: number): number {
  if (z === Infinity) return 0;
  let fraction = z;
  // From z = 2 on a hundred levels leave less than 1e-16.
  for (let level = 100; level > 0; level--) fraction = z + level / 2 / fraction;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
}
