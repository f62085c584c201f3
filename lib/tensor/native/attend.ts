/**
 * The kernel of causal attention in one.
 *
 * Scores live in a scratch of a few rows of queries, and no array is made but the result.
 *
 * @module
 */

import type * as tf from "../tfjs.ts";
import {
  type Attributes,
  eachHead,
  type Inputs,
  left,
  right,
  type Work,
  workOf,
} from "./attend_heads.ts";
import { PatternScratch } from "./attend_scratch.ts";
import type { Product, Values } from "./blas.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";

/** z = softmax(scale · query · keyᵗ) · value, some queries at a time. */
function attended(work: Work): Values {
  const { backend, query, key, value, past, attrs: { heads, headWidth, scale } } = work;
  const before = past?.key.positions ?? 0, own = key.positions, earlier = own - query.positions;
  const width = heads * headWidth, out = backend.allocate(query.batch * query.positions * width);
  const scratch = new PatternScratch(backend, query.positions, before + own);
  eachHead(work, (head, group, row) => {
    for (let from = 0; from < query.positions; from += scratch.rows) {
      const rows = Math.min(scratch.rows, query.positions - from);
      const pattern = scratch.take(), { stride } = scratch;
      const scores = { c: pattern, cStride: stride, rows, inner: headWidth, alpha: scale };
      const common = { ...scores, ...left(query, head, row, from), transposeB: true };
      const pastRow = past && row % past.key.batch;
      if (before > 0) {
        backend.multiply({ ...common, ...right(past!.key, group, pastRow!), columns: before });
      }
      const keys = right(key, group, row);
      backend.multiply({ ...common, ...keys, columns: own, cOffset: before });
      scratch.softmax(rows, before + earlier + from + 1);
      const place = (row * query.positions + from) * width + head * headWidth;
      const mixed: Omit<Product, "b" | "inner"> = {
        a: pattern,
        aStride: stride,
        c: out,
        cOffset: place,
        cStride: width,
        rows,
        columns: headWidth,
      };
      if (before > 0) {
        backend.multiply({ ...mixed, ...right(past!.value, group, pastRow!), inner: before });
      }
      const values = right(value, group, row), beta = before > 0 ? 1 : 0;
      backend.multiply({ ...mixed, ...values, inner: own, aOffset: before, beta });
    }
  });
  return out;
}

function run({ inputs, attrs, backend }: Call<Inputs, Attributes>): tf.TensorInfo {
  const work = workOf(inputs, attrs, backend), { batch, positions } = work.query;
  return backend.output([batch, positions, attrs.heads * attrs.headWidth], attended(work));
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function attendKernels(): Kernels {
  return {
    Attend: kernel(run),
    AttendColumns: kernel(({ inputs: { x }, ...call }: Call<"x", Attributes>) =>
      run({ ...call, inputs: { query: x, key: x, value: x } as Call<Inputs>["inputs"] })
    ),
  };
}
