/**
 * What feed-forward networks write, by neuron or by expert.
 *
 * Geva et al., "Transformer Feed-Forward Layers Are Key-Value Memories", 2021. The bias b_out is a part of its own; in mixtures
 * each expert has one, by the weight of the expert.
 *
 * @module
 */

import { linear, tf } from "../tensor/mod.ts";
import { constant, type Expansion } from "./expansion.ts";
import type { FrozenNorm } from "./frozen_run.ts";
import type { Part } from "./part.ts";
import type { StreamRows } from "./stream_rows.ts";

/** Takes what the network of a layer writes apart, before any norm behind it. */
export function feedForwardParts(
  rows: StreamRows,
  layer: number,
  level: "component" | "neuron" | "expert",
  norms: readonly FrozenNorm[],
): Expansion[] {
  const { mixture } = rows.model.architecture;
  if (!mixture) return network(rows, layer, norms);
  const experts = Array.from({ length: mixture.experts }, (_, expert) => expert);
  return experts.flatMap((expert) => {
    const inner = expertNetwork(rows, { layer, expert }, norms);
    return level === "neuron" ? inner : [together(inner, layer, expert)];
  });
}

/** What neurons write: activations `[row, neuron]` and the matrix that they are multiplied by. */
interface Written {
  readonly slot: string;
  readonly activations: () => tf.Tensor;
  readonly part: (neuron: number) => Part;
}

function neurons(rows: StreamRows, written: Written, norms: readonly FrozenNorm[]): Expansion {
  const { weights, architecture } = rows.model, { writingScale = 1 } = architecture;
  const map = () => weights.linear(written.slot);
  const matrix = () => {
    const { matrix, transposed } = map();
    return transposed ? tf.transpose(matrix) : matrix; // [neuron, width]
  };
  const active = () => tf.transpose(written.activations()).mul(writingScale); // [neuron, row]
  return {
    parts: Array.from({ length: architecture.neurons }, (_, neuron) => written.part(neuron)),
    norms,
    vectors: () => active().expandDims(2).mul(matrix().expandDims(1)),
    along: (directions) => {
      const { matrix, transposed } = map();
      return tf.transpose(linear(directions, matrix, null, { transposed: !transposed }))
        .mul(active());
    },
  };
}

function network(rows: StreamRows, layer: number, norms: readonly FrozenNorm[]): Expansion[] {
  const { weights, architecture: { writingScale = 1 } } = rows.model;
  const slot = `blocks.${layer}.mlp.out`, { bias } = weights.linear(slot);
  const inner = neurons(rows, {
    slot,
    activations: () => rows.value(`blocks.${layer}.mlp.post`),
    part: (neuron) => ({ kind: "neuron", label: `L${layer}N${neuron}`, layer, neuron }),
  }, norms);
  if (!bias) return [inner];
  const own = { label: `L${layer} b_out`, layer, vector: bias, factor: writingScale };
  return [inner, constant(own, rows, norms)];
}

function expertNetwork(
  rows: StreamRows,
  { layer, expert }: { readonly layer: number; readonly expert: number },
  norms: readonly FrozenNorm[],
): Expansion[] {
  const { weights, architecture: { writingScale = 1 } } = rows.model;
  const block = `blocks.${layer}`, slot = `${block}.moe.experts.${expert}.out`;
  const share = () =>
    tf.slice(rows.value(`${block}.moe.weights`), [expert, 0], [1, -1]).squeeze([0]); // [row]
  const label = `L${layer}E${expert}`, { bias } = weights.linear(slot);
  const inner = neurons(rows, {
    slot,
    activations: () => {
      // Where a token does not use the expert, its neurons hold NaN and its weight is 0.
      const post = rows.value(`${block}.moe.experts.${expert}.post`), own = share().expandDims(1);
      const used = own.notEqual(0).broadcastTo(post.shape);
      return tf.where(used, post, tf.zerosLike(post)).mul(own);
    },
    part: (neuron) => ({ kind: "neuron", label: `${label}N${neuron}`, layer, expert, neuron }),
  }, norms);
  if (!bias) return [inner];
  const own = { label: `${label} b_out`, layer, vector: bias, factor: writingScale };
  const all = constant(own, rows, norms);
  return [inner, {
    ...all,
    parts: [{ ...all.parts[0]!, expert }],
    vectors: () => all.vectors().mul(share().expandDims(1)),
    along: (directions) => all.along(directions).mul(share()),
  }];
}

/** The neurons and the bias of an expert as one part. */
function together(inner: readonly Expansion[], layer: number, expert: number): Expansion {
  return {
    parts: [{ kind: "expert", label: `L${layer}E${expert}`, layer, expert }],
    norms: inner[0]!.norms,
    vectors: () => tf.addN(inner.map(({ vectors }) => vectors().sum(0, true))),
    along: (directions) => tf.addN(inner.map(({ along }) => along(directions).sum(0, true))),
  };
}
