/**
 * First-order scores of the nodes of a model: differences between two runs, times gradients.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import type { Cache, Gradients } from "../run/mod.ts";
import { readNumbers, tf } from "../tensor/mod.ts";

/** What a score may be told apart by: `layer` and the axes of sites, such as `head`, `position` and `neuron`. */
export type NodeAxis = string;

/** The scores of all nodes of one kind. */
export interface NodeScores {
  /** The kind as it was asked for, such as `resid_pre` or `attn.z`. */
  readonly at: string;
  /** The sites, one a layer; one alone outside the blocks. */
  readonly sites: readonly Site[];
  /** The axes of the nodes, outermost first: `layer`, but outside the blocks, then those of the site. */
  readonly axes: readonly NodeAxis[];
  /** Their sizes. */
  readonly shape: readonly number[];
  /** What replacing the node's value would do to the metric, to first order, `[axes…, example]`; NaN past a prompt's end. */
  readonly scores: Float64Array;
  /**
   * The mean size that a score would have if the difference were as long and pointed anywhere by chance, `[axes…,
   * example]`; NaN of a node of one number, which has no direction.
   */
  readonly chance: Float64Array;
}

/** Two runs of as many tokens, and the gradients in one of them. */
export interface TwoRuns {
  /** The model. */
  readonly model: Transformer;
  /** Gradients and values of the run that is edited. */
  readonly edited: Gradients;
  /** The values of the other run. */
  readonly other: Cache;
  /** How many tokens each example has. */
  readonly lengths: readonly number[];
}

/** Axes along which a node is one: what it holds, not which it is. */
const within = new Set(["batch", "width", "head_width"]);

/** The layer of a site; none outside the blocks. */
const layerOf = (site: Site): string | undefined => /^blocks\.(\d+)\./.exec(site)?.[1];

/**
 * The sites of a kind of nodes.
 *
 * @param model The model.
 * @param at A name such as `resid_pre`, `attn.z`, `z` or `embed`.
 * @throws {RangeError} If the model has no such site, or the nodes are of several kinds.
 */
export function nodeSites(model: Transformer, at: string): readonly Site[] {
  const bare = /^(q|k|v|z|result|pattern|scores|rot_q|rot_k)$/.test(at) ? `attn.${at}` : at;
  const sites = model.match(bare, "score"),
    axes = sites.map((site) => model.axesOf(site));
  const odd = axes.findIndex((own) => own.join() !== axes[0]!.join());
  const layers = sites.map(layerOf);
  if (
    odd < 0 && new Set(layers).size === sites.length &&
    (sites.length === 1 || !layers.includes(undefined))
  ) {
    return sites;
  }
  throw new RangeError(
    `Cannot attribute to nodes as ${
      JSON.stringify(at)
    } must name one kind of them, one site a layer: it names ${sites.slice(0, 3).join(", ")}${
      sites.length > 3 ? " …" : ""
    }`,
  );
}

/**
 * Scores the nodes of one kind: the difference of their values between two runs, times the gradient, summed over what a
 * node holds.
 *
 * @param at The kind.
 * @param sites Its sites.
 * @param runs Both runs.
 * @param summed Whether nodes at all positions count as one, as neurons do.
 */
export function* nodeScores(
  at: string,
  sites: readonly Site[],
  runs: TwoRuns,
  summed: boolean,
): Generator<void, NodeScores> {
  const { model, lengths } = runs, own = model.axesOf(sites[0]!), examples = lengths.length;
  const layers = layerOf(sites[0]!) === undefined ? [] : ["layer"];
  const kept = own.filter((axis) => !within.has(axis) && !(summed && axis === "position"));
  const batch = own.filter((axis) => axis === "batch" || kept.includes(axis)).indexOf("batch");
  const parts: { scores: Float64Array; chance: Float64Array }[] = [];
  let sizes: readonly number[] = [];
  for (const site of sites) {
    const { shape, scores, chance } = siteScores(site, runs, summed);
    sizes = shape.filter((_, axis) => axis !== batch);
    parts.push({
      scores: lastExample(scores, shape, batch),
      chance: lastExample(chance, shape, batch),
    });
    yield;
  }
  const joined = (name: "scores" | "chance") => {
    const size = sizes.reduce((product, each) => product * each, 1) * examples;
    const all = new Float64Array(size * sites.length);
    parts.forEach((part, layer) => all.set(part[name], layer * size));
    return all;
  };
  return {
    at,
    sites,
    axes: [...layers, ...kept],
    shape: [...layers.length > 0 ? [sites.length] : [], ...sizes],
    scores: joined("scores"),
    chance: joined("chance"),
  };
}

