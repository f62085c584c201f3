/**
 * A run of one prompt of which the patterns and the scales of all norms are held fixed, so that the rest is linear in the
 * stream.
 *
 * @module
 */

import type { PromptTokens, Site, Transformer } from "../model/mod.ts";
import type { RunResult } from "../run/mod.ts";
import { matMul, tf } from "../tensor/mod.ts";

/** A norm whose scale is fixed: linear but for its bias. */
export type FrozenNorm = {
  /** What each position is divided by, `[position, 1]`. */
  readonly scale: tf.Tensor;
  /** The factor of each column. */
  readonly gain: tf.Tensor1D;
  /** What is added to each column; null for nothing. */
  readonly bias: tf.Tensor1D | null;
  /** Whether the mean is taken off. */
  readonly centred: boolean;
};

/** The sites that a run must capture to be frozen. */
export function frozenSites(model: Transformer): Site[] {
  const outer = model.sites.ln_final ? [model.sites.ln_final.scale] : [];
  return [
    ...model.sites.blocks.flatMap((block) => [
      block.attn.pattern,
      ...[block.ln1, block.ln1_post, block.ln2, block.ln2_post].flatMap((norm) =>
        norm ? [norm.scale] : []
      ),
    ]),
    ...outer,
  ];
}

/** A run that captured {@linkcode frozenSites}. What its methods give is the caller's to free; call them within `tf.tidy`. */
export class FrozenRun {
  /** The model. */
  readonly model: Transformer;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The example of the run that is read. */
  readonly example: number;
  readonly #result: RunResult;

  /** Reads one example of a run, whose prompts are all of one length. */
  constructor(model: Transformer, result: RunResult, example = 0) {
    this.model = model;
    this.prompt = result.tokens[example]!;
    this.example = example;
    this.#result = result;
  }

  /** The value of a captured site without its axis of batches. */
  value(site: Site | string): tf.Tensor {
    const { cache } = this.#result, value = cache.get(site as Site);
    const axis = cache.axes(site).indexOf("batch");
    const begin = value.shape.map((_, i) => i === axis ? this.example : 0);
    const size = value.shape.map((n, i) => i === axis ? 1 : n);
    return tf.slice(value, begin, size).squeeze([axis]);
  }

  /** A norm by its name, such as `blocks.0.ln1`; null where the model has none there. */
  norm(name: string): FrozenNorm | null {
    const [, layer, own] = /^blocks\.(\d+)\.(.+)$/.exec(name) ?? [];
    const { sites, architecture: { norm } } = this.model;
    const tree = layer === undefined ? sites : sites.blocks[Number(layer)]!;
    const found = (tree as unknown as Readonly<Record<string, unknown>>)[own ?? name];
    if (!found) return null;
    return {
      scale: this.value(`${name}.scale`),
      ...this.model.weights.norm(name),
      centred: norm.kind === "layer",
    };
  }

  /** The norm in front of attention; null where it reads the stream as it is. */
  attentionNorm(layer: number): FrozenNorm | null {
    return this.model.architecture.norms === "stream" ? null : this.norm(`blocks.${layer}.ln1`);
  }

  /** The norm that the stream itself goes through after attention or the feed-forward network; null in nearly all families. */
  streamNorm(layer: number, name: "ln1" | "ln2"): FrozenNorm | null {
    return this.model.architecture.norms === "stream" ? this.norm(`blocks.${layer}.${name}`) : null;
  }

