/**
 * What attribution patching found.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import {
  runsOf,
  sourceOf,
  type SweepDirection,
  sweepFrom,
  type SweepMetric,
  SweepResult,
} from "../run/mod.ts";
import {
  all,
  display,
  type Document,
  formatNumber,
  inspect,
  literalCode,
  type LongTable,
  table,
  tokenText,
} from "../show/mod.ts";
import { AttributionBeside } from "./attribution_beside.ts";
import { cellPlaces } from "./cell_places.ts";
import { nodeRows } from "./node_rows.ts";
import { type NodeAxis, type NodeScores, saidChance } from "./node_scores.ts";
import { placeOf, summedNodes, withoutPositions } from "./summed_nodes.ts";

/** What was estimated, and the numbers. */
export interface AttributionPatchingFacts {
  /** The model, by name. */
  readonly model: string;
  /** The metric. */
  readonly metric: SweepMetric;
  /** Which run is edited. */
  readonly direction: NonNullable<SweepDirection>;
  /** The rules of the gradients, in words. */
  readonly rules: string;
  /** The metric in the run that is edited, `[example]`. */
  readonly baseline: Float64Array;
  /** The metric in the other run, `[example]`. */
  readonly reference: Float64Array;
  /** The prompts of the run that is edited. */
  readonly prompts: readonly PromptTokens[];
  /** The prompts of the other run. */
  readonly references: readonly PromptTokens[];
  /** The scores, a list for each kind of nodes. */
  readonly nodes: readonly NodeScores[];
}

/** A node with its estimate, the mean over the examples. */
export interface NodeEstimate {
  /** Its kind, such as `z`. */
  readonly at: string;
  /** Where it stands, such as `{ layer: 3, head: 5, position: 7 }`. */
  readonly place: Readonly<Record<string, number>>;
  /** What replacing its value would do, in the metric's unit. */
  readonly estimate: number;
  /** The mean size of such an estimate if the difference pointed anywhere by chance; NaN of a node of one number. */
  readonly chance: number;
}

/** What is said where a position is another place in each prompt. */
const uneven =
  "prompts are of unequal length, so that each node is listed with all its positions together";

/** The greatest nodes that are listed for each kind. */
const listed = 5;

/** The most cells of a kind that are drawn as a grid. */
const drawnCells = 4000;

/** Estimates of what patching each node would do, `[axes of the nodes…, example]` for each kind of nodes. */
export class AttributionPatching {
  /** What was estimated, and the numbers. */
  readonly facts: AttributionPatchingFacts;

  /** Holds what was found. */
  constructor(facts: AttributionPatchingFacts) {
    this.facts = facts;
  }

