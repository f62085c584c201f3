/**
 * The reading of a neuron.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import {
  all,
  type CardExample,
  type CardList,
  display,
  type Document,
  type DrawnDocument,
  formatNumber,
  formatPercent,
  inspect,
  table,
  tokenCard,
  tokenText,
} from "../show/mod.ts";
import type { ActivePlace, NeuronActivity } from "./neuron_activity.ts";
import type { ExamplesFacts } from "./neuron_examples.ts";
import { neuronName, type NeuronPlace } from "./neuron_place.ts";
import type { Compared, KeyBasis, NeuronKey, NeuronValue, ReadWeights } from "./neuron_weights.ts";
import type { Gains } from "./vocabulary_basis.ts";
import type { VocabularyEnds } from "./vocabulary_ends.ts";

/** The parts of a {@linkcode NeuronReading}. */
export interface NeuronReadingFacts extends ReadWeights {
  /** The model, by name. */
  readonly model: string;
  /** The neuron. */
  readonly neuron: NeuronPlace;
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** The matrix that keys were read through. */
  readonly keysThrough: KeyBasis;
  /** What the neurons that it is compared with were drawn by. */
  readonly seed: number;
  /** The data over which it was watched; null where there was none. */
  readonly data: ExamplesFacts | null;
  /** What it did over the data. */
  readonly activity: NeuronActivity | null;
  /** What another neuron of its block did over the same data. */
  readonly otherActivity: NeuronActivity | null;
}

/** What a neuron promotes and suppresses, what its keys read, and what drives it. */
export class NeuronReading implements NeuronReadingFacts {
  /** The model, by name. */
  readonly model: string;
  /** The neuron. */
  readonly neuron: NeuronPlace;
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** The matrix that keys were read through. */
  readonly keysThrough: KeyBasis;
  /** What it writes: the tokens that it promotes and suppresses where its activation is above zero. */
  readonly writes: NeuronValue;
  /** What its keys read. */
  readonly reads: readonly NeuronKey[];
  /** How many other neurons it is compared with. */
  readonly others: number;
  /** What these were drawn by. */
  readonly seed: number;
  /** The data over which it was watched. */
  readonly data: ExamplesFacts | null;
  /** What it did over the data. */
  readonly activity: NeuronActivity | null;
  /** What another neuron of its block did over the same data. */
  readonly otherActivity: NeuronActivity | null;

  /** Holds the parts. */
  constructor(facts: NeuronReadingFacts) {
    this.model = facts.model;
    this.neuron = facts.neuron;
    this.gains = facts.gains;
    this.keysThrough = facts.keysThrough;
    this.writes = facts.writes;
    this.reads = facts.reads;
    this.others = facts.others;
    this.seed = facts.seed;
    this.data = facts.data;
    this.activity = facts.activity;
    this.otherActivity = facts.otherActivity;
  }

  /** The tokens that it promotes where it is active, with logits. */
  get promotes(): NeuronValue["greatest"] {
    return this.writes.greatest;
  }

  /** The tokens that it suppresses where it is active, with logits. */
  get suppresses(): NeuronValue["least"] {
    return this.writes.least;
  }