  /**
   * What each head adds to the stream if the stream is x, without any bias, `[head, ..., position, width]`: through the norm
   * in front, W_V, the pattern, W_O, and the norm behind.
   *
   * @param x Streams, `[..., position, width]`.
   * @param positions The positions that are read; all if left out.
   */
  headWrites(
    layer: number,
    x: tf.Tensor,
    positions?: readonly [from: number, count: number],
  ): tf.Tensor {
    const { heads, keyValueHeads, writingScale = 1 } = this.model.architecture;
    const read = linearNorm(x, this.attentionNorm(layer));
    const values = tf.unstack(this.model.layerWeight(layer, "W_V")!.tensor());
    const outputs = tf.unstack(this.model.layerWeight(layer, "W_O")!.tensor());
    const [length, width] = x.shape.slice(-2) as [number, number];
    const [from, count] = positions ?? [0, length];
    const pattern = tf.slice(
      this.value(`blocks.${layer}.attn.pattern`),
      [0, from, 0],
      [heads, count, length],
    );
    const rows = tf.unstack(pattern), flat = read.reshape([-1, width]);
    const moved = values.map((matrix) =>
      matMul(flat, matrix).reshape([-1, length, matrix.shape[1]!])
    );
    const written = outputs.map((output, head) => {
      const own = moved[Math.floor(head * keyValueHeads / heads)]!;
      const mixed = mixedBy(rows[head] as tf.Tensor2D, own as tf.Tensor3D);
      return matMul(mixed.reshape([-1, own.shape[2]!]), output).mul(writingScale);
    });
    const all = tf.stack(written).reshape([heads, ...x.shape.slice(0, -2), count, width]);
    return linearNorm(all, cut(this.norm(`blocks.${layer}.ln1_post`), from, count));
  }

  /**
   * What attention adds to the stream whatever it is, `[position, width]`: the bias of the norm in front and b_V through each
   * head, b_O, and the bias of the norm behind.
   */
  attentionBias(layer: number): tf.Tensor {
    const { heads, keyValueHeads, writingScale = 1 } = this.model.architecture;
    const before = this.attentionNorm(layer)?.bias ?? null;
    const sums = this.value(`blocks.${layer}.attn.pattern`).sum(2); // [head, position]
    const own = (name: "W_V" | "b_V" | "W_O") =>
      tf.unstack(this.model.layerWeight(layer, name)!.tensor());
    const [matrices, biases, outputs] = [own("W_V"), own("b_V"), own("W_O")];
    const heard = outputs.map((output, head) => {
      const group = Math.floor(head * keyValueHeads / heads), bias = biases[group]!.expandDims(0);
      const value = before ? matMul(before.expandDims(0), matrices[group]!).add(bias) : bias;
      return matMul(value, output).squeeze([0]);
    });
    const written = matMul(sums.transpose(), tf.stack(heard))
      .add(this.model.layerWeight(layer, "b_O")!.tensor()).mul(writingScale);
    const after = this.norm(`blocks.${layer}.ln1_post`), through = linearNorm(written, after);
    return after?.bias ? through.add(after.bias) : through;
  }
}

/** A norm of fixed scale without its bias: `[..., position, width]` to the same. */
export function linearNorm(x: tf.Tensor, norm: FrozenNorm | null): tf.Tensor {
  if (!norm) return x;
  const centred = norm.centred ? x.sub(x.mean(-1, true)) : x;
  return centred.div(norm.scale).mul(norm.gain);
}

/** A norm of some positions alone. */
export function cut(norm: FrozenNorm | null, from: number, count: number): FrozenNorm | null {
  return norm && { ...norm, scale: tf.slice(norm.scale, [from, 0], [count, 1]) };
}

/** Values `[k, key, head_width]` by a pattern `[query, key]`, `[k, query, head_width]`. */
function mixedBy(pattern: tf.Tensor2D, values: tf.Tensor3D): tf.Tensor {
  const [count, keys, width] = values.shape;
  const beside = tf.transpose(values, [1, 0, 2]).reshape([keys, count * width]);
  return tf.transpose(matMul(pattern, beside).reshape([-1, count, width]), [1, 0, 2]);
}

/**
 * Refuses models that cut values off, for then heads are not linear in what they read.
 *
 * @throws {TypeError} If the model does so.
 */
export function refuseClip(
  { architecture: { clip }, provenance }: Transformer,
  purpose: string,
): void {
  if (clip == null) return;
  throw new TypeError(
    `Cannot ${purpose} as values must not be cut off: ${provenance.name} does so at ±${clip}, and parts of what is cut off do not add up`,
  );
}
