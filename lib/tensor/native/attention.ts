/**
 * Kernels of attention. Three products, each the gradient of the others, and a mask.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import { attentionMix } from "../attention.ts";
import { mul } from "../doubles.ts";
import { runKernel } from "../kernel.ts";
import { queriesTogether } from "./attend_scratch.ts";
import type { Values } from "./blas.ts";
import { type Call, kernel, type Kernels, volume } from "./kernels.ts";

interface Scores {
  readonly scale: number;
  readonly causal: boolean;
}

/** scores[h] = scale · query[h] · key[group of h]ᵗ */
function scores(call: Call<"query" | "key", Scores>): tf.TensorInfo {
  const { inputs: { query, key }, attrs: { scale, causal }, backend } = call;
  const [heads, batch, queries, width] = query.shape as [number, number, number, number];
  const [groups, , keys] = key.shape as [number, number, number];
  const c = backend.allocate(heads * batch * queries * keys);
  const product = {
    a: backend.floats(query),
    b: backend.floats(key),
    c,
    cStride: keys,
    inner: width,
    transposeB: true,
    alpha: scale,
  };
  for (const { from, rows, near } of stretches(queries, keys)) {
    const places = Array.from({ length: heads * batch }, (_, i) => ({
      a: (i * queries + from) * width,
      b: shared(i, heads / groups, batch) * keys * width,
      c: (i * queries + from) * keys,
    }));
    backend.multiplyBatch({ ...product, rows, columns: causal ? near : keys }, places);
  }
  if (causal) hideLater(c, queries, keys, -Infinity);
  return backend.output([heads, batch, queries, keys], c);
}

/** z[h] = pattern[h] · value[group of h] */
function mix({ inputs: { pattern, value }, backend }: Call<"pattern" | "value">): tf.TensorInfo {
  const [heads, batch, queries, keys] = pattern.shape as [number, number, number, number];
  const [groups, , , width] = value.shape as [number, number, number, number];
  const c = backend.allocate(heads * batch * queries * width);
  const product = { a: backend.floats(pattern), b: backend.floats(value), c, columns: width };
  for (const { from, rows, near } of stretches(queries, keys)) {
    const places = Array.from({ length: heads * batch }, (_, i) => ({
      a: (i * queries + from) * keys,
      b: shared(i, heads / groups, batch) * keys * width,
      c: (i * queries + from) * width,
    }));
    // An edit may have put weight on later keys.
    const later = places.some(({ a }) => hasLater(product.a, { start: a, rows, keys, near }));
    backend.multiplyBatch({ ...product, aStride: keys, rows, inner: later ? keys : near }, places);
  }
  return backend.output([heads, batch, queries, width], c);
}

/** Some queries, and how many keys the last of them sees. */
interface Stretch {
  readonly from: number;
  readonly rows: number;
  readonly near: number;
}

/** Queries, as many together as attention in one takes, so that a look changes no bit. */
function* stretches(queries: number, keys: number): Generator<Stretch> {
  const most = queriesTogether(queries, keys);
  for (let from = 0; from < queries; from += most) {
    const rows = Math.min(most, queries - from);
    yield { from, rows, near: Math.max(0, keys - queries + from + rows) };
  }
}

/** Whether rows of a pattern have weight on later keys than causal ones have. */
function hasLater(
  pattern: Values,
  { start, rows, keys, near }: {
    readonly start: number;
    readonly rows: number;
    readonly keys: number;
    readonly near: number;
  },
): boolean {
  for (let row = 0, p = start; row < rows; row++, p += keys) {
    for (let key = near; key < keys; key++) if (pattern[p + key] !== 0) return true;
  }
  return false;
}

