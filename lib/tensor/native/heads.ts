/**
 * Kernels that cut heads out of columns and put them back.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { splitHeads, type SplitHeadsOptions } from "../heads.ts";
import { runKernel } from "../kernel.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";
import { copyRows } from "./simd/copy_rows.ts";

type Layout = Required<SplitHeadsOptions>;

/** Where heads stand, cut out and among columns, of so many rows. */
function layout(rows: number, columns: number, { heads, headWidth, offset, stride }: Layout) {
  return {
    cut: { first: 0, block: rows * headWidth, row: headWidth },
    among: { first: offset, block: stride, row: columns },
    counts: { blocks: heads, rows, width: headWidth },
  };
}

function split({ inputs: { x }, attrs, backend }: Call<"x", Layout>): tf.TensorInfo {
  const [batch, positions, columns] = x.shape as [number, number, number];
  const { heads, headWidth } = attrs, values = backend.floats(x);
  const out = backend.allocate(heads * batch * positions * headWidth);
  const { cut, among, counts } = layout(batch * positions, columns, attrs);
  copyRows({ values, ...among }, { values: out, ...cut }, counts);
  return backend.output([heads, batch, positions, headWidth], out);
}

function spread(call: Call<"z", Layout & { columns: number }>): tf.TensorInfo {
  const { inputs: { z }, attrs, backend } = call;
  const [, batch, positions, headWidth] = z.shape as [number, number, number, number];
  const values = backend.floats(z), out = backend.allocate(batch * positions * attrs.columns);
  if (attrs.heads * headWidth < attrs.columns) out.fill(0);
  const { cut, among, counts } = layout(batch * positions, attrs.columns, attrs);
  copyRows({ values, ...cut }, { values: out, ...among }, counts);
  return backend.output([batch, positions, attrs.columns], out);
}

function merge({ inputs, backend }: Call<"z">): tf.TensorInfo {
  const [heads, , , headWidth] = inputs.z.shape as [number, number, number, number];
  const attrs = { heads, headWidth, offset: 0, stride: headWidth, columns: heads * headWidth };
  return spread({ inputs, attrs, backend });
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function headKernels(): Kernels {
  return { SplitHeads: kernel(split), SpreadHeads: kernel(spread), MergeHeads: kernel(merge) };
}

/** Registers the gradients of this file. */
export function registerHeadGradients(): void {
  tf.registerGradient({
    kernelName: "SplitHeads",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const columns = saved[0]!.shape[2]!;
      const layout = attrs as unknown as Layout;
      return { x: () => runKernel("SpreadHeads", { z: dy as tf.Tensor }, { ...layout, columns }) };
    },
  });
  tf.registerGradient({
    kernelName: "SpreadHeads",
    gradFunc: (dy, _, attrs) => {
      const layout = attrs as unknown as Layout;
      return { z: () => splitHeads(dy as tf.Tensor, layout) };
    },
  });
  tf.registerGradient({
    kernelName: "MergeHeads",
    inputsToSave: ["z"],
    gradFunc: (dy, saved) => {
      const [heads, , , headWidth] = saved[0]!.shape as [number, number, number, number];
      return { z: () => splitHeads(dy as tf.Tensor, { heads, headWidth }) };
    },
  });
}
