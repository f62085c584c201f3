/**
 * First-order scores of the nodes of a model: differences between two runs, times gradients.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import type { Part, SiteValues, TwoRuns } from "./two_runs.ts";

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

/** What is said where a size by chance is undefined; nothing where all are numbers. */
export const saidChance = (nodes: readonly { readonly chance: number }[]): readonly string[] =>
  nodes.some(({ chance }) => Number.isNaN(chance))
    ? [
      "the size by chance is undefined of nodes of one number, as neurons are: they have no direction",
    ]
    : [];

/** What scores are made of. */
export interface Scored {
  /** Both runs. */
  readonly runs: TwoRuns;
  /** How many tokens each example has. */
  readonly lengths: readonly number[];
  /** Whether nodes at all positions count as one, as neurons do. */
  readonly summed: boolean;
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
 * @param scored Both runs, and what counts as one node.
 */
export function* nodeScores(
  at: string,
  sites: readonly Site[],
  scored: Scored,
): Generator<void, NodeScores> {
  const { runs: { model }, summed } = scored, own = model.axesOf(sites[0]!);
  const layers = layerOf(sites[0]!) === undefined ? [] : ["layer"];
  const kept = own.filter((axis) => !within.has(axis) && !(summed && axis === "position"));
  const parts: SiteScores[] = [];
  for (const site of sites) {
    parts.push(siteScores(site, scored));
    yield;
  }
  const joined = (name: "scores" | "chance") => {
    const size = parts[0]![name].length, all = new Float64Array(size * sites.length);
    parts.forEach((part, layer) => all.set(part[name], layer * size));
    return all;
  };
  const scores = joined("scores"), sizes = parts[0]!.sizes;
  return {
    at,
    sites,
    axes: [...layers, ...kept],
    shape: [...layers.length > 0 ? [sites.length] : [], ...kept.map((axis) => sizes.get(axis)!)],
    scores,
    chance: joined("chance"),
  };
}

interface SiteScores {
  /** The sizes of the site's axes. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly scores: Float64Array;
  readonly chance: Float64Array;
}

/** The scores at one site, by its axes without those that a node holds, the examples last. */
function siteScores(site: Site, { runs, lengths, summed }: Scored): SiteScores {
  const axes = runs.model.axesOf(site), values = runs.at(site), { shape } = values;
  const sizes = new Map(axes.map((axis, i) => [axis, shape[i]!]));
  const batch = axes.indexOf("batch"), position = summed ? axes.indexOf("position") : -1;
  const width = /^(head_)?width$/.test(axes.at(-1)!) ? shape.at(-1)! : 0, each = Math.max(1, width);
  const before = volume(shape.slice(0, batch)), cells = volume(shape.slice(batch + 1)) / each;
  // Where positions count as one, they stand between cells so far apart and so many.
  const [count, apart] = position < 0
    ? [1, cells]
    : [shape[position]!, volume(shape.slice(position + 1)) / each];
  const nodes = before * cells / count, examples = lengths.length;
  const scores = new Float64Array(nodes * examples);
  const chance = new Float64Array(scores.length).fill(NaN);
  const mean = width > 0 ? meanCosine(width) : NaN;
  const product = new NodeProduct(values, each, /\.scores$/.test(site));
  for (let outer = 0, node = 0; outer < before; outer++) {
    for (let example = 0; example < examples; example++) {
      product.begin(outer, example, cells);
      node = outer * cells / count;
      for (let cell = 0; cell < cells; cell += apart * count, node += apart) {
        const own = position < 0 ? 1 : Math.min(count, lengths[example]!);
        for (let i = 0; i < own * apart; i++) {
          const place = (node + i % apart) * examples + example;
          scores[place]! += product.take(cell + i);
          if (width > 0) chance[place] = product.size * mean;
        }
      }
    }
  }
  return { sizes, scores, chance };
}

/** The difference of a node's values times its gradient. */
class NodeProduct {
  /** The product of the lengths of difference and gradient that were taken last. */
  size = 0;
  readonly #values: SiteValues;
  readonly #each: number;
  readonly #masked: boolean;
  #starts: readonly [edited: number, other: number, gradient: number] = [0, 0, 0];

  /** Of so many numbers a node; what is infinite in both runs, as masked scores are, does not differ. */
  constructor(values: SiteValues, each: number, masked: boolean) {
    [this.#values, this.#each, this.#masked] = [values, each, masked];
  }

  /** Goes to an example. */
  begin(outer: number, example: number, cells: number): void {
    const { edited, other, gradient } = this.#values;
    const start = ({ examples, from }: Part) =>
      (outer * examples + from + example) * cells * this.#each;
    this.#starts = [start(edited), start(other), start(gradient)];
  }

  /** Takes a node. */
  take(cell: number): number {
    const { edited, other, gradient } = this.#values, each = this.#each, masked = this.#masked;
    const a = edited.numbers, b = other.numbers, c = gradient.numbers, first = cell * each;
    const x = this.#starts[0] + first, y = this.#starts[1] + first, z = this.#starts[2] + first;
    let sum = 0, differences = 0, slopes = 0;
    for (let i = 0; i < each; i++) {
      const to = b[y + i]!, own = a[x + i]!, slope = c[z + i]!;
      const difference = masked && to === own ? 0 : to - own;
      sum += difference * slope;
      differences += difference * difference;
      slopes += slope * slope;
    }
    this.size = Math.sqrt(differences * slopes);
    return sum;
  }
}

const volume = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1);

/** The mean size of the cosine between a direction and one by chance, in a space of so many axes. */
export function meanCosine(width: number): number {
  // Γ(n/2) / (√π Γ((n+1)/2)), by the ratio of one step after the other.
  let ratio = width % 2 === 0 ? 2 / Math.PI : 1;
  for (let n = width % 2 === 0 ? 2 : 1; n < width; n += 2) ratio *= n / (n + 1);
  return ratio;
}
