/**
 * Kernels of LayerNorm and RMSNorm, whole and in parts. The whole rounds where the parts do, so
 * that both give the same bits.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { affine, layerNormScale, normalize, rmsNormScale } from "../norm.ts";
import type { Values } from "./blas.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";
import { registerComposedGradient } from "./composed_gradient.ts";
import { affineRows, isVectorRows, normRows, scaleRows } from "./simd/norm_rows.ts";

type Singles = Float32Array<ArrayBuffer>;

interface Centre {
  readonly centre: boolean;
}
interface Epsilon extends Centre {
  readonly epsilon: number;
}

/** The mean of a row. Four sums at a time, as each waits for its last addition. */
function mean(x: Values, start: number, width: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = start + width;
  let p = start;
  for (; p + 3 < end; p += 4) {
    a += x[p]!;
    b += x[p + 1]!;
    c += x[p + 2]!;
    d += x[p + 3]!;
  }
  for (; p < end; p++) a += x[p]!;
  return (a + b + (c + d)) / width;
}

/** What a row is divided by. */
function scaleOf(x: Values, start: number, width: number, middle: number, epsilon: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = start + width;
  let p = start;
  for (; p + 3 < end; p += 4) {
    const s = x[p]! - middle;
    const t = x[p + 1]! - middle;
    const u = x[p + 2]! - middle;
    const v = x[p + 3]! - middle;
    a += s * s;
    b += t * t;
    c += u * u;
    d += v * v;
  }
  for (; p < end; p++) a += (x[p]! - middle) ** 2;
  return Math.sqrt((a + b + (c + d)) / width + epsilon);
}

function scale({ inputs: { x }, attrs, backend }: Call<"x", Epsilon>): tf.TensorInfo {
  const values = backend.floats(x);
  const width = x.shape.at(-1)!;
  const out = backend.allocate(values.length / width);
  if (isVectorRows(values, width)) {
    scaleRows(values, out as Singles, { width, ...attrs });
    return backend.output([...x.shape.slice(0, -1), 1], out);
  }
  for (let row = 0, p = 0; row < out.length; row++, p += width) {
    const middle = attrs.centre ? mean(values, p, width) : 0;
    out[row] = scaleOf(values, p, width, middle, attrs.epsilon);
  }
  return backend.output([...x.shape.slice(0, -1), 1], out);
}

function divide(call: Call<"x" | "scale", Centre>): tf.TensorInfo {
  const { inputs, attrs, backend } = call;
  const values = backend.floats(inputs.x);
  const scales = backend.floats(inputs.scale);
  const width = inputs.x.shape.at(-1)!;
  const out = backend.allocate(values.length);
  if (isVectorRows(values, width)) {
    const { centre } = attrs;
    normRows(values, out as Singles, { width, centre, scales: scales as Singles });
    return backend.output(inputs.x.shape, out);
  }
  for (let row = 0, p = 0; p < out.length; row++) {
    const middle = attrs.centre ? mean(values, p, width) : 0;
    const inverse = 1 / scales[row]!;
    for (const end = p + width; p < end; p++) out[p] = (values[p]! - middle) * inverse;
  }
  return backend.output(inputs.x.shape, out);
}

function stretch(call: Call<"x" | "gain" | "bias">): tf.TensorInfo {
  const { inputs, backend } = call;
  const values = backend.floats(inputs.x);
  const gain = backend.floats(inputs.gain);
  const bias = inputs.bias ? backend.floats(inputs.bias) : null;
  const width = gain.length;
  const out = backend.allocate(values.length);
  if (isVectorRows(values, width)) {
    const own = { width, centre: false, gain: gain as Singles, bias: bias as Singles | null };
    affineRows(values, out as Singles, own);
    return backend.output(inputs.x.shape, out);
  }
  for (let p = 0; p < out.length; p += width) {
    if (bias) { for (let j = 0; j < width; j++) out[p + j] = values[p + j]! * gain[j]! + bias[j]!; }
    else for (let j = 0; j < width; j++) out[p + j] = values[p + j]! * gain[j]!;
  }
  return backend.output(inputs.x.shape, out);
}

function norm(call: Call<"x" | "gain" | "bias", Epsilon>): tf.TensorInfo {
  const { inputs, attrs: { centre, epsilon }, backend } = call;
  const x = backend.floats(inputs.x);
  const gain = backend.floats(inputs.gain);
  const bias = inputs.bias ? backend.floats(inputs.bias) : null;
  const width = gain.length;
  const out = backend.allocate(x.length);
  if (isVectorRows(x, width)) {
    const own = { width, centre, epsilon, gain: gain as Singles, bias: bias as Singles | null };
    normRows(x, out as Singles, own);
    return backend.output(inputs.x.shape, out);
  }
  const stored = backend.allocate(1);
  for (let p = 0; p < out.length; p += width) {
    const middle = centre ? mean(x, p, width) : 0;
    stored[0] = scaleOf(x, p, width, middle, epsilon);
    const inverse = 1 / stored[0]!;
    if (bias) {
      for (let j = 0; j < width; j++) {
        out[p + j] = Math.fround((x[p + j]! - middle) * inverse) * gain[j]! + bias[j]!;
      }
    } else {
      for (let j = 0; j < width; j++) {
        out[p + j] = Math.fround((x[p + j]! - middle) * inverse) * gain[j]!;
      }
    }
  }
  return backend.output(inputs.x.shape, out);
}

