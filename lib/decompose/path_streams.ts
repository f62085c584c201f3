/**
 * The streams of all paths, layer by layer.
 *
 * @module
 */

import type { Architecture } from "../model/mod.ts";
import { matMul, readNumbers, tf } from "../tensor/mod.ts";
import { cut, type FrozenNorm, type FrozenRun, linearNorm } from "./frozen_run.ts";
import type { HeadPlace } from "./head_place.ts";
import { readOnce } from "./read_once.ts";
import { logitBiasOf, unembeddingOf } from "./token_products.ts";

/** A path through the model. */
export interface Path {
  /** Where it begins; `logits` is what is added at the very end: the last norm's bias and b_U. */
  readonly from: "embeddings" | "feed-forward" | "biases" | "logits";
  /** The layer that it begins in; null for embeddings and logits. */
  readonly layer: number | null;
  /** The heads that it goes through, the first one first. */
  readonly through: readonly HeadPlace[];
}

/** What paths are asked for. */
export interface PathValuesOptions {
  /** The ids of the tokens. */
  readonly ids: readonly number[];
  /** The position, counted from 0. */
  readonly position: number;
  /** The most heads of a path. */
  readonly heads: number;
  /** Whether paths begin at feed-forward networks. */
  readonly feedForward: "opaque" | "left out";
}

/** The most paths that there can be: fewer where biases or feed-forward networks write nothing at all. */
export function pathCount(
  { layers, heads }: Pick<Architecture, "layers" | "heads">,
  most: number,
  feedForward: "opaque" | "left out",
): number {
  // How many paths so far go through so many heads.
  let counts: number[] = Array.from({ length: most + 1 }, (_, i) => i === 0 ? 1 : 0);
  for (let layer = 0; layer < layers; layer++) {
    counts = counts.map((count, i) => count + heads * (counts[i - 1] ?? 0));
    counts[0]! += feedForward === "opaque" ? 2 : 1;
  }
  return counts.reduce((sum, count) => sum + count, 0) + 1;
}

/** Streams of some paths. */
interface Streams {
  /** The paths. */
  readonly paths: readonly Path[];
  /** Their streams, `[path, position, width]`. */
  readonly values: tf.Tensor3D;
}

/** Follows all paths to the logits. */
export function* pathValues(
  frozen: FrozenRun,
  options: PathValuesOptions,
): Generator<void, { paths: Path[]; values: number[][]; logits: number[] }> {
  const { layers } = frozen.model.architecture, { ids, position } = options;
  const length = frozen.prompt.ids.length;
  let streams = begun(frozen);
  try {
    for (let layer = 0; layer < layers; layer++, yield) {
      // Behind the last layer nothing looks at other positions.
      const kept = layer === layers - 1 ? [position, 1] as const : [0, length] as const;
      const before: Streams = streams;
      streams = tidied(() => afterBlock(frozen, layer, before, { ...options, kept }));
      before.values.dispose();
    }
    const values = readOnce(() => {
      const read = linearNorm(streams.values, cut(frozen.norm("ln_final"), position, 1));
      return matMul(read.squeeze([1]), unembeddingOf(frozen.model, ids));
    });
    const last = readOnce(() => logitBiasOf(frozen.model, ids));
    const paths: Path[] = [...streams.paths],
      rows = paths.map((_, i) => [...values.slice(i * ids.length, (i + 1) * ids.length)]);
    if (last.some((x) => x !== 0)) {
      paths.push({ from: "logits", layer: null, through: [] });
      rows.push([...last]);
    }
    return { paths, values: rows, logits: [...readOnce(() => logitsOf(frozen, options))] };
  } finally {
    streams.values.dispose();
  }
}

