/**
 * Estimates of patching beside what patching gives.
 *
 * @module
 */

import type { SweepResult } from "../run/mod.ts";
import {
  all,
  display,
  type Document,
  formatNumber,
  inspect,
  scatter,
  type ScatterPoint,
  table,
} from "../show/mod.ts";
import type { CellPlaces } from "./cell_places.ts";
import { saidChance } from "./node_scores.ts";
import { kendallCorrelation, rankCorrelation } from "../stats/mod.ts";

/** What is held side by side. */
export interface BesideFacts {
  /** The kind of nodes. */
  readonly at: string;
  /** The estimates. */
  readonly estimate: SweepResult;
  /** The sweep, of one metric. */
  readonly exact: SweepResult;
  /** Which node each cell of the sweep is. */
  readonly places: CellPlaces;
  /** The mean size of each estimate by chance, `[variant of the estimates, example]`. */
  readonly chance: Float64Array;
}

/** A node with both numbers, means over the examples in the metric's unit. */
export interface BesideNode {
  /** The node in words, such as `layer 3, head 5`. */
  readonly label: string;
  /** What patching it does. */
  readonly exact: number;
  /** What was estimated. */
  readonly estimate: number;
  /** The mean size of such an estimate by chance; NaN of a node of one number. */
  readonly chance: number;
}

/** The most points that are drawn, and the misses that are listed and named in the picture. */
const [mostPoints, listed, named] = [20_000, 10, 3];

const purpose = "hold estimates beside a sweep";

/** Estimates beside a sweep: a point for each node, how far their ranks agree, and where the estimates miss most. */
export class AttributionBeside {
  /** What is held side by side. */
  readonly facts: BesideFacts;
  /** The nodes of which both numbers are defined, and which the sweep changed at all. */
  readonly nodes: readonly BesideNode[];
  /** How many nodes are left out as patching changes nothing there: the runs do not differ. */
  readonly idle: number;
  /** How many are left out as a number is undefined. */
  readonly undefinedNodes: number;

  /** Compares, once it is sure that both are of the same. */
  constructor(facts: BesideFacts) {
    this.facts = facts;
    const { estimate: { data: ours }, exact: { data: theirs }, chance } = facts;
    checkSame(facts);
    const place = matched(facts), [estimates, exacts] = [meanEffects(ours), meanEffects(theirs)];
    const chances = meansOf(chance, ours.examples), nodes: BesideNode[] = [];
    let [idle, undefinedNodes] = [0, 0];
    exacts.forEach((exact, cell) => {
      const at = place(cell), estimate = estimates[at]!;
      if (theirs.skipped[cell] === 1) return void idle++;
      if (Number.isNaN(exact + estimate)) return void undefinedNodes++;
      nodes.push({
        label: labelOf(theirs.axes, theirs.shape, cell),
        exact,
        estimate,
        chance: chances[at]!,
      });
    });
    this.nodes = nodes;
    this.idle = idle;
    this.undefinedNodes = undefinedNodes;
  }

  /** Spearman's correlation of the ranks; NaN of fewer than two nodes. */
  get spearman(): number {
    return rankCorrelation(
      this.nodes.map(({ exact }) => exact),
      this.nodes.map((node) => node.estimate),
    );
  }

  /** Kendall's τ-b, the pairs of nodes that are ordered alike over those that are not. */
  get kendall(): number {
    return kendallCorrelation(
      this.nodes.map(({ exact }) => exact),
      this.nodes.map((node) => node.estimate),
    );
  }

  /**
   * The nodes that the estimate misses most, by the size of estimate minus exact.
   *
   * @param count How many.
   */
  misses(count: number = listed): readonly BesideNode[] {
    const size = ({ estimate, exact }: BesideNode) => Math.abs(estimate - exact);
    return [...this.nodes].sort((a, b) => size(b) - size(a)).slice(0, count);
  }