  /** Draws the card: what it writes, what it reads, what drives it; and how it compares with others. */
  [display](): Promise<Document> {
    return all([this.#card(), this.#beside()])[display]();
  }

  /** Shows card and comparison in a terminal. */
  [inspect](): string {
    return [this.#card(), this.#beside()].map((part) => part["text/plain"]).join("\n\n");
  }

  /** The numbers as plain data, without the whole rows of logits. */
  toJSON(): Omit<NeuronReadingFacts, "writes"> & { writes: Omit<NeuronValue, "logits"> } {
    const { logits: _, ...writes } = this.writes;
    return { ...this, writes };
  }

  #card(): DrawnDocument {
    const { activity, neuron, model } = this, name = neuronName(neuron);
    const places = activity?.places ?? [], counts = activity?.histogram.counts ?? [];
    return tokenCard({
      title: `Neuron ${name} of ${model}`,
      facts: activity ? facts(activity) : [],
      lists: [
        ...sides(this.writes, ["promotes", "suppresses"], "logit"),
        ...this.reads.flatMap((key) => {
          const by = `${key.weight} answers`;
          return sides(key, [`${by} to`, `${by} least to`], "product");
        }),
      ],
      ...activity && counts.length > 0
        ? { histogram: { label: "activation", counted: "tokens", ...activity.histogram } }
        : {},
      ...places.length > 0
        ? { examples: { label: "activation", texts: places.map(exampleOf) } }
        : {},
      caption: this.#basis(),
      ...codeOf(this, ".activity.places[{place}].activations[{at}]", {
        place: {
          by: "position",
          texts: places.flatMap(({ tokens }, i) => tokens.map(() => String(i))),
        },
        at: {
          by: "position",
          texts: places.flatMap(({ tokens }) => tokens.map((_, at) => String(at))),
        },
      }),
    });
  }

  /** How the lists were made. */
  #basis(): string {
    const gains = this.gains === "folded" ? "counted in" : "left out";
    const roles = this.reads.map(({ weight }) => {
      const role = this.reads.length === 1
        ? ""
        : weight === "W_gate"
        ? "gate, "
        : "linear branch, ";
      return `${role}column of ${weight} through ${this.keysThrough}`;
    });
    return [
      sourceOf(this, this.model),
      "row of W_out through W_U, an activation of 1 over a last norm of 1",
      ...roles,
      `gains of norms ${gains}`,
      ...this.data && !this.data.complete ? ["the data was not read to its end"] : [],
    ].join(" · ");
  }

  /** The figures that tokens alone do not show, each beside those of others. */
  #beside(): DrawnDocument {
    const row = (name: string, { value, mean, high }: Compared) => [name, value, mean, high];
    const { activity, otherActivity } = this;
    return table({
      title: `Neuron ${neuronName(this.neuron)} beside ${this.others} others of its block`,
      columns: ["figure", "neuron", "others' mean", "95% below"].map((name) => ({ name })),
      rows: [
        row("greatest logit", this.writes.top),
        ...this.reads.flatMap((key) => [
          row(`greatest product of ${key.weight}`, key.top),
          row(`cosine of ${key.weight} and W_out`, key.cosine),
        ]),
      ],
      caption: [
        sourceOf(this, this.model),
        `others drawn by seed ${this.seed}, of cosines the absolute ones`,
        ...this.reads.map(({ weight, bias }) => `bias of ${weight} ${formatNumber(bias)}`),
        ...activity ? [`above 0 at ${formatPercent(activity.density)} of tokens`] : [],
        ...otherActivity
          ? [
            `neuron ${neuronName(otherActivity.neuron)} at ${formatPercent(otherActivity.density)}`,
          ]
          : [],
      ].join(" · "),
    });
  }
}

/** What it did over the data, in single figures. */
function facts({ count, density, mean, least, greatest }: NeuronActivity) {
  return [
    { label: "above 0", value: `${formatPercent(density)} of ${count} tokens` },
    { label: "mean activation", value: mean },
    ...count > 0
      ? [{ label: "activations", value: `${formatNumber(least)} to ${formatNumber(greatest)}` }]
      : [],
  ];
}

/** The lists of both ends. */
function sides(
  { greatest, least }: VocabularyEnds,
  names: readonly [string, string],
  label: string,
): CardList[] {
  return [greatest, least].map((list, i) => ({
    name: names[i]!,
    label,
    rows: list.map(({ token, score }) => ({ token, value: score })),
  }));
}

/** A place at which it was most active, as a stretch of text. */
function exampleOf({ tokens, activations, activation, position }: ActivePlace): CardExample {
  const at = `position ${position}`;
  // Another place nearby may be more active, and the card then calls that one the greatest.
  const second = activations.some((other) => other > activation);
  return {
    tokens,
    values: activations,
    note: second ? `${formatNumber(activation)} at ${at}` : at,
  };
}

/** The first tokens of a list in one line of text. */
export function tokensText(tokens: VocabularyEnds["greatest"], most: number): string {
  return tokens.slice(0, most).map(({ token }) => tokenText(token)).join(" ");
}
