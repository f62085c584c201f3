/**
 * What neurons apply, and its slopes, over vectors.
 *
 * @module
 */

import { exponential, polynomial, powerOfTwo, sigmoid } from "./exponential.ts";
import type { Vector, Writer } from "./writer.ts";

/** A function of one vector. */
export type OfOne = (w: Writer, x: Vector) => Vector;
/** A function of two vectors. */
export type OfTwo = (w: Writer, x: Vector, dy: Vector) => Vector;

const CUBE = 0.044715, TWICE = 2 * Math.sqrt(2 / Math.PI), QUICK = 1.702;
const DENSITY = 1 / Math.sqrt(2 * Math.PI);

/** What the sigmoid of `gelu_tanh` is taken of, TWICE (x + CUBE x³), or a multiple of it. */
function bent(w: Writer, x: Vector, times = 1): Vector {
  const square = w.do("multiply", x, x), twice = TWICE * times;
  const factor = w.fused("multiplyAdd", square, w.constant(CUBE * twice), w.constant(twice));
  return w.do("multiply", x, factor);
}

/** x / (1 + exp(−bent x)): what is bent carries the rounding of x³ anyway, so that a power of 2 is as good. */
function geluTanh(w: Writer, x: Vector): Vector {
  const power = powerOfTwo(w, bent(w, x, -Math.LOG2E));
  return w.do("divide", x, w.do("add", w.constant(1), power));
}

/**
 * The Chebyshev fit of `erf.ts` in powers of 2 t − 1, lowest first, here in single precision.
 */
const FIT = [
  -0.67179408416,
  0.672643220546,
  4.73433203674e-2,
  -4.6895482161e-2,
  -9.87298045933e-3,
  8.82355817779e-3,
  1.76133936477e-3,
  -2.33927772431e-3,
  -1.56134273465e-4,
  6.57953847716e-4,
  -7.11973123465e-5,
  -1.54633790403e-4,
  4.17958961228e-5,
  2.07230707152e-5,
  -8.12125499121e-6,
];

/** The probability that a normal variable is under x. */
function normalProbability(w: Writer, x: Vector): Vector {
  const z = w.do("multiply", w.of("abs", x), w.constant(Math.SQRT1_2));
  const two = w.constant(2), one = w.constant(1);
  const t = w.do("divide", two, w.do("add", two, z));
  const fit = polynomial(w, w.do("subtract", w.do("multiply", two, t), one), FIT);
  const power = exponential(w, w.do("subtract", fit, w.do("multiply", z, z)));
  const tail = w.do("multiply", w.do("multiply", t, w.constant(0.5)), power);
  return w.select(w.do("less", w.constant(0), x), w.do("subtract", one, tail), tail);
}

/** y = f(x) */
export const activations = {
  gelu: (w, x) => w.do("multiply", x, normalProbability(w, x)),
  gelu_tanh: geluTanh,
  quick_gelu: (w, x) => w.do("multiply", x, sigmoid(w, w.do("multiply", x, w.constant(QUICK)))),
  silu: (w, x) => w.do("multiply", x, sigmoid(w, x)),
  sigmoid,
} as const satisfies Record<string, OfOne>;

/** s + x s′, with s the sigmoid of something that grows by `growth` times x. */
function slopeOf(w: Writer, x: Vector, s: Vector, growth: Vector): Vector {
  const change = w.do("multiply", s, w.do("subtract", w.constant(1), s));
  const more = w.do("multiply", w.do("multiply", x, change), growth);
  // Far out the change is exactly 0, and the growth may be infinite.
  const zero = w.constant(0);
  return w.do("add", s, w.select(w.do("less", zero, change), more, zero));
}

/** dx = f′(x) dy */
export const slopes = {
  gelu: (w, x, dy) => {
    const half = w.do("multiply", w.do("multiply", x, x), w.constant(-0.5));
    const density = w.do("multiply", exponential(w, half), w.constant(DENSITY));
    const slope = w.do("add", normalProbability(w, x), w.do("multiply", x, density));
    return w.do("multiply", dy, slope);
  },
  gelu_tanh: (w, x, dy) => {
    const square = w.do("multiply", x, x);
    const growth = w.do(
      "add",
      w.constant(TWICE),
      w.do("multiply", square, w.constant(3 * CUBE * TWICE)),
    );
    return w.do("multiply", dy, slopeOf(w, x, sigmoid(w, bent(w, x)), growth));
  },
  quick_gelu: (w, x, dy) => {
    const quick = w.constant(QUICK);
    return w.do("multiply", dy, slopeOf(w, x, sigmoid(w, w.do("multiply", x, quick)), quick));
  },
  silu: (w, x, dy) => w.do("multiply", dy, slopeOf(w, x, sigmoid(w, x), w.constant(1))),
  sigmoid: (w, x, dy) => {
    const s = sigmoid(w, x);
    return w.do("multiply", dy, w.do("multiply", s, w.do("subtract", w.constant(1), s)));
  },
} as const satisfies Record<keyof typeof activations, OfTwo>;
