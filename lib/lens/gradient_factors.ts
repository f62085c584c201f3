/**
 * The gradients by the matrices of a feed-forward network as sums of outer products, one for each token.
 *
 * Katz et al., "Backward Lens: Projecting Language Model Gradients into the Vocabulary Space", 2024,
 * https://arxiv.org/abs/2402.12865, section 4.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import type { Gradients } from "../run/mod.ts";
import { readNumbers, tf } from "../tensor/mod.ts";
import { networksOf } from "./neuron_place.ts";

/** A matrix of a feed-forward network. */
export type NetworkMatrix = "W_in" | "W_gate" | "W_out";

/** The gradient by one matrix as a sum over tokens: of each, what the matrix read times what came back to its output. */
export interface GradientFactors {
  /** The block. */
  readonly layer: number;
  /** The expert, in mixtures. */
  readonly expert?: number;
  /** The matrix. */
  readonly weight: NetworkMatrix;
  /** What it read in the forward pass, `[position, width]` of W_in and W_gate, `[position, neuron]` of W_out. */
  readonly inputs: Float64Array;
  /** The gradient at its output, `[position, neuron]` of W_in and W_gate, `[position, width]` of W_out. */
  readonly backward: Float64Array;
}

/** The sites whose values and gradients the factors of a block are made of. */
export function factorSites(model: Transformer, layer: number): string[] {
  const { architecture: { mixture, gated } } = model, block = `blocks.${layer}`;
  const written = hasPostNorm(model)
    ? [`${block}.ln2_post.scale`, `${block}.ln2_post.normalized`]
    : [`${block}.mlp_out`];
  if (mixture) {
    const posts = networksOf(model).map((expert) => `${block}.moe.experts.${expert}.post`);
    return [...written, `${block}.moe.weights`, ...posts];
  }
  const keys = gated ? [`${block}.mlp.pre`, `${block}.mlp.pre_linear`] : [`${block}.mlp.pre`];
  return [...written, ...keys, `${block}.mlp.post`, readSite(model, layer)];
}

/**
 * The factors of a block's matrices, of one prompt. Of a mixture only those of W_out are known, as the sites of an expert's
 * keys are not.
 */
export function gradientFactors(
  model: Transformer,
  found: Gradients,
  layer: number,
): GradientFactors[] {
  const { mixture, gated } = model.architecture, block = `blocks.${layer}`;
  const value = (site: string) => readNumbers(found.activations.get(site));
  const slope = (site: string) => readNumbers(found.get(site));
  const shift = writtenGradient(model, found, layer);
  if (!mixture) {
    const read = readValue(model, found, layer);
    const key = (weight: NetworkMatrix, site: string) => ({
      layer,
      weight,
      inputs: read,
      backward: slope(`${block}.mlp.${site}`),
    });
    return [
      ...gated ? [key("W_gate", "pre"), key("W_in", "pre_linear")] : [key("W_in", "pre")],
      { layer, weight: "W_out", inputs: value(`${block}.mlp.post`), backward: shift },
    ];
  }
  const shares = value(`${block}.moe.weights`), { width } = model.architecture;
  const positions = shift.length / width;
  return networksOf(model).map((expert) => ({
    layer,
    expert: expert!,
    weight: "W_out",
    // A token that does not use the expert has no part in its gradient.
    inputs: value(`${block}.moe.experts.${expert}.post`).map((x) => Number.isNaN(x) ? 0 : x),
    backward: shift.map((x, i) => x * shares[expert! * positions + Math.floor(i / width)]!),
  }));
}

/** The gradient by a matrix `[in, out]`: the sum of its outer products. */
export function summedFactors(
  { inputs, backward }: GradientFactors,
  positions: number,
): Float64Array {
  const rows = inputs.length / positions, columns = backward.length / positions;
  const sum = new Float64Array(rows * columns);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < rows; i++) {
      const input = inputs[position * rows + i]!;
      for (let j = 0; j < columns; j++) {
        sum[i * columns + j]! += input * backward[position * columns + j]!;
      }
    }
  }
  return sum;
}

function hasPostNorm({ architecture: { norms } }: Transformer): boolean {
  return norms === "after" || norms === "around";
}

/** The site that the network's input is made of: after a norm's division, or the stream itself. */
function readSite({ architecture }: Transformer, layer: number): string {
  const { norms = "before", sharedNorm = false } = architecture;
  return norms === "before" || norms === "around"
    ? `blocks.${layer}.${sharedNorm ? "ln1" : "ln2"}.normalized`
    : `blocks.${layer}.mlp_in`;
}

/** What the network read, gain and bias of the norm included, `[position, width]`. */
function readValue(model: Transformer, found: Gradients, layer: number): Float64Array {
  const site = readSite(model, layer), norm = site.replace(/\.normalized$/, "");
  const read = tf.tidy(() => {
    const value = found.activations.get(site);
    if (norm === site || !(model.architecture.norm.gains ?? true)) return value.clone();
    const { gain, bias } = model.weights.norm(norm);
    return bias ? value.mul(gain).add(bias) : value.mul(gain);
  });
  const numbers = readNumbers(read);
  read.dispose();
  return numbers;
}

/** The gradient at what W_out writes, before the factor and the norm of what is written, `[position, width]`. */
function writtenGradient(model: Transformer, found: Gradients, layer: number): Float64Array {
  const { norm: { kind }, writingScale = 1, width } = model.architecture;
  const block = `blocks.${layer}`;
  const made = tf.tidy(() => {
    if (!hasPostNorm(model)) return found.get(`${block}.mlp_out`).mul(writingScale);
    const slope = found.get(`${block}.ln2_post.normalized`);
    const value = found.activations.get(`${block}.ln2_post.normalized`);
    const scale = found.activations.get(`${block}.ln2_post.scale`);
    // The derivative of y / √(mean y² + ε), and of the centring before it.
    const along = slope.mul(value).sum(-1, true).div(width);
    const back = slope.sub(value.mul(along)).div(scale).mul(writingScale);
    return kind === "layer" ? back.sub(back.mean(-1, true)) : back;
  });
  const numbers = readNumbers(made);
  made.dispose();
  return numbers;
}
