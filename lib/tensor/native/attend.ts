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
  type HeadRow,
  headRows,
  type Heads,
  type Inputs,
  type Work,
  workOf,
} from "./attend_heads.ts";
import { PatternScratch } from "./attend_scratch.ts";
import type { Values } from "./blas.ts";
import { type Call, kernel, type Kernels } from "./kernels.ts";

/** z = softmax(scale · query · keyᵗ) · value, of some heads and some queries at a time. */
function attended(work: Work): Values {
  const { backend, query, key, past, attrs: { heads, headWidth } } = work;
  const before = past?.key.positions ?? 0, own = key.positions;
  const out = backend.allocate(query.batch * query.positions * heads * headWidth);
  const all = headRows(work), sizes = { queries: query.positions, keys: before + own };
  const scratch = new PatternScratch(backend, { ...sizes, heads: all.length });
  for (let first = 0; first < all.length; first += scratch.heads) {
    const some = all.slice(first, first + scratch.heads);
    for (let from = 0; from < query.positions; from += scratch.rows) {
      attendSome(work, some, { from, scratch, out });
    }
  }
  return out;
}

interface Stretch {
  /** The first query. */
  readonly from: number;
  readonly scratch: PatternScratch;
  readonly out: Values;
}

/** Some queries of some heads: the pattern of each stands in the scratch after that of the one before. */
function attendSome(work: Work, some: readonly HeadRow[], { from, scratch, out }: Stretch): void {
  const { backend, query, key, value, past, attrs: { heads, headWidth, scale } } = work;
  const before = past?.key.positions ?? 0, own = key.positions, earlier = own - query.positions;
  const rows = Math.min(scratch.rows, query.positions - from), width = heads * headWidth;
  const pattern = scratch.take(), { stride, size } = scratch;
  // Later keys than the last of these queries are seen by none of them.
  const near = earlier + from + rows;
  /** Where the products of keys, or of values, begin. */
  const places = (right: Heads, start: number, ofPast: boolean, mixes: boolean) =>
    some.map(({ head, group, row }, i) => {
      const a = query.at(head, row) + from * query.stride,
        b = right.at(group, ofPast ? row % right.batch : row);
      const z = (row * query.positions + from) * width + head * headWidth;
      return mixes ? { a: i * size + start, b, c: z } : { a, b, c: i * size + start };
    });
  const scores = { a: query.values, aStride: query.stride, c: pattern, cStride: stride, rows };
  const asked = { ...scores, inner: headWidth, alpha: scale, transposeB: true };
  const ask = (keys: Heads, columns: number, start: number, ofPast: boolean) =>
    backend.multiplyBatch(
      { ...asked, b: keys.values, bStride: keys.stride, columns },
      places(keys, start, ofPast, false),
    );
  if (past) ask(past.key, before, 0, true);
  ask(key, near, before, false);
  some.forEach((_, i) => scratch.softmax(rows, before + earlier + from + 1, i));
  const mixed = { a: pattern, aStride: stride, c: out, cStride: width, rows, columns: headWidth };
  const mix = (values: Heads, inner: number, start: number, ofPast: boolean) =>
    backend.multiplyBatch(
      { ...mixed, b: values.values, bStride: values.stride, inner, beta: start > 0 ? 1 : 0 },
      places(values, start, ofPast, true),
    );
  if (past) mix(past.value, before, 0, true);
  mix(value, near, before, false);
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