/** The scores at one site, by its axes without those that a node holds. */
function siteScores(
  site: Site,
  { model, edited, other, lengths }: TwoRuns,
  summed: boolean,
): { shape: readonly number[]; scores: Float64Array; chance: Float64Array } {
  const axes = model.axesOf(site), width = axes.findIndex((axis) => /^(head_)?width$/.test(axis));
  const position = summed ? axes.indexOf("position") : -1;
  const tensors = tf.tidy(() => {
    const [to, from, slope] = [other.get(site), edited.activations.get(site), edited.get(site)];
    // What is infinite in both runs, as masked scores are, does not differ.
    const masked = /\.scores$/.test(site);
    const difference = masked
      ? tf.where(to.equal(from), tf.zerosLike(to), to.sub(from))
      : to.sub(from);
    const product = difference.mul(slope);
    const over = (tensor: tf.Tensor) => {
      const own = width >= 0 ? tensor.sum(width) : tensor;
      return position >= 0 ? ownPositions(own, axes, lengths) : own;
    };
    const scores = over(product);
    if (width < 0) return [scores];
    const length = (tensor: tf.Tensor) => tensor.square().sum(width).sqrt();
    const chance = length(difference).mul(length(slope)).mul(meanCosine(to.shape[width]!));
    return [scores, chance];
  });
  const shape = tensors[0]!.shape, [scores, chance] = tensors.map(readNumbers);
  tf.dispose(tensors);
  return { shape, scores: scores!, chance: chance ?? scores!.map(() => NaN) };
}

/** The sum over the positions of each example's own tokens; in padding stands NaN. */
function ownPositions(
  tensor: tf.Tensor,
  axes: readonly string[],
  lengths: readonly number[],
): tf.Tensor {
  const left = axes.filter((axis) => !/^(head_)?width$/.test(axis));
  const [batch, position] = [left.indexOf("batch"), left.indexOf("position")];
  if (lengths.every((length) => length === tensor.shape[position])) return tensor.sum(position);
  const rows = lengths.map((length, example) => {
    const size = [...tensor.shape], begin = size.map((_, axis) => axis === batch ? example : 0);
    [size[batch], size[position]] = [1, length];
    return tf.slice(tensor, begin, size).sum(position);
  });
  return tf.concat(rows, position < batch ? batch - 1 : batch);
}

/** The mean size of the cosine between a direction and one by chance, in a space of so many axes. */
export function meanCosine(width: number): number {
  // Γ(n/2) / (√π Γ((n+1)/2)), by the ratio of one step after the other.
  let ratio = width % 2 === 0 ? 2 / Math.PI : 1;
  for (let n = width % 2 === 0 ? 2 : 1; n < width; n += 2) ratio *= n / (n + 1);
  return ratio;
}

/** Puts the axis of examples last. */
function lastExample(
  numbers: Float64Array,
  shape: readonly number[],
  batch: number,
): Float64Array {
  const examples = shape[batch]!;
  const after = shape.slice(batch + 1).reduce((product, size) => product * size, 1);
  const moved = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const behind = i % after, rest = Math.floor(i / after);
    const example = rest % examples, before = Math.floor(rest / examples);
    moved[(before * after + behind) * examples + example] = numbers[i]!;
  }
  return moved;
}