  /**
   * The estimates of one kind of nodes as the result of a sweep, so that they are drawn, tested and written like one: its
   * values are the baseline and the estimate together.
   *
   * @param at The kind, such as `resid_pre`.
   * @param by The axes that are told apart, in order; estimates are summed over the others, as a first-order estimate of
   * replacing all of those together is their sum. By default all that there are.
   * @throws {RangeError} If there are no nodes of that kind, or they have no such axis.
   */
  grid(at: string, by?: readonly NodeAxis[]): SweepResult {
    const { metric, baseline, rules, nodes: _, ...rest } = this.facts, nodes = this.#kind(at);
    const { axes, shape, scores } = summedNodes(nodes, by ?? nodes.axes);
    const examples = baseline.length, cells = scores.length / examples;
    const named = axes.map((name, i) => ({ name, labels: this.#labels(nodes, name, shape[i]!) }));
    return new SweepResult({
      ...rest,
      ...sweepFrom(this, `.grid(${literalCode(at)}, ${literalCode(axes)})`, named),
      title: `${at} by ${axes.join(" and ")}, estimated by ${
        rules === "exact" ? "gradients" : `gradients (${rules})`
      }`,
      axes: named,
      shape,
      variants: Array.from({ length: cells }, (_, cell) => {
        const place = placeOf(axes, shape, cell);
        return `${at} ${
          axes.map((axis, i) => `${axis} ${named[i]!.labels[place[axis]!]}`).join(", ")
        }`;
      }),
      examples,
      metrics: [metric],
      values: scores.map((score, i) => baseline[i % examples]! + score),
      baseline,
      done: new Uint8Array(cells).fill(1),
      skipped: new Uint8Array(cells),
    });
  }

  /**
   * The nodes of greatest mean estimate by size. Of prompts of unequal length a position is another place in each, so that nodes
   * stand for all their positions together.
   *
   * @param count How many.
   * @param at The kind; all kinds if left out.
   * @throws {RangeError} If there are no nodes of that kind.
   */
  top(count = 20, at?: string): readonly NodeEstimate[] {
    const kinds = at === undefined ? this.facts.nodes : [this.#kind(at)];
    return kinds.flatMap((nodes) =>
      this.#estimates(this.#isUneven ? withoutPositions(nodes) : nodes)
    )
      .sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate)).slice(0, count);
  }

  /**
   * Holds the estimates of one kind of nodes against a sweep that patched them one by one.
   *
   * @param at The kind of nodes that the sweep replaced, such as `resid_pre` or `z`.
   * @param exact The sweep, of the same pairs and metric.
   * @param metric Which metric of the sweep, by place or label.
   * @returns Both side by side, which draws itself.
   * @throws {RangeError} If the sweep has other axes, places, examples or another baseline.
   */
  beside(at: string, exact: SweepResult, metric: number | string = 0): AttributionBeside {
    const tokens = Math.max(...this.facts.prompts.map(({ ids }) => ids.length));
    const places = cellPlaces(exact, tokens), by = places.axes;
    const { chance } = summedNodes(this.#kind(at), by);
    return new AttributionBeside({
      at,
      estimate: this.grid(at, by),
      exact: exact.select({ metric: [metric] }),
      places,
      chance,
    });
  }

  /** Draws a grid for each kind of nodes whose cells can be seen, and the nodes of greatest size with their baseline. */
  async [display](): Promise<Document> {
    const grids = this.facts.nodes.flatMap((nodes) => {
      const by = nodes.axes.length > 2
        ? ["layer", "head"].filter((x) => nodes.axes.includes(x))
        : nodes.axes;
      const cells = by.reduce(
        (product, axis) => product * nodes.shape[nodes.axes.indexOf(axis)]!,
        1,
      );
      return by.length > 0 && cells <= drawnCells ? [this.grid(nodes.at, by)] : [];
    });
    return await all([...grids, this.#table()])[display]();
  }

  /** Shows the nodes of greatest size in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The estimates as rows: each node in each example, as `nodeRows` has them. */
  table(): LongTable {
    return nodeRows(this.facts);
  }

  /** The estimates as plain data; NaN is null in JSON. */
  toJSON():
    & Omit<AttributionPatchingFacts, "baseline" | "reference" | "prompts" | "references" | "nodes">
    & {
      readonly prompts: readonly string[];
      readonly references: readonly string[];
      readonly baseline: readonly number[];
      readonly reference: readonly number[];
      readonly nodes: readonly object[];
    } {
    const { baseline, reference, prompts, references, nodes, ...rest } = this.facts;
    return {
      ...rest,
      prompts: prompts.map(({ text }) => text),
      references: references.map(({ text }) => text),
      baseline: [...baseline],
      reference: [...reference],
      nodes: nodes.map(({ scores, chance, ...what }) => ({
        ...what,
        scores: [...scores],
        chance: [...chance],
      })),
    };
  }

  #kind(at: string): NodeScores {
    const { nodes } = this.facts,
      found = nodes.find((one) => one.at === at || one.at === `attn.${at}`);
    if (found) return found;
    throw new RangeError(
      `Cannot find nodes as their kind must be one that was estimated, ${
        nodes.map((one) => one.at).join(", ")
      }: current value is ${JSON.stringify(at)}`,
    );
  }

  #labels({ sites }: NodeScores, axis: string, size: number): string[] {
    const numbers = Array.from({ length: size }, (_, i) => String(i));
    if (axis === "layer") return sites.map((site) => /\d+/.exec(site)![0]);
    if (!/^(position|query|key)$/.test(axis)) return numbers;
    // The token where all prompts have the same, as sweeps have it.
    return numbers.map((number, at) => {
      const texts = new Set(this.facts.prompts.map(({ tokens }) => tokens[at]?.text));
      const [text] = texts;
      return texts.size === 1 && text !== undefined ? `${number} ${JSON.stringify(text)}` : number;
    });
  }

  get #isUneven(): boolean {
    return new Set(this.facts.prompts.map(({ ids }) => ids.length)).size > 1;
  }

  #estimates({ at, axes, shape, scores, chance }: NodeScores): NodeEstimate[] {
    const examples = this.facts.baseline.length;
    const mean = (list: Float64Array, cell: number) =>
      list.subarray(cell * examples, (cell + 1) * examples).reduce((a, b) => a + b, 0) / examples;
    return Array.from({ length: scores.length / examples }, (_, cell) => ({
      at,
      place: placeOf(axes, shape, cell),
      estimate: mean(scores, cell),
      chance: mean(chance, cell),
    })).filter(({ estimate }) => !Number.isNaN(estimate));
  }

  /** A node in words, its tokens where all prompts have the same. */
  #words({ place }: NodeEstimate): string {
    return Object.entries(place).map(([axis, at]) => {
      const tokens = this.facts.prompts.map(({ tokens }) => tokens[at]), [token] = tokens;
      const same = token && tokens.every((one) => one?.id === token.id);
      return /^(position|query|key)$/.test(axis) && same
        ? `${axis} ${at} ${tokenText(token)}`
        : `${axis} ${at}`;
    }).join(", ") || "all positions";
  }

  #table(): Document {
    const { model, metric, direction, rules, baseline, reference, nodes } = this.facts;
    const mean = (list: Float64Array) => list.reduce((sum, x) => sum + x, 0) / list.length;
    const gap = mean(reference) - mean(baseline);
    const [edited, other] = runsOf({ direction });
    const unit = metric.unit ? { unit: metric.unit } : {}, examples = baseline.length;
    const shown = nodes.flatMap(({ at }) => this.top(listed, at));
    return table({
      title: `Nodes that matter most to ${metric.label}, estimated by gradients`,
      columns: [
        { name: "kind" },
        { name: "node" },
        { name: "estimated effect", ...unit },
        { name: "of the gap" },
        { name: "mean size by chance", ...unit },
      ],
      rows: shown.map((node) => [
        node.at,
        this.#words(node),
        node.estimate,
        node.estimate / gap,
        node.chance,
      ]),
      caption: [
        sourceOf(this, model),
        direction,
        ...rules === "exact" ? [] : [`rules: ${rules}`],
        `${metric.label} without edits: ${edited} ${formatNumber(mean(baseline))}, ${other} ${
          formatNumber(mean(reference))
        }`,
        examples > 1 ? `means of ${examples} pairs` : "1 pair",
        ...this.#isUneven ? [uneven] : [],
        `the ${listed} greatest of each kind`,
        ...saidChance(shown),
        "first order: exact only where the metric is linear in the node",
      ].join(" · "),
    });
  }
}