/** The logits of the run before any soft cap, `[token]`. */
function logitsOf(frozen: FrozenRun, { ids, position }: PathValuesOptions): tf.Tensor {
  const { sites, weights } = frozen.model, last = sites.ln_final;
  const stream = frozen.value(last?.normalized ?? sites.blocks.at(-1)!.resid_post);
  const row = tf.slice(stream, [position, 0], [1, -1]);
  const gained = last ? row.mul(weights.norm("ln_final").gain) : row;
  return matMul(gained, unembeddingOf(frozen.model, ids)).squeeze([0])
    .add(logitBiasOf(frozen.model, ids));
}

/** Embeddings with their positions: the one path there is before the first block. */
function begun(frozen: FrozenRun): Streams {
  return tidied(() => {
    const own = frozen.value("embed");
    const stream = frozen.model.sites.pos_embed ? own.add(frozen.value("pos_embed")) : own;
    return {
      paths: [{ from: "embeddings", layer: null, through: [] }],
      values: stream.expandDims(0).clone() as tf.Tensor3D,
    };
  });
}

/** Makes streams and frees what was made on the way. */
function tidied(make: () => Streams): Streams {
  let paths: readonly Path[] = [];
  const values = tf.tidy(() => {
    const made = make();
    paths = made.paths;
    return made.values;
  });
  return { paths, values };
}

/** Sends each path by the block and through each of its heads, and begins those of the block itself. */
function afterBlock(
  frozen: FrozenRun,
  layer: number,
  before: Streams,
  options: PathValuesOptions & { readonly kept: readonly [from: number, count: number] },
): Streams {
  const { kept: [from, count], feedForward } = options;
  const [first, second] = (["ln1", "ln2"] as const).map((name) => frozen.streamNorm(layer, name));
  const through = ({ paths, values }: Streams, norm: FrozenNorm | null): Streams => ({
    paths,
    values: linearNorm(values, cut(norm, from, count)) as tf.Tensor3D,
  });
  const begin = (source: Path["from"], stream: tf.Tensor): Streams[] =>
    readNumbers(stream.abs().max())[0] === 0 ? [] : [{
      paths: [{ from: source, layer, through: [] }],
      values: tf.slice(stream, [from, 0], [count, -1]).expandDims(0) as tf.Tensor3D,
    }];
  const by = { paths: before.paths, values: rowsOf(before.values, from, count) };
  const attended = [by, ...throughHeads(frozen, layer, before, options)]
    .map((streams) => through(streams, first!));
  if (feedForward === "opaque") {
    attended.push(...begin("feed-forward", frozen.value(`blocks.${layer}.mlp_out`)));
  }
  const own = shifted(shifted(frozen.attentionBias(layer), first!), second!);
  const all = [
    ...attended.map((streams) => through(streams, second!)),
    ...begin("biases", own),
  ];
  return {
    paths: all.flatMap(({ paths }) => paths),
    values: tf.concat(all.map(({ values }) => values)) as tf.Tensor3D,
  };
}

/** Sends the paths that may have one more head through each head of a layer. */
function throughHeads(
  frozen: FrozenRun,
  layer: number,
  { paths, values }: Streams,
  { heads, kept }: PathValuesOptions & { readonly kept: readonly [from: number, count: number] },
): Streams[] {
  const free = paths.flatMap(({ through }, i) => through.length < heads ? [i] : []);
  if (free.length === 0) return [];
  const onward = tf.gather(values, tf.tensor1d(free, "int32"), 0);
  return tf.unstack(frozen.headWrites(layer, onward, kept)).map((written, head) => ({
    paths: free.map((i) => ({ ...paths[i]!, through: [...paths[i]!.through, { layer, head }] })),
    values: written as tf.Tensor3D,
  }));
}

function rowsOf(values: tf.Tensor3D, from: number, count: number): tf.Tensor3D {
  return tf.slice(values, [0, from, 0], [-1, count, -1]) as tf.Tensor3D;
}

/** Through a norm on the stream itself, whose bias goes the way of the layer's other biases. */
function shifted(x: tf.Tensor, norm: FrozenNorm | null): tf.Tensor {
  const through = linearNorm(x, norm);
  return norm?.bias ? through.add(norm.bias) : through;
}
