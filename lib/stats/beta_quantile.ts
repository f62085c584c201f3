/**
 * The beta distribution of whole parameters, which bounds shares.
 *
 * @module
 */

/**
 * Finds the number that a beta variable stays under with a given probability.
 *
 * @param probability Above 0 and below 1.
 * @param a The first parameter, an integer of 1 or more.
 * @param b The second, likewise.
 * @returns The quantile, to about 13 digits.
 */
export function betaQuantile(probability: number, a: number, b: number): number {
  let low = 0, high = 1;
  // Halving the interval finds every digit that the probability determines, whatever its slope.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (betaProbability(middle, a, b) < probability) low = middle;
    else high = middle;
  }
}

/**
 * Finds the probability that a beta variable stays under a number: the regularised incomplete beta
 * function.
 *
 * @param x From 0 to 1.
 * @param a The first parameter, an integer of 1 or more.
 * @param b The second, likewise.
 * @returns The probability.
 */
export function betaProbability(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction is quick on this side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaProbability(1 - x, b, a);
  return binomial(a, b, x) * b / (a + b) * fraction(x, a, b);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let value = 1, c = 1, d = 0;
  // It takes about the root of the greater parameter; the last bit may go to and fro for ever.
  const most = 100 + 20 * Math.sqrt(Math.max(a, b));
  for (let step = 1; step < most; step++) {
    const m = step >> 1;
    const term = step % 2 === 0
      ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + term * d || tiny);
    c = 1 + term / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 4e-16) break;
  }
  return 1 / value;
}

/** The chance of a successes and b failures, by Loader 2000: no large logarithms are taken apart. */
function binomial(a: number, b: number, x: number): number {
  const n = a + b;
  const exponent = stirling(n) - stirling(a) - stirling(b) -
    deviance(a, n * x) - deviance(b, n * (1 - x));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a * b));
}

/** What Stirling's formula lacks of the logarithm of n factorial. */
function stirling(n: number): number {
  if (n > 15) {
    const s = n * n;
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / s) / s) / s) / s) / n;
  }
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - Math.log(2 * Math.PI) / 2;
}

/** x · log(x / m) + m − x without the loss of digits where the two are close. */
function deviance(x: number, m: number): number {
  const ratio = (x - m) / (x + m);
  if (Math.abs(ratio) > 0.1) return x * Math.log(x / m) + m - x;
  let sum = (x - m) * ratio, power = 2 * x * ratio;
  for (let i = 1;; i++) {
    power *= ratio * ratio;
    const next = sum + power / (2 * i + 1);
    if (next === sum) return next;
    sum = next;
  }
}
