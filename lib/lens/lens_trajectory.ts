/**
 * How one token fares through the layers.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { display, type Document, inspect, table } from "../show/mod.ts";
import type { LensEntry } from "./lens_entries.ts";
import type { LensTarget } from "./read_out.ts";

/** What a trajectory is of. */
export interface TrajectoryFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** What was read at each position. */
  readonly entries: readonly LensEntry[];
  /** The positions, counted from 0. */
  readonly positions: readonly number[];
  /** The token. */
  readonly token: LensTarget;
}

/** Rank and probability of a token, from the first layer to the last. */
export class LensTrajectory {
  /** What it is of. */
  readonly facts: TrajectoryFacts;
  /** Its rank, 1 for the likeliest, by entry and place in the positions. */
  readonly ranks: readonly (readonly number[])[];
  /** The logarithm of its probability, in nats, likewise. */
  readonly logProbabilities: readonly (readonly number[])[];

  /** Holds the numbers. */
  constructor(
    facts: TrajectoryFacts,
    ranks: readonly (readonly number[])[],
    logProbabilities: readonly (readonly number[])[],
  ) {
    this.facts = facts;
    this.ranks = ranks;
    this.logProbabilities = logProbabilities;
  }

  /** Its probability, from 0 to 1, by entry and place in the positions. */
  get probabilities(): readonly (readonly number[])[] {
    return this.logProbabilities.map((row) => row.map((x) => Math.exp(x)));
  }

  /** Draws rank and probability at the last of the positions, a row a layer. */
  [display](): Document {
    const { entries, token, prompt, positions, model } = this.facts, at = positions.length - 1;
    return table({
      title: `${token.token.text.trim()} after "${
        prompt.tokens.slice(0, positions[at]! + 1).map(({ text }) => text).join("").slice(-90)
      }", layer by layer`,
      columns: [{ name: "layer" }, { name: "rank" }, { name: "probability" }],
      rows: entries.map((
        { label },
        i,
      ) => [label, this.ranks[i]![at]!, this.probabilities[i]![at]!]),
      caption: model,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Omit<TrajectoryFacts, "prompt"> & {
    prompt: string;
    ranks: LensTrajectory["ranks"];
    logProbabilities: LensTrajectory["logProbabilities"];
  } {
    const { facts, ranks, logProbabilities } = this;
    return { ...facts, prompt: facts.prompt.text, ranks, logProbabilities };
  }
}
