/**
 * Kernels that work number by number. Each operation has a loop of its own: one loop that calls a
 * function per operation is ten times slower once it has seen several.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { NativeBackend } from "./backend.ts";
import type { Values } from "./blas.ts";
import { type Call, floatKernel, type Kernels, volume } from "./kernels.ts";
import { addInArena } from "./simd/sums.ts";

/**
 * Writes `n` results from `p`, reading a from `pa` by `sa` and b from `pb` by `sb`, each 0 or 1.
 */
type Run = (
  a: Values,
  b: Values,
  out: Values,
  n: number,
  p: number,
  pa: number,
  sa: number,
  pb: number,
  sb: number,
) => void;

const runs: Record<string, Run> = {
  Add(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) { for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = x + b[pb]!; }
    else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) {
        out[p] = a[pa]! + y;
      }
    } else for (let i = 0; i < n; i++) out[p + i] = a[pa + i]! + b[pb + i]!;
  },
  Sub(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) { for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = x - b[pb]!; }
    else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) {
        out[p] = a[pa]! - y;
      }
    } else for (let i = 0; i < n; i++) out[p + i] = a[pa + i]! - b[pb + i]!;
  },
  Multiply(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) { for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = x * b[pb]!; }
    else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) {
        out[p] = a[pa]! * y;
      }
    } else for (let i = 0; i < n; i++) out[p + i] = a[pa + i]! * b[pb + i]!;
  },
  RealDiv(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) { for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = x / b[pb]!; }
    else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) {
        out[p] = a[pa]! / y;
      }
    } else for (let i = 0; i < n; i++) out[p + i] = a[pa + i]! / b[pb + i]!;
  },
  SquaredDifference(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) {
      for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = (x - b[pb]!) ** 2;
    } else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) out[p] = (a[pa]! - y) ** 2;
    } else for (let i = 0; i < n; i++) out[p + i] = (a[pa + i]! - b[pb + i]!) ** 2;
  },
  Maximum(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) {
      for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = Math.max(x, b[pb]!);
    } else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) out[p] = Math.max(a[pa]!, y);
    } else for (let i = 0; i < n; i++) out[p + i] = Math.max(a[pa + i]!, b[pb + i]!);
  },
  Minimum(a, b, out, n, p, pa, sa, pb, sb) {
    if (sa === 0) {
      for (const x = a[pa]!, end = p + n; p < end; p++, pb++) out[p] = Math.min(x, b[pb]!);
    } else if (sb === 0) {
      for (const y = b[pb]!, end = p + n; p < end; p++, pa++) out[p] = Math.min(a[pa]!, y);
    } else for (let i = 0; i < n; i++) out[p + i] = Math.min(a[pa + i]!, b[pb + i]!);
  },
};

/** So many numbers are added faster by a BLAS than by a loop, its call included. */
const MANY = 2 ** 13;
const ONE = Float32Array.of(1);

/** Adds as a product by 1 that is added to what is there: to the bit what a loop adds but for the sign of a zero, in a third of its time. */
function addByBlas(a: Values, b: Values, out: Values, { multiply }: NativeBackend): void {
  out.set(a);
  const sizes = { rows: out.length, columns: 1, inner: 1 };
  multiply({ ...sizes, a: b, transposeA: true, b: ONE, c: out, beta: 1 });
}

/** Neighbouring axes along which the same inputs are repeated. */
interface Stretch {
  size: number;
  readonly aRepeats: boolean;
  readonly bRepeats: boolean;
}

function binary(run: Run): (call: Call<"a" | "b">) => tf.TensorInfo {
  return ({ inputs: { a, b }, backend }) => {
    const left = backend.floats(a);
    const right = backend.floats(b);
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const out = backend.allocate(volume(shape));
    if (left.length === out.length && right.length === out.length) {
      if (run === runs.Add && out.length >= MANY && out instanceof Float32Array) {
        if (!addInArena(left, right, out)) addByBlas(left, right, out, backend);
      } else run(left, right, out, out.length, 0, 0, 1, 0, 1);
      return backend.output(shape, out);
    }
    const stretches = stretch(shape, a.shape, b.shape);
    const aSteps = steps(stretches, ({ aRepeats }) => aRepeats);
    const bSteps = steps(stretches, ({ bRepeats }) => bRepeats);
    const last = stretches.length - 1;
    const inner = last < 0 ? 1 : stretches[last]!.size;
    const index = new Int32Array(Math.max(last, 0));
    for (let p = 0, pa = 0, pb = 0; p < out.length; p += inner) {
      run(left, right, out, inner, p, pa, aSteps[last] ?? 0, pb, bSteps[last] ?? 0);
      for (let axis = last - 1; axis >= 0; axis--) {
        const { size } = stretches[axis]!;
        pa += aSteps[axis]!;
        pb += bSteps[axis]!;
        if (++index[axis]! < size) break;
        pa -= aSteps[axis]! * size;
        pb -= bSteps[axis]! * size;
        index[axis] = 0;
      }
    }
    return backend.output(shape, out);
  };
}

/** Joins neighbouring axes of a broadcast that repeat the same inputs. */
function stretch(shape: number[], a: number[], b: number[]): Stretch[] {
  const stretches: Stretch[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const aRepeats = (a[axis - shape.length + a.length] ?? 1) === 1;
    const bRepeats = (b[axis - shape.length + b.length] ?? 1) === 1;
    const last = stretches.at(-1);
    if (last && last.aRepeats === aRepeats && last.bRepeats === bRepeats) last.size *= size;
    else stretches.push({ size, aRepeats, bRepeats });
  });
  return stretches;
}

/** How far an input moves for each stretch. */
function steps(stretches: readonly Stretch[], repeats: (stretch: Stretch) => boolean): number[] {
  let step = 1;
  return stretches.map((stretch) => stretch).reverse().map((stretch) => {
    if (repeats(stretch)) return 0;
    const here = step;
    step *= stretch.size;
    return here;
  }).reverse();
}

const maps: Record<string, (x: Values, out: Values) => void> = {
  Abs(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]!);
  },
  Exp(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]!);
  },
  Log(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]!);
  },
  Neg(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = -x[i]!;
  },
  Reciprocal(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = 1 / x[i]!;
  },
  Relu(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.max(x[i]!, 0);
  },
  Rsqrt(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = 1 / Math.sqrt(x[i]!);
  },
  Sigmoid(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]!));
  },
  Sqrt(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]!);
  },
  Square(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = x[i]! * x[i]!;
  },
  Tanh(x, out) {
    for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]!);
  },
};

function unary(map: (x: Values, out: Values) => void): (call: Call<"x">) => tf.TensorInfo {
  return ({ inputs: { x }, backend }) => {
    const values = backend.floats(x);
    const out = backend.allocate(values.length);
    map(values, out);
    return backend.output(x.shape, out);
  };
}

function addN({ inputs, backend }: Call<string>): tf.TensorInfo {
  const [first, ...rest] = Object.values(inputs);
  const out = backend.allocate(volume(first!.shape));
  out.set(backend.floats(first!));
  for (const term of rest) {
    const values = backend.floats(term);
    runs["Add"]!(out, values, out, out.length, 0, 0, 1, 0, 1);
  }
  return backend.output(first!.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function arithmeticKernels(): Kernels {
  return Object.fromEntries([
    ...Object.entries(runs).map(([name, run]) => [name, floatKernel(name, binary(run))]),
    ...Object.entries(maps).map(([name, map]) => [name, floatKernel(name, unary(map))]),
    ["AddN", floatKernel("AddN", addN)],
  ]);
}