/** y[g] = sum over the heads of group g of pattern[h]ᵗ · z[h] */
function collect(call: Call<"pattern" | "z", { groups: number }>): tf.TensorInfo {
  const { inputs: { pattern, z }, attrs: { groups }, backend } = call;
  const [heads, batch, queries, keys] = pattern.shape as [number, number, number, number];
  const width = z.shape[3]!;
  const c = backend.allocate(groups * batch * keys * width).fill(0);
  const a = backend.floats(pattern);
  const b = backend.floats(z);
  for (let i = 0; i < heads * batch; i++) {
    backend.multiply({
      a,
      b,
      c,
      rows: keys,
      columns: width,
      inner: queries,
      transposeA: true,
      beta: 1,
      aOffset: i * queries * keys,
      bOffset: i * queries * width,
      cOffset: shared(i, heads / groups, batch) * keys * width,
    });
  }
  return backend.output([groups, batch, keys, width], c);
}

function mask({ inputs, attrs, backend }: Call<"scores", { value: number }>): tf.TensorInfo {
  const out = backend.allocate(volume(inputs.scores.shape));
  out.set(backend.floats(inputs.scores));
  const [queries, keys] = inputs.scores.shape.slice(-2) as [number, number];
  hideLater(out, queries, keys, attrs.value);
  return backend.output(inputs.scores.shape, out);
}

/** The place, among groups and batches, of what head and batch number `i` reads. */
function shared(i: number, headsOfGroup: number, batch: number): number {
  const head = Math.floor(i / batch);
  return Math.floor(head / headsOfGroup) * batch + i % batch;
}

/** Writes a value wherever a key is later than its query. */
function hideLater(x: Values, queries: number, keys: number, value: number): void {
  for (let p = 0, query = 0; p < x.length; p += keys, query = (query + 1) % queries) {
    const seen = Math.max(keys - queries + query + 1, 0);
    if (seen < keys) x.fill(value, p + seen, p + keys);
  }
}

/**
 * Lists the kernels of this file.
 *
 * @returns The kernels by name.
 */
export function attentionKernels(): Kernels {
  return {
    AttentionScores: kernel(scores),
    AttentionMix: kernel(mix),
    AttentionCollect: kernel(collect),
    MaskCausal: kernel(mask),
  };
}

/** Registers the gradients of this file. */
export function registerAttentionGradients(): void {
  const collected = (pattern: tf.Tensor, z: tf.Tensor, groups: number) =>
    runKernel("AttentionCollect", { pattern, z }, { groups });
  const products = (query: tf.Tensor, key: tf.Tensor) =>
    runKernel("AttentionScores", { query, key }, { scale: 1, causal: false });
  const hidden = (scores: tf.Tensor) => runKernel("MaskCausal", { scores }, { value: 0 });
  tf.registerGradient({
    kernelName: "AttentionScores",
    inputsToSave: ["query", "key"],
    gradFunc: (dy, saved, attrs) => {
      const [query, key] = saved as [tf.Tensor, tf.Tensor];
      const { scale, causal } = attrs as unknown as Scores;
      // tfjs would round the scale to single precision.
      const g = mul(causal ? hidden(dy as tf.Tensor) : dy as tf.Tensor, scale);
      return {
        query: () => attentionMix(g, key),
        key: () => collected(g, query, key.shape[0]!),
      };
    },
  });
  tf.registerGradient({
    kernelName: "AttentionMix",
    inputsToSave: ["pattern", "value"],
    gradFunc: (dy, saved) => {
      const [pattern, value] = saved as [tf.Tensor, tf.Tensor];
      return {
        pattern: () => products(dy as tf.Tensor, value),
        value: () => collected(pattern, dy as tf.Tensor, value.shape[0]!),
      };
    },
  });
  tf.registerGradient({
    kernelName: "AttentionCollect",
    inputsToSave: ["pattern", "z"],
    gradFunc: (dy, saved) => {
      const [pattern, z] = saved as [tf.Tensor, tf.Tensor];
      return {
        pattern: () => products(z, dy as tf.Tensor),
        z: () => attentionMix(pattern, dy as tf.Tensor),
      };
    },
  });
  tf.registerGradient({
    kernelName: "MaskCausal",
    gradFunc: (dy) => ({ scores: () => hidden(dy as tf.Tensor) }),
  });
}