/** What rows are divided by, what comes of that, and what of gain and bias: the bits of each step alone, measured once. */
function parts(call: Call<"x" | "gain" | "bias", Epsilon>): tf.TensorInfo[] {
  const { inputs: { x, ...weights }, attrs, backend } = call, width = x.shape.at(-1)!;
  const values = backend.floats(x);
  const divided = (): tf.TensorInfo[] => {
    if (!isVectorRows(values, width)) {
      const measured = scale({ inputs: { x }, attrs, backend });
      return [measured, divide({ inputs: { x, scale: measured }, attrs, backend })];
    }
    const measured = backend.allocate(values.length / width) as Singles;
    const out = backend.allocate(values.length) as Singles;
    normRows(values, out, { width, ...attrs, measured });
    const scaleShape = [...x.shape.slice(0, -1), 1];
    return [backend.output(scaleShape, measured), backend.output(x.shape, out)];
  };
  const [measured, normalized] = divided() as [tf.TensorInfo, tf.TensorInfo];
  const output = stretch({ inputs: { x: normalized, ...weights }, attrs: {}, backend });
  return [measured, normalized, output];
}

/** The gradient of a norm at its input. */
function gradient(call: Call<"x" | "gain" | "dy", Epsilon>): tf.TensorInfo {
  const { inputs, attrs: { centre, epsilon }, backend } = call;
  const x = backend.floats(inputs.x);
  const gain = backend.floats(inputs.gain);
  const dy = backend.floats(inputs.dy);
  const width = gain.length;
  const out = backend.allocate(x.length);
  const stored = backend.allocate(1);
  for (let p = 0; p < out.length; p += width) {
    const middle = centre ? mean(x, p, width) : 0;
    stored[0] = scaleOf(x, p, width, middle, epsilon);
    const inverse = 1 / stored[0]!;
    let sum = 0;
    let dot = 0;
    for (let j = 0; j < width; j++) {
      const g = dy[p + j]! * gain[j]!;
      sum += g;
      dot += g * (x[p + j]! - middle);
    }
    const shift = centre ? sum / width : 0;
    const slope = dot * inverse * inverse / width;
    for (let j = 0; j < width; j++) {
      out[p + j] = inverse * (dy[p + j]! * gain[j]! - shift - (x[p + j]! - middle) * slope);
    }
  }
  return backend.output(inputs.x.shape, out);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function normKernels(): Kernels {
  return {
    NormScale: kernel(scale),
    Normalize: kernel(divide),
    Affine: kernel(stretch),
    Norm: kernel(norm),
    NormParts: kernel(parts),
    NormGradient: kernel(gradient),
  };
}

/** Registers the gradients of this file. */
export function registerNormGradients(): void {
  const rows = (t: tf.Tensor) => t.reshape([-1, t.shape.at(-1)!]);
  const measure = (x: tf.Tensor, { centre, epsilon }: Epsilon) =>
    centre ? layerNormScale(x, epsilon) : rmsNormScale(x, epsilon);
  tf.registerGradient({
    kernelName: "NormScale",
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, scale] = saved as [tf.Tensor, tf.Tensor];
      const options = attrs as unknown as Epsilon;
      return { x: () => normalize(x, scale, options).mul((dy as tf.Tensor).div(x.shape.at(-1)!)) };
    },
  });
  tf.registerGradient({
    kernelName: "Normalize",
    inputsToSave: ["scale"],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [scale, normalized] = saved as [tf.Tensor, tf.Tensor];
      const { centre } = attrs as unknown as Centre;
      const g = (dy as tf.Tensor).div(scale);
      return {
        x: () => centre ? g.sub(g.mean(-1, true)) : g,
        scale: () => g.mul(normalized).sum(-1, true).neg(),
      };
    },
  });
  tf.registerGradient({
    kernelName: "Affine",
    inputsToSave: ["x", "gain"],
    gradFunc: (dy, saved) => {
      const [x, gain] = saved as [tf.Tensor, tf.Tensor1D];
      const g = dy as tf.Tensor;
      return {
        x: () => affine(g, gain, null),
        gain: () => rows(g.mul(x)).sum(0),
        bias: () => rows(g).sum(0),
      };
    },
  });
  tf.registerGradient({
    kernelName: "Norm",
    inputsToSave: ["x", "gain"],
    gradFunc: (dy, saved, attrs) => {
      const [x, gain] = saved as [tf.Tensor, tf.Tensor1D];
      const g = dy as tf.Tensor;
      const options = attrs as unknown as Epsilon;
      const engine = tf.engine();
      return {
        x: () => engine.runKernel("NormGradient", { x, gain, dy: g }, attrs) as tf.Tensor,
        gain: () => rows(normalize(x, measure(x, options), options).mul(g)).sum(0),
        bias: () => rows(g).sum(0),
      };
    },
  });
  registerComposedGradient("NormGradient", ["x", "gain"], (attrs) => (x, gain) => {
    const options = attrs as unknown as Epsilon;
    return affine(normalize(x!, measure(x!, options), options), gain as tf.Tensor1D, null);
  });
}
