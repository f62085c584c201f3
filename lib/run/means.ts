/**
 * Means of a model's values over a data set: what mean ablation puts in, and what values are centred by.
 *
 * @module
 */

import { sourceOf } from "./origin.ts";
import { plainSiteName, type Site } from "../model/mod.ts";
import { display, type Document, inspect, table } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";

/** The mean of one site. */
export interface SiteMean {
  /** The names of its axes, outermost first: the site's without the example and, unless kept, the position. */
  readonly axes: readonly string[];
  /** Their sizes. */
  readonly shape: readonly number[];
  /** How many values each mean is over: tokens, or examples where positions are kept apart. */
  readonly count: number;
  /** The means, row by row. */
  readonly mean: Float64Array;
  /** The unbiased variances, row by row; NaN where there are fewer than two values. */
  readonly variance: Float64Array;
}

/** What means were taken over. */
export interface MeansFacts {
  /** The model, by name. */
  readonly model: string;
  /** How many examples they are over. */
  readonly examples: number;
  /** How many tokens those have, the ones left out included. */
  readonly tokens: number;
  /** Whether each position has a mean of its own. */
  readonly byPosition: boolean;
  /** Whether beginning-of-text tokens count. */
  readonly beginning: boolean;
  /** The positions that count; null for all. */
  readonly positions: readonly number[] | null;
  /** Whether the data set was read to its end; false after a signal. */
  readonly complete: boolean;
}

/** The means of sites over a data set, with how many values each is over. */
export class Means {
  /** What they were taken over. */
  readonly facts: MeansFacts;
  readonly #sites: ReadonlyMap<Site, SiteMean>;
  readonly #tensors = new Map<Site, tf.Tensor>();

  /** Holds means. */
  constructor(facts: MeansFacts, sites: ReadonlyMap<Site, SiteMean>) {
    this.facts = facts;
    this.#sites = sites;
  }

  /** The model, by name. */
  get model(): string {
    return this.facts.model;
  }

  /** How many examples the means are over. */
  get examples(): number {
    return this.facts.examples;
  }

  /** Whether each position has a mean of its own. */
  get byPosition(): boolean {
    return this.facts.byPosition;
  }

  /** Whether the data set was read to its end. */
  get complete(): boolean {
    return this.facts.complete;
  }

  /** The sites, in the order of the forward pass. */
  get sites(): readonly Site[] {
    return [...this.#sites.keys()];
  }

  /** Whether a site was averaged. */
  has(site: string): boolean {
    return this.#sites.has(plainSiteName(site) as Site);
  }

  /**
   * The mean of a site as a tensor that these means own: the site's axes without the example and, unless positions are
   * kept apart, without the position.
   *
   * @throws {RangeError} If the site was not averaged, or nothing was before the work was stopped.
   */
  get(site: string): tf.Tensor {
    const { mean, shape } = this.of(site), name = plainSiteName(site) as Site;
    const known = this.#tensors.get(name);
    if (known && !known.isDisposed) return known;
    const tensor = tf.keep(tf.tensor(mean, [...shape]));
    this.#tensors.set(name, tensor);
    return tensor;
  }

  /**
   * The mean of a site in double precision, with its variance, axes and count.
   *
   * @throws {RangeError} If the site was not averaged, or nothing was before the work was stopped.
   */
  of(site: string): SiteMean {
    const found = this.#sites.get(plainSiteName(site) as Site);
    if (found) return found;
    const have = this.sites;
    throw new RangeError(
      `Cannot read the mean of ${JSON.stringify(site)} as it must have been taken: ${
        this.facts.examples === 0
          ? "the work was stopped before the first example"
          : `there are those of ${have.slice(0, 6).join(", ")}${have.length > 6 ? ", ..." : ""}`
      }`,
    );
  }

  /** Frees the tensors; the numbers stay. */
  dispose(): void {
    tf.dispose([...this.#tensors.values()]);
    this.#tensors.clear();
  }

  /** Frees the tensors at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws the sites with axes, counts and sizes of mean and deviation. */
  [display](): Document {
    const { model, examples, tokens, byPosition, beginning, positions, complete } = this.facts;
    return table({
      title: `Means over ${examples.toLocaleString("en")} examples${
        complete ? "" : ", stopped before the end"
      }`,
      columns: [
        { name: "site" },
        { name: "axes" },
        { name: "shape" },
        { name: byPosition ? "examples" : "tokens", align: "right" },
        { name: "root mean square of the mean" },
        { name: "mean deviation" },
      ],
      rows: [...this.#sites].map(([site, { axes, shape, count, mean, variance }]) => [
        site,
        axes.join(", "),
        shape.join(" × "),
        count.toLocaleString("en"),
        Math.sqrt(averageOf(mean.map((value) => value * value))),
        Math.sqrt(averageOf(variance)),
      ]),
      caption: [
        sourceOf(this, model),
        `${tokens.toLocaleString("en")} tokens`,
        byPosition
          ? "each position by itself"
          : `over ${positions ? `positions ${positions.join(", ")}` : "all positions"}${
            beginning ? "" : " but the beginning-of-text token"
          }`,
      ].join(" · "),
    });
  }

  /** Shows the sites in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** What the means are over, without their numbers; `saveMeans` writes those too. */
  toJSON(): MeansFacts & { sites: Record<string, Omit<SiteMean, "mean" | "variance">> } {
    const sites = [...this.#sites].map(([site, { axes, shape, count }]) =>
      [site, { axes, shape, count }] as const
    );
    return { ...this.facts, sites: Object.fromEntries(sites) };
  }
}

const averageOf = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
