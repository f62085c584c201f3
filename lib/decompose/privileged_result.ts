/**
 * How activations lie along their basis, and along others.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import type { Site } from "../model/mod.ts";
import { display, type Document, inspect, table } from "../show/mod.ts";

/** The kurtosis of activations; 3 for normal numbers. */
export interface Kurtosis {
  /** That of each token over the directions, in the mean over tokens. */
  readonly byToken: number;
  /** That of each direction over the tokens, in the mean over directions that are not constant. */
  readonly byDirection: number;
}

/** One site. */
export interface BasisSite {
  /** The site. */
  readonly site: Site;
  /** How many directions its basis has. */
  readonly directions: number;
  /** Along its own basis. */
  readonly own: Kurtosis;
  /** Along random rotations of it, in the mean. */
  readonly rotated: Kurtosis;
  /** The standard deviation of these. */
  readonly deviation: Kurtosis;
  /** The direction of greatest kurtosis over the tokens. */
  readonly greatest: { readonly direction: number; readonly kurtosis: number };
}

/** What was measured. */
export interface BasisFacts {
  /** The model, by name. */
  readonly model: string;
  /** How many tokens beside the first of each example. */
  readonly tokens: number;
  /** How many random rotations. */
  readonly rotations: number;
  /** The seed of these. */
  readonly seed: number;
}

/** How activations lie along their own basis, beside random ones. */
export class PrivilegedBasis implements BasisFacts {
  /** The model, by name. */
  readonly model: string;
  /** How many tokens beside the first of each example. */
  readonly tokens: number;
  /** How many random rotations. */
  readonly rotations: number;
  /** The seed of these. */
  readonly seed: number;
  /** The sites. */
  readonly sites: readonly BasisSite[];

  /** Holds kurtoses. */
  constructor(facts: BasisFacts, sites: readonly BasisSite[]) {
    this.model = facts.model;
    this.tokens = facts.tokens;
    this.rotations = facts.rotations;
    this.seed = facts.seed;
    this.sites = sites;
  }

  /**
   * The kurtoses of one site.
   *
   * @throws {RangeError} If it was not measured.
   */
  of(site: string): BasisSite {
    const found = this.sites.find((one) => one.site === site);
    if (found) return found;
    throw new RangeError(
      `Cannot read the kurtosis at ${JSON.stringify(site)} as it must be among ${
        this.sites.map(({ site }) => site).join(", ")
      }`,
    );
  }

  /** Draws a table, each site beside its rotations. */
  [display](): Document {
    const between = (name: keyof Kurtosis, { rotated, deviation }: BasisSite) =>
      `${rotated[name].toFixed(3)} ± ${deviation[name].toFixed(3)}`;
    return table({
      title: `Kurtosis along the basis and along random ones, ${this.model}`,
      columns: [
        { name: "site" },
        { name: "over directions" },
        { name: "the same, rotated", align: "right" },
        { name: "over tokens" },
        { name: "the same, rotated", align: "right" },
        { name: "greatest direction" },
        { name: "its kurtosis over tokens" },
      ],
      rows: this.sites.map((one) => [
        one.site,
        one.own.byToken,
        between("byToken", one),
        one.own.byDirection,
        between("byDirection", one),
        one.greatest.direction,
        one.greatest.kurtosis,
      ]),
      ...codeOf(this, ".sites[{row}]"),
      caption: `${
        sourceOf(this, this.model)
      } · ${this.tokens} tokens, the first of each example apart · ${this.rotations} random rotations · normal numbers have 3; where the basis means nothing, both columns agree`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): BasisFacts & { readonly sites: readonly BasisSite[] } {
    const { model, tokens, rotations, seed, sites } = this;
    return { model, tokens, rotations, seed, sites };
  }
}
