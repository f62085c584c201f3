/**
 * Kernels that work number by number and that the native backend leaves to tfjs.
 *
 * @module
 */

import type { ActivationName } from "../activate.ts";
import { activateKernels } from "../native/activate.ts";
import { type Call, floatKernel, kernel, type Kernels, volume } from "../native/kernels.ts";
import type { Values } from "../native/blas.ts";
import { readView, rowStrides } from "../native/strided.ts";
import * as tf from "../tfjs.ts";
import { erf, normalProbability } from "./erf.ts";

type Numbers = Readonly<Record<string, number>>;

const maps: Record<string, (x: number, attrs: Numbers) => number> = {
  Acos: Math.acos,
  Acosh: Math.acosh,
  Asin: Math.asin,
  Asinh: Math.asinh,
  Atan: Math.atan,
  Atanh: Math.atanh,
  Ceil: Math.ceil,
  ClipByValue: (x, { clipValueMin, clipValueMax }) =>
    Math.max(clipValueMin!, Math.min(clipValueMax!, x)),
  Cos: Math.cos,
  Cosh: Math.cosh,
  Erf: erf,
  Expm1: Math.expm1,
  Floor: Math.floor,
  LeakyRelu: (x, { alpha }) => x > 0 ? x : alpha! * x,
  Log1p: Math.log1p,
  Round: (x) => x - Math.round(x) === -0.5 ? 2 * Math.round(x / 2) : Math.round(x),
  Sign: Math.sign,
  Sin: Math.sin,
  Sinh: Math.sinh,
  Softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Step: (x, { alpha }) => x > 0 ? 1 : Number.isNaN(x) ? NaN : alpha!,
  Tan: Math.tan,
};

const tests: Record<string, (x: number) => boolean> = {
  IsFinite: Number.isFinite,
  IsInf: (x) => Math.abs(x) === Infinity,
  IsNan: Number.isNaN,
};

const joins: Record<string, (x: number, y: number) => number> = {
  Atan2: Math.atan2,
  Mod: (x, y) => x % y * y < 0 ? x % y + y : x % y,
  Pow: (x, y) => x ** y,
};

const comparisons: Record<string, (x: number, y: number) => boolean> = {
  Equal: (x, y) => x === y,
  Greater: (x, y) => x > y,
  GreaterEqual: (x, y) => x >= y,
  Less: (x, y) => x < y,
  LessEqual: (x, y) => x <= y,
  NotEqual: (x, y) => x !== y,
};

const density = 1 / Math.sqrt(2 * Math.PI);

/** The native backend has GELU to 4e-10. */
function gelu(): Kernels {
  const { Activate, ActivateGradient } = activateKernels() as Required<Kernels>;
  type Named = { readonly name: ActivationName };
  const exact = kernel(({ inputs: { x }, backend }: Call<"x">) => {
    const values = backend.floats(x);
    return backend.output(x.shape, values.map((v) => v * normalProbability(v)) as Values);
  });
  const slope = kernel(({ inputs: { x, dy }, backend }: Call<"x" | "dy">) => {
    const values = backend.floats(x);
    const slopes = backend.floats(dy).slice();
    values.forEach((v, i) =>
      slopes[i]! *= normalProbability(v) + v * density * Math.exp(-0.5 * v * v)
    );
    return backend.output(x.shape, slopes);
  });
  const named = (call: Parameters<tf.KernelFunc>[0]) => (call.attrs as unknown as Named).name;
  return {
    Activate: (call) => named(call) === "gelu" ? exact(call) : Activate!(call),
    ActivateGradient: (call) => named(call) === "gelu" ? slope(call) : ActivateGradient!(call),
  };
}

/** Both operands in the shape that they broadcast to. */
function broadcast({ inputs: { a, b }, backend }: Call<"a" | "b">): {
  shape: number[];
  left: Values;
  right: Values;
} {
  const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const [left, right] = [a, b].map((operand) => {
    const own = rowStrides(operand.shape);
    const missing = shape.length - own.length;
    const strides = shape.map((_, axis) =>
      axis < missing || operand.shape[axis - missing] === 1 ? 0 : own[axis - missing]!
    );
    const out = backend.allocate(volume(shape));
    readView(backend.floats(operand), { shape, strides, offset: 0 }, out);
    return out;
  }) as [Values, Values];
  return { shape, left, right };
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function pointwiseKernels(): Kernels {
  const mapped = Object.entries(maps).map(([name, map]) =>
    [
      name,
      floatKernel(name, ({ inputs: { x }, attrs, backend }: Call<"x", Numbers>) => {
        const out = backend.allocate(volume(x.shape));
        backend.floats(x).forEach((value, i) => out[i] = map(value, attrs));
        return backend.output(x.shape, out);
      }),
    ] as const
  );
  const tested = Object.entries(tests).map(([name, test]) =>
    [
      name,
      floatKernel(name, ({ inputs: { x }, backend }: Call<"x">) => {
        const flags = Uint8Array.from(backend.floats(x), (value) => Number(test(value)));
        return backend.makeTensorInfo(x.shape, "bool", flags);
      }),
    ] as const
  );
  const joined = Object.entries(joins).map(([name, join]) =>
    [
      name,
      floatKernel(name, (call: Call<"a" | "b">) => {
        const { shape, left, right } = broadcast(call);
        left.forEach((x, i) => left[i] = join(x, right[i]!));
        return call.backend.output(shape, left);
      }),
    ] as const
  );
  const compared = Object.entries(comparisons).map(([name, compare]) =>
    [
      name,
      floatKernel(name, (call: Call<"a" | "b">) => {
        const { shape, left, right } = broadcast(call);
        const flags = Uint8Array.from(left, (x, i) => Number(compare(x, right[i]!)));
        return call.backend.makeTensorInfo(shape, "bool", flags);
      }),
    ] as const
  );
  return { ...Object.fromEntries([...mapped, ...tested, ...joined, ...compared]), ...gelu() };
}
