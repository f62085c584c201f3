/**
 * How one token fares through the layers.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { codeOf, type Edit, editText } from "../run/mod.ts";
import {
  all,
  type Chart,
  display,
  type Document,
  type DrawnDocument,
  inspect,
  joinedText,
  lines,
  LongTable,
  quotedEnd,
  table,
  tokenText,
} from "../show/mod.ts";
import type { LensEntry } from "./lens_entries.ts";
import type { LensNorm } from "./lens_rows.ts";
import { type LensTarget, normText } from "./read_out.ts";

/** What a trajectory is of. */
export interface TrajectoryFacts {
  /** The model, by name. */
  readonly model: string;
  /** Where the numbers come from, in one line; the model's name if left out. */
  readonly source?: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** What was read at each position. */
  readonly entries: readonly LensEntry[];
  /** The positions, counted from 0. */
  readonly positions: readonly number[];
  /** The token. */
  readonly token: LensTarget;
  /** How many tokens there are. */
  readonly vocabulary: number;
  /** How the last norm was applied. */
  readonly norm: LensNorm;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
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

  /**
   * Draws rank and probability at the last of the positions: as lines through the stream, and a row an entry. Parts of the
   * stream stand in the table alone, for no line goes on from one to the next.
   */
  [display](): Promise<Document> {
    const { entries } = this.facts;
    const stages = [...entries.keys()].filter((i) => entries[i]!.stream);
    // One stream is a point, which the table says better.
    const charts = stages.length > 1 ? [this.#ranks(stages), this.#probabilities(stages)] : [];
    return all([...charts, this.#table()])[display]();
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as rows: of every entry and position rank and log-probability. */
  table(): LongTable {
    const { entries, positions, prompt, token } = this.facts;
    return new LongTable(
      `${tokenText(token.token)} in the stream`,
      "entry site position token rank log_probability probability".split(" "),
      () =>
        entries.flatMap(({ label, site }, at) =>
          positions.map((position, place) => [
            label,
            site,
            position,
            prompt.tokens[position]!.text,
            this.ranks[at]![place]!,
            this.logProbabilities[at]![place]!,
            this.probabilities[at]![place]!,
          ])
        ),
    );
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

  get #place(): number {
    return this.facts.positions.length - 1;
  }

  #ranks(stages: readonly number[]): Promise<Chart> {
    const { vocabulary } = this.facts;
    return lines({
      ...this.#line("Rank", stages, this.ranks),
      y: { name: "rank", unit: `of ${vocabulary}`, scale: "log", reverse: true },
      references: [{ label: "middle of all", y: (vocabulary + 1) / 2 }],
      caption: this.#caption(),
    });
  }

  #probabilities(stages: readonly number[]): Promise<Chart> {
    const { vocabulary } = this.facts;
    return lines({
      ...this.#line("Probability", stages, this.probabilities),
      y: { name: "probability" },
      references: [{ label: "1 / vocabulary", y: 1 / vocabulary }],
      caption: this.#caption(),
    });
  }

  #line(what: string, stages: readonly number[], values: LensTrajectory["ranks"]) {
    const { entries, token } = this.facts, place = this.#place;
    return {
      title: `${what} of ${tokenText(token.token)} in the stream`,
      series: [{ name: tokenText(token.token), y: stages.map((i) => values[i]![place]!) }],
      x: { name: "stage", labels: stages.map((i) => entries[i]!.label) },
    };
  }

  #table(): DrawnDocument {
    const { entries, token, prompt, positions } = this.facts, place = this.#place;
    const read = prompt.tokens.slice(0, positions[place]! + 1);
    return table({
      title: `${tokenText(token.token)} after ${
        quotedEnd({ text: joinedText(read), tokens: read })
      }, layer by layer`,
      columns: [{ name: "layer" }, { name: "rank" }, { name: "probability" }],
      rows: entries.map(({ label }, i) => [
        label,
        this.ranks[i]![place]!,
        this.probabilities[i]![place]!,
      ]),
      ...codeOf(this, `.ranks[{row}][${place}]`),
      caption: this.#caption(),
    });
  }

  #caption(): string {
    const { model, source = model, norm, positions, edits } = this.facts, { length } = positions;
    return [
      source,
      normText(norm),
      `read at position ${positions[length - 1]}${length > 1 ? `, the last of ${length}` : ""}`,
      ...edits.map(editText),
    ].join(" · ");
  }
}
