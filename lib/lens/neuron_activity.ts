/**
 * What a neuron did over a data set.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import {
  all,
  display,
  type Document,
  type DrawnChart,
  type DrawnDocument,
  formatNumber,
  formatPercent,
  histogram,
  inspect,
  type ShownToken,
  tokenStrip,
} from "../show/mod.ts";
import { neuronName, type NeuronPlace } from "./neuron_place.ts";

/** A place of a data set at which a neuron was active. */
export interface ActivePlace {
  /** The activation. */
  readonly activation: number;
  /** The position within its example, counted from 0. */
  readonly position: number;
  /** The text of the example. */
  readonly text: string;
  /** The tokens around the place. */
  readonly tokens: readonly ShownToken[];
  /** The activations at these tokens; NaN where a token does not use the expert. */
  readonly activations: readonly number[];
  /** Which of these tokens is the place. */
  readonly at: number;
}

/** The numbers of a {@linkcode NeuronActivity}. */
export interface ActivityFacts {
  /** The neuron. */
  readonly neuron: NeuronPlace;
  /** The tokens at which it had an activation. */
  readonly count: number;
  /** The share of these at which it was above zero, from 0 to 1; NaN where there were none. */
  readonly density: number;
  /** The mean activation; NaN where there was none. */
  readonly mean: number;
  /** The variance, divided by one less than the count. */
  readonly variance: number;
  /** The greatest activation. */
  readonly greatest: number;
  /** The least activation. */
  readonly least: number;
  /** How the activations are spread: the edges of bins, one more than counts. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** The most active places, the most active first. */
  readonly places: readonly ActivePlace[];
}

/** The names of the columns of {@linkcode activityRows}. */
export const activityColumns: readonly string[] =
  "layer expert neuron count density mean variance greatest least place position token activation text"
    .split(" ");

/** The most active places of a neuron as rows, its moments in each; one row without a place where there are none. */
export function activityRows(activity: ActivityFacts): (string | number | null)[][] {
  const { neuron: { layer, expert, neuron }, count, density, mean, variance } = activity;
  const { greatest, least, places } = activity;
  const own = [layer, expert ?? null, neuron, count, density, mean, variance, greatest, least];
  if (places.length === 0) return [[...own, null, null, null, null, null]];
  return places.map(({ position, tokens, at, activation, text }, i) => [
    ...own,
    ...[i + 1, position, tokens[at]!.text, activation, text],
  ]);
}

/** What a neuron did over a data set. */
export class NeuronActivity implements ActivityFacts {
  /** The neuron. */
  readonly neuron: NeuronPlace;
  /** The tokens at which it had an activation. */
  readonly count: number;
  /** The share of these at which it was above zero. */
  readonly density: number;
  /** The mean activation. */
  readonly mean: number;
  /** The variance of the activations. */
  readonly variance: number;
  /** The greatest activation. */
  readonly greatest: number;
  /** The least activation. */
  readonly least: number;
  /** How the activations are spread. */
  readonly histogram: ActivityFacts["histogram"];
  /** The most active places. */
  readonly places: readonly ActivePlace[];

  /** Holds the numbers. */
  constructor(facts: ActivityFacts) {
    this.neuron = facts.neuron;
    this.count = facts.count;
    this.density = facts.density;
    this.mean = facts.mean;
    this.variance = facts.variance;
    this.greatest = facts.greatest;
    this.least = facts.least;
    this.histogram = facts.histogram;
    this.places = facts.places;
  }

  /** The most active places, each a strip of tokens tinted by the activation. */
  strips(): readonly DrawnDocument[] {
    const caption = sourceOf(this, "");
    const most = Math.max(Math.abs(this.greatest), Math.abs(this.least));
    return this.places.map(({ tokens, activations, activation, position }, i) =>
      tokenStrip({
        tokens,
        values: activations,
        scale: "diverging",
        domain: [-most, most],
        label: `activation of neuron ${neuronName(this.neuron)}`,
        title: `${formatNumber(activation)} at position ${position}`,
        ...codeOf(this, `.places[${i}].activations[{position}]`),
        ...caption && { caption },
      })
    );
  }

  /** The spread of the activations; of rare ones too, as the axis of counts is logarithmic. */
  spread(): Promise<DrawnChart> {
    const { histogram: { edges, counts }, count, density } = this;
    const lost = count - counts.reduce((sum, many) => sum + many, 0);
    return histogram({
      ...counts.length > 0 ? { edges, counts } : { values: [] },
      x: { name: "activation" },
      label: "tokens",
      countScale: "log",
      title: `Activations of neuron ${neuronName(this.neuron)}`,
      caption: [
        ...[sourceOf(this, "")].filter((line) => line),
        `above 0 at ${formatPercent(density)} of ${count} tokens`,
        ...lost > 0 ? [`${lost} infinite, in no bin`] : [],
      ].join(" · "),
    });
  }

  /** Draws the spread and the most active places. */
  [display](): Promise<Document> {
    return all([this.spread(), ...this.strips()])[display]();
  }

  /** Shows the numbers in a terminal. */
  [inspect](): string {
    return `Neuron ${neuronName(this.neuron)}: above 0 at ${
      formatPercent(this.density)
    } of ${this.count} tokens, mean ${formatNumber(this.mean)}, greatest ${
      formatNumber(this.greatest)
    }${
      this.places[0] ? ` at ${JSON.stringify(this.places[0].tokens[this.places[0].at]!.text)}` : ""
    }`;
  }

  /** The numbers as plain data. */
  toJSON(): ActivityFacts {
    return { ...this };
  }
}
