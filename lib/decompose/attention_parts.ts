/**
 * What attention writes, by head, or by head and the position that it reads.
 *
 * Kobayashi et al., "Attention is Not Only a Weight", 2020; Elhage et al. 2021. The bias b_V is in each head, and b_O, of which
 * there is one a layer, is a part of its own.
 *
 * @module
 */

import { linear, matMul, tf } from "../tensor/mod.ts";
import { constant, type Expansion } from "./expansion.ts";
import type { FrozenNorm } from "./frozen_run.ts";
import type { Part } from "./part.ts";
import type { StreamRows } from "./stream_rows.ts";

/** Takes what attention writes in a layer apart, before any norm behind it. */
export function attentionParts(
  rows: StreamRows,
  layer: number,
  level: "component" | "head" | "path",
  norms: readonly FrozenNorm[],
): Expansion[] {
  const { weights, architecture: { writingScale = 1 } } = rows.model;
  const bias = weights.linear(`blocks.${layer}.attn.output`).bias;
  const inner = level === "path" ? paths(rows, layer, norms) : heads(rows, layer, norms);
  if (!bias) return [inner];
  const own = { label: `L${layer} b_O`, layer, vector: bias, factor: writingScale };
  return [inner, constant(own, rows, norms)];
}

function heads(rows: StreamRows, layer: number, norms: readonly FrozenNorm[]): Expansion {
  const mix = () => rows.value(`blocks.${layer}.attn.z`); // [head, row, head_width]
  return {
    parts: Array.from({ length: rows.model.architecture.heads }, (_, head): Part => ({
      kind: "head",
      label: `L${layer}H${head}`,
      layer,
      head,
    })),
    norms,
    vectors: () => matMul(mix(), outputs(rows, layer)),
    along: (directions) => mix().mul(readByHeads(rows, layer, directions)).sum(-1),
  };
}

function paths(rows: StreamRows, layer: number, norms: readonly FrozenNorm[]): Expansion {
  const { heads, clip } = rows.model.architecture, length = Math.max(...rows.lengths);
  const site = `blocks.${layer}.attn.v${clip == null ? "" : "_clipped"}`;
  const pattern = () => rows.withoutNaN(rows.value(`blocks.${layer}.attn.pattern`)); // [head, row, key]
  const values = () => byQueryHead(rows.whole(site), heads); // [head, row, key, head_width]
  const parts = Array.from(
    { length: heads },
    (_, head) =>
      Array.from({ length }, (_, source): Part => ({
        kind: "path",
        label: `L${layer}H${head} from ${source}`,
        layer,
        head,
        source,
      })),
  ).flat();
  const flat = (x: tf.Tensor) =>
    tf.transpose(x, [0, 2, 1, ...x.rank > 3 ? [3] : []])
      .reshape([heads * length, x.shape[1]!, ...x.shape.slice(3)]);
  return {
    parts,
    norms,
    vectors: () => {
      const written = matMul(values(), outputs(rows, layer).expandDims(1));
      return flat(written.mul(pattern().expandDims(3)));
    },
    along: (directions) => {
      const read = readByHeads(rows, layer, directions).expandDims(3); // [head, row, head_width, 1]
      return flat(matMul(values(), read).squeeze([3]).mul(pattern()));
    },
  };
}

/** What each head's mix is multiplied by, `[head, head_width, width]`, the model's factor of what is written in it. */
function outputs(rows: StreamRows, layer: number): tf.Tensor {
  const { writingScale = 1 } = rows.model.architecture;
  const matrix = rows.model.layerWeight(layer, "W_O")!.tensor();
  return writingScale === 1 ? matrix : matrix.mul(writingScale);
}

/** Directions `[row, width]` as heads' mixes meet them, `[head, row, head_width]`. */
function readByHeads(rows: StreamRows, layer: number, directions: tf.Tensor): tf.Tensor {
  const { weights, architecture: { heads, headWidth, writingScale = 1 } } = rows.model;
  const { matrix, transposed } = weights.linear(`blocks.${layer}.attn.output`);
  const read = linear(directions, matrix, null, { transposed: !transposed });
  const split = tf.transpose(read.reshape([-1, heads, headWidth]), [1, 0, 2]);
  return writingScale === 1 ? split : split.mul(writingScale);
}

/** Values of key heads as each query head has them: head h reads key head ⌊h · groups / heads⌋. */
function byQueryHead(values: tf.Tensor, heads: number): tf.Tensor {
  const groups = values.shape[0]!;
  if (groups === heads) return values;
  const of = Int32Array.from({ length: heads }, (_, head) => Math.floor(head * groups / heads));
  return tf.gather(values, tf.tensor1d(of, "int32"));
}
