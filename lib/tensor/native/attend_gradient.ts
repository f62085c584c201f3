/**
 * The gradient of causal attention in one: the pattern is made again, as it was not kept.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { composeAttend } from "../attend.ts";
import {
  type Attributes,
  headRows,
  type Heads,
  left,
  type Part,
  right,
  type Work,
  workOf,
} from "./attend_heads.ts";
import { registerComposedGradient } from "./composed_gradient.ts";
import { PatternScratch } from "./attend_scratch.ts";
import type { Values } from "./blas.ts";
import { type Call, kernel, type Kernels, volume } from "./kernels.ts";

/** A place for gradients of heads, laid out as the heads are. */
function like(heads: Heads, values: Values): Heads {
  return { ...heads, values };
}

/** Adds the gradients of queries, keys and values to what stands in their places. */
function passBack(work: Work, dz: Values, to: Readonly<Record<Part, Heads>>): void {
  const { backend, query, key, value, attrs: { heads, headWidth, scale } } = work;
  const rows = query.positions,
    keys = key.positions,
    earlier = keys - rows,
    width = heads * headWidth;
  const scratch = new PatternScratch(backend, { queries: rows, keys, rows }), { stride } = scratch;
  const change = backend.allocate(rows * stride);
  for (const { head, group, row } of headRows(work)) {
    const pattern = scratch.take();
    const scores = { c: pattern, cStride: stride, rows, columns: keys, alpha: scale };
    backend.multiply({
      ...scores,
      ...left(query, head, row),
      ...right(key, group, row),
      inner: headWidth,
      transposeB: true,
    });
    scratch.softmax(rows, earlier + 1);
    const dzPlace = row * rows * width + head * headWidth;
    const above = { a: dz, aOffset: dzPlace, aStride: width };
    // dP = dz · valueᵗ, and dvalue += Pᵗ · dz
    backend.multiply({
      ...above,
      ...right(value, group, row),
      c: change,
      cStride: stride,
      rows,
      columns: keys,
      inner: headWidth,
      transposeB: true,
    });
    const gathered = { columns: headWidth, beta: 1 };
    backend.multiply({
      ...gathered,
      a: pattern,
      aStride: stride,
      transposeA: true,
      b: dz,
      bOffset: dzPlace,
      bStride: width,
      c: to.value.values,
      cOffset: to.value.at(group, row),
      cStride: to.value.stride,
      rows: keys,
      inner: rows,
    });
    softmaxBack(pattern, change, { rows, stride, seen: earlier + 1 });
    // dquery += scale · dS · key, and dkey += scale · dSᵗ · query
    const slope = { ...gathered, a: change, aStride: stride, alpha: scale };
    backend.multiply({
      ...slope,
      ...right(key, group, row),
      c: to.query.values,
      cOffset: to.query.at(head, row),
      cStride: to.query.stride,
      rows,
      inner: keys,
    });
    backend.multiply({
      ...slope,
      transposeA: true,
      ...right(query, head, row),
      c: to.key.values,
      cOffset: to.key.at(group, row),
      cStride: to.key.stride,
      rows: keys,
      inner: rows,
    });
  }
  backend.recycle(change);
}

/** Turns gradients of probabilities into those of scores, row by row; nothing flows to what a row does not see. */
function softmaxBack(
  pattern: Values,
  change: Values,
  { rows, stride, seen }: { rows: number; stride: number; seen: number },
): void {
  for (let row = 0, start = 0; row < rows; row++, start += stride) {
    const end = start + seen + row, last = start + stride;
    let dot = 0;
    for (let p = start; p < end; p++) dot += pattern[p]! * change[p]!;
    for (let p = start; p < end; p++) change[p] = pattern[p]! * (change[p]! - dot);
    for (let p = end; p < last; p++) change[p] = 0;
  }
}

function gradient({ inputs, attrs, backend }: Call<Part | "dy", Attributes>): tf.TensorInfo[] {
  const work = workOf(inputs, attrs, backend);
  const place = (heads: Heads) => like(heads, backend.allocate(heads.values.length).fill(0));
  const to = { query: place(work.query), key: place(work.key), value: place(work.value) };
  passBack(work, backend.floats(inputs.dy), to);
  return (["query", "key", "value"] as const).map((part) =>
    backend.output(inputs[part].shape, to[part].values)
  );
}

function columnsGradient({ inputs: { x, dy }, attrs, backend }: Call<"x" | "dy", Attributes>) {
  const work = workOf({ query: x, key: x, value: x }, attrs, backend);
  const values = backend.allocate(volume(x.shape)).fill(0);
  const to = { query: like(work.query, values), key: like(work.key, values) };
  passBack(work, backend.floats(dy), { ...to, value: like(work.value, values) });
  return backend.output(x.shape, values);
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function attendGradientKernels(): Kernels {
  return {
    AttendGradient: kernel(gradient),
    AttendColumnsGradient: kernel(columnsGradient),
  };
}

/** Registers the gradients of this file. */
export function registerAttendGradients(): void {
  const parts = ["query", "key", "value"] as const;
  const composed = (attrs: tf.NamedAttrMap) => (...tensors: tf.Tensor[]) => {
    const own = attrs as unknown as Attributes;
    const [query, key, value] = parts.map((part, i) => ({
      of: tensors[i]!,
      offset: own[`${part}Offset`],
      stride: own[`${part}Stride`],
    }));
    return composeAttend({ query: query!, key: key!, value: value! }, own);
  };
  tf.registerGradient({
    kernelName: "Attend",
    inputsToSave: [...parts],
    gradFunc: (dy, saved, attrs) => {
      const tensors = saved as tf.Tensor[];
      let made: tf.TypedArray[] | undefined;
      // Each gradient is asked for alone, where the tensors of the others would be freed: their numbers wait here.
      const numbers = () =>
        made ??= tf.tidy(() =>
          (tf.engine().runKernel(
            "AttendGradient",
            { query: tensors[0]!, key: tensors[1]!, value: tensors[2]!, dy: dy as tf.Tensor },
            attrs,
          ) as tf.Tensor[]).map((gradient) => gradient.dataSync())
        );
      const place = (i: number) => () =>
        isRecording()
          ? tf.grads(composed(attrs))(tensors, dy as tf.Tensor)[i]!
          : tf.engine().makeTensor(numbers()[i]!, tensors[i]!.shape, "float32") as tf.Tensor;
      return Object.fromEntries(parts.map((part, i) => [part, place(i)]));
    },
  });
  tf.registerGradient({
    kernelName: "AttendColumns",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({
      x: () =>
        tf.engine().runKernel("AttendColumnsGradient", { x: x!, dy: dy as tf.Tensor }, attrs),
    }),
  });
  registerComposedGradient(
    "AttendColumnsGradient",
    ["x"],
    (attrs) => (x) => composed(attrs)(x!, x!, x!),
  );
}

/** Whether a gradient is taken of this gradient: then it must be made of operations that have one. */
function isRecording(): boolean {
  return tf.engine().state.gradientDepth > 0;
}
