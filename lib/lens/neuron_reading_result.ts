/**
 * The reading of a neuron.
 *
 * @module
 */

import {
  all,
  display,
  type Document,
  type DrawnDocument,
  formatNumber,
  formatPercent,
  inspect,
  table,
  tokenText,
} from "../show/mod.ts";
import type { NeuronActivity } from "./neuron_activity.ts";
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

  /** Draws the card: what it writes, what it reads, what drives it. */
  [display](): Promise<Document> {
    const tables = [this.#writes(), ...this.reads.map((key) => this.#reads(key)), this.#beside()];
    const driven = this.activity ? [this.activity.spread(), ...this.activity.strips()] : [];
    return all([...tables, ...driven])[display]();
  }

  /** Shows the tables in a terminal. */
  [inspect](): string {
    return [this.#writes(), ...this.reads.map((key) => this.#reads(key)), this.#beside()]
      .map((part) => part["text/plain"]).join("\n\n");
  }

  /** The numbers as plain data, without the whole rows of logits. */
  toJSON(): Omit<NeuronReadingFacts, "writes"> & { writes: Omit<NeuronValue, "logits"> } {
    const { logits: _, ...writes } = this.writes;
    return { ...this, writes };
  }

  get #gainsText(): string {
    return this.gains === "folded" ? "gains of norms counted in" : "gains of norms left out";
  }

  #writes(): DrawnDocument {
    return ends(this.writes, {
      title: `What neuron ${neuronName(this.neuron)} of ${this.model} writes`,
      sides: ["promotes", "suppresses"],
      unit: "logit",
      caption:
        `row of W_out through W_U, ${this.#gainsText}; an activation of 1 over a last norm of 1`,
    });
  }

  #reads(key: NeuronKey): DrawnDocument {
    const role = this.reads.length > 1
      ? key.weight === "W_gate" ? "gate, " : "linear branch, "
      : "";
    return ends(key, {
      title: `What ${key.weight} of neuron ${neuronName(this.neuron)} reads`,
      sides: ["answers to", "answers least to"],
      unit: "product",
      caption: `${role}column of ${key.weight} through ${this.keysThrough}, ${this.#gainsText}`,
    });
  }

  /** The figures that tokens alone do not show, each beside those of others. */
  #beside(): DrawnDocument {
    const row = (name: string, { value, mean, high }: Compared) => [name, value, mean, high];
    const { activity, otherActivity, data } = this;
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
        `others drawn by seed ${this.seed}, of cosines the absolute ones`,
        ...this.reads.map(({ weight, bias }) => `bias of ${weight} ${formatNumber(bias)}`),
        ...activity
          ? [`above 0 at ${formatPercent(activity.density)} of ${activity.count} tokens`]
          : [],
        ...otherActivity
          ? [
            `neuron ${neuronName(otherActivity.neuron)} at ${formatPercent(otherActivity.density)}`,
          ]
          : [],
        ...data && !data.complete ? ["the data was not read to its end"] : [],
      ].join(" · "),
    });
  }
}

/** Two lists of tokens side by side. */
function ends(
  { greatest, least }: VocabularyEnds,
  { title, sides, unit, caption }: {
    title: string;
    sides: readonly [string, string];
    unit: string;
    caption: string;
  },
): DrawnDocument {
  return table({
    title,
    columns: [
      { name: sides[0] },
      { name: unit, align: "right" },
      { name: sides[1] },
      { name: unit, align: "right" },
    ],
    rows: greatest.map((one, i) => [one.token, one.score, least[i]!.token, least[i]!.score]),
    caption,
  });
}

/** The first tokens of a list in one line of text. */
export function tokensText(tokens: VocabularyEnds["greatest"], most: number): string {
  return tokens.slice(0, most).map(({ token }) => tokenText(token)).join(" ");
}
