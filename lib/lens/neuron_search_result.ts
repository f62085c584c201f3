/**
 * The neurons that a search found.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import {
  display,
  type Document,
  formatNumber,
  inspect,
  LongTable,
  type ShownToken,
  table,
  tokenText,
} from "../show/mod.ts";
import { neuronName, type NeuronPlace } from "./neuron_place.ts";
import type { Gains } from "./vocabulary_basis.ts";
import { endRows, type VocabularyEnds } from "./vocabulary_ends.ts";

/** A neuron that a search found. */
export interface FoundNeuron extends VocabularyEnds {
  /** The neuron. */
  readonly place: NeuronPlace;
  /** Its deviations from all neurons, averaged over the tokens; turned round where it is to suppress them. */
  readonly score: number;
  /** The logit that it gives each token where it is active by 1. */
  readonly logits: readonly number[];
  /** The rank of each token among all that it promotes, from 1. */
  readonly ranks: readonly number[];
}

/** The parts of a {@linkcode NeuronSearch}. */
export interface NeuronSearchFacts {
  /** The model, by name. */
  readonly model: string;
  /** The tokens that were looked for. */
  readonly tokens: readonly { readonly id: number; readonly token: ShownToken }[];
  /** The blocks that were searched. */
  readonly layers: readonly number[];
  /** Whether neurons that promote or that suppress the tokens were looked for. */
  readonly effect: "promotes" | "suppresses";
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** How many neurons were searched. */
  readonly searched: number;
  /** The best scores of as many tokens drawn by chance, one for each draw. */
  readonly baseline: {
    readonly draws: number;
    readonly seed: number;
    readonly best: readonly number[];
  };
  /** The neurons, the best first. */
  readonly neurons: readonly FoundNeuron[];
}

/** The neurons that promote some tokens most. */
export class NeuronSearch implements NeuronSearchFacts {
  /** The model, by name. */
  readonly model: string;
  /** The tokens that were looked for. */
  readonly tokens: NeuronSearchFacts["tokens"];
  /** The blocks that were searched. */
  readonly layers: readonly number[];
  /** Whether neurons that promote or that suppress the tokens were looked for. */
  readonly effect: "promotes" | "suppresses";
  /** Whether the gains of norms are counted in. */
  readonly gains: Gains;
  /** How many neurons were searched. */
  readonly searched: number;
  /** The best scores of tokens drawn by chance. */
  readonly baseline: NeuronSearchFacts["baseline"];
  /** The neurons, the best first. */
  readonly neurons: readonly FoundNeuron[];

  /** Holds what was found. */
  constructor(facts: NeuronSearchFacts) {
    this.model = facts.model;
    this.tokens = facts.tokens;
    this.layers = facts.layers;
    this.effect = facts.effect;
    this.gains = facts.gains;
    this.searched = facts.searched;
    this.baseline = facts.baseline;
    this.neurons = facts.neurons;
  }

  /** Draws a line a neuron. */
  [display](): Document {
    const { best, draws, seed } = this.baseline;
    const mean = best.reduce((sum, x) => sum + x, 0) / best.length;
    const promotes = this.effect === "promotes";
    return table({
      title: `Neurons of ${this.model} that ${promotes ? "promote" : "suppress"} ${
        this.tokens.map(({ token }) => tokenText(token)).join(", ")
      } most`,
      columns: ["neuron", "score", "logits", "ranks", promotes ? "promotes" : "suppresses"]
        .map((name) => ({ name })),
      rows: this.neurons.map(({ place, score, logits, ranks, greatest, least }) => [
        neuronName(place),
        formatNumber(score),
        logits.map((logit) => formatNumber(logit)).join(", "),
        ranks.join(", "),
        (promotes ? greatest : least).map(({ token }) => tokenText(token)).join(" "),
      ]),
      ...codeOf(this, ".neurons[{row}]"),
      caption: [
        sourceOf(this, this.model),
        "score: deviations from all neurons, averaged over the tokens",
        `best of ${draws} draws of as many tokens by chance (seed ${seed}): mean ${
          formatNumber(mean)
        }, greatest ${formatNumber(Math.max(...best))}`,
        `${this.searched} neurons, gains of norms ${
          this.gains === "folded" ? "counted in" : "left out"
        }`,
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /**
   * The neurons as rows: of each one for every token that was looked for, with its logit and rank, and one for each token that it
   * promotes or suppresses most; its score stands in all of its rows.
   */
  table(): LongTable {
    const columns = "layer expert neuron neuron_score list place token id logit";
    return new LongTable(
      `neurons of ${this.model} by what they do to some tokens`,
      columns.split(" "),
      () =>
        this.neurons.flatMap((
          { place: { layer, expert, neuron }, score, logits, ranks, ...ends },
        ) =>
          [
            ...this.tokens.map((
              { token, id },
              i,
            ) => ["asked", ranks[i]!, token.text, id, logits[i]!]),
            ...endRows(ends),
          ].map((row) => [layer, expert ?? null, neuron, score, ...row])
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): NeuronSearchFacts {
    return { ...this };
  }
}