  /** Draws a point for each node beside the line of agreement, and the worst misses. */
  async [display](): Promise<Document> {
    return await all([this.#picture(), this.#table()])[display]();
  }

  /** Shows the agreement and the worst misses in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): {
    readonly at: string;
    readonly spearman: number;
    readonly kendall: number;
    readonly idle: number;
    readonly undefinedNodes: number;
    readonly nodes: readonly BesideNode[];
  } {
    const { facts: { at }, spearman, kendall, idle, undefinedNodes, nodes } = this;
    return { at, spearman, kendall, idle, undefinedNodes, nodes };
  }

  #title(): string {
    const { at, exact } = this.facts;
    return `Patching ${at}: estimated beside exact effects on ${exact.data.metrics[0]!.label}`;
  }

  #caption(): string {
    const { exact: { data } } = this.facts,
      { idle, undefinedNodes, spearman, kendall, nodes } = this;
    return [
      data.source ?? data.model,
      `${nodes.length} nodes`,
      `Spearman ${formatNumber(spearman)}`,
      `Kendall ${formatNumber(kendall)}`,
      ...idle > 0 ? [`${idle} left out that differ in no pair`] : [],
      ...undefinedNodes > 0 ? [`${undefinedNodes} left out that are undefined`] : [],
      data.examples > 1 ? `means of ${data.examples} pairs` : "1 pair",
    ].join(" · ");
  }

  #picture() {
    const { metrics: [metric] } = this.facts.exact.data, unit = metric!.unit;
    const size = ({ exact, estimate }: BesideNode) => Math.max(Math.abs(exact), Math.abs(estimate));
    const shown = this.nodes.length > mostPoints
      ? [...this.nodes].sort((a, b) => size(b) - size(a)).slice(0, mostPoints)
      : this.nodes;
    const worst = new Set(this.misses(named));
    const ends = shown.flatMap(({ exact, estimate }) => [exact, estimate]);
    const [low, high] = ends.reduce(([least, most], x) => [Math.min(least, x), Math.max(most, x)], [
      0,
      0,
    ]);
    return scatter({
      title: this.#title(),
      x: { name: "exact effect", ...(unit && { unit }) },
      y: { name: "estimated effect", ...(unit && { unit }) },
      equal: true,
      points: shown.map((node): ScatterPoint => ({
        x: node.exact,
        y: node.estimate,
        label: node.label,
        ...(worst.has(node) && { named: true }),
      })),
      lines: [{ label: "estimate = exact", from: [low, low], to: [high, high] }],
      caption: [
        this.#caption(),
        ...shown.length < this.nodes.length ? [`the ${mostPoints} of greatest size are drawn`] : [],
      ].join(" · "),
    });
  }

  #table(): Document {
    const { metrics: [metric] } = this.facts.exact.data,
      unit = metric!.unit && { unit: metric!.unit };
    return table({
      title: `Where estimates of patching ${this.facts.at} miss most`,
      columns: [
        { name: "node" },
        { name: "exact effect", ...unit },
        { name: "estimated", ...unit },
        { name: "miss", ...unit },
        { name: "mean size by chance", ...unit },
      ],
      rows: this.misses().map(({ label, exact, estimate, chance }) => [
        label,
        exact,
        estimate,
        estimate - exact,
        chance,
      ]),
      caption: [this.#caption(), ...saidChance(this.misses())].join(" · "),
    });
  }
}

type Data = SweepResult["data"];

/** The means over examples of one list, `[cell, example]`. */
function meansOf(numbers: Float64Array, examples: number): Float64Array {
  const means = new Float64Array(numbers.length / examples);
  numbers.forEach((value, i) => means[Math.floor(i / examples)]! += value / examples);
  return means;
}

/** The mean effects of the one metric. */
const meanEffects = ({ values, baseline, examples }: Data): Float64Array =>
  meansOf(values.map((value, i) => value - baseline[i % examples]!), examples);

/** A cell in words. */
function labelOf(axes: Data["axes"], shape: readonly number[], cell: number): string {
  const words: string[] = [];
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    words.unshift(`${axes[axis]!.name} ${axes[axis]!.labels[cell % shape[axis]!]}`);
    cell = Math.floor(cell / shape[axis]!);
  }
  return words.join(", ");
}

/** Refuses a sweep of something else: its unedited run would not measure the same. */
function checkSame({ estimate: { data: ours }, exact: { data: theirs } }: BesideFacts): void {
  const refuse = (rule: string, value: unknown): never => {
    throw new RangeError(`Cannot ${purpose} as ${rule}: current value is ${value}`);
  };
  if (theirs.examples !== ours.examples) {
    refuse(`both must be of the same pairs, ${ours.examples}`, theirs.examples);
  }
  if (theirs.direction !== ours.direction) {
    refuse(`both must edit the same run, ${ours.direction}`, theirs.direction);
  }
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * (1 + Math.abs(a));
  ours.baseline.forEach((value, example) => {
    const other = theirs.baseline[example]!;
    if (!near(value, other)) {
      refuse(
        `both must measure the same: ${
          ours.metrics[0]!.label
        } without edits is ${value} in pair ${example}`,
        `${other}, ${theirs.metrics[0]!.label}`,
      );
    }
  });
}

/** Finds the estimate of a cell of the sweep. */
function matched({ estimate: { data }, places }: BesideFacts): (cell: number) => number {
  // Layers that lack the site have no place, so a layer is found by its label.
  const tables = data.axes.map(({ labels }) =>
    new Map(labels.map((label, at) => [Number(/^\d+/.exec(label)![0]), at]))
  );
  return (cell) => {
    const place = places.of(cell);
    return data.axes.reduce((found, { name, labels }, axis) => {
      const at = tables[axis]!.get(place[name]!);
      if (at !== undefined) return found * labels.length + at;
      throw new RangeError(
        `Cannot ${purpose} as each of its cells must be a node that was estimated: there is none at ${name} ${
          place[name]
        }`,
      );
    }, 0);
  };
}
