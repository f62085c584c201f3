/**
 * The quantile function of the normal distribution, from operations that IEEE 754 defines to the
 * last bit, so that seeded random numbers are the same on every machine.
 *
 * Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics
 * 37 (1988), routine PPND16.
 *
 * @module
 */

/** Numerator and denominator of a rational function, highest power first. */
type Ratio = readonly [above: readonly number[], below: readonly number[]];

const middle: Ratio = [
  [
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
  ],
  [
    5226.495278852854561,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1,
  ],
];
const near: Ratio = [
  [
    7.7454501427834140764e-4,
    2.27238449892691845833e-2,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
  ],
  [
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    1.51986665636164571966e-2,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1,
  ],
];
const far: Ratio = [
  [
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.2426609473880784386e-3,
    2.65321895265761230930e-2,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
  ],
  [
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    1.48753612908506148525e-2,
    0.1369298809227358053,
    0.59983220655588793769,
    1,
  ],
];

/**
 * Finds the number that a normal variable stays under with a given probability.
 *
 * @param probability Above 0 and below 1.
 * @returns The quantile, to about 16 digits.
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) return q * evaluate(middle, 0.180625 - q * q);
  const r = Math.sqrt(-logarithm(q < 0 ? probability : 1 - probability));
  const size = r <= 5 ? evaluate(near, r - 1.6) : evaluate(far, r - 5);
  return q < 0 ? -size : size;
}

/** The value of a rational function. */
function evaluate([above, below]: Ratio, x: number): number {
  let p = 0;
  let q = 0;
  for (const c of above) p = p * x + c;
  for (const c of below) q = q * x + c;
  return p / q;
}

/** The natural logarithm of a number up to 1; engines may differ in the last bit of `Math.log`. */
function logarithm(x: number): number {
  let halvings = 0;
  while (x < Math.SQRT1_2) {
    x *= 2;
    halvings++;
  }
  const z = (x - 1) / (x + 1);
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * z * z + 1 / power;
  return 2 * z * sum - halvings * Math.LN2;
}
