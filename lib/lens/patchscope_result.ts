/**
 * What states said in another text.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { codeOf, type NextToken, sourceOf } from "../run/mod.ts";
import {
  display,
  type Document,
  formatPercent,
  inspect,
  LongTable,
  quotedEnd,
  table,
  tokenText,
} from "../show/mod.ts";

/** What is said after a target. */
export interface TargetReading {
  /** The likeliest next tokens after the target's last position. */
  readonly next: readonly NextToken[];
  /** What is written on; empty where nothing was to be written. */
  readonly text: string;
}

/** What is said after a target into which a state was put. */
export interface PatchedText extends TargetReading {
  /** The stream that the state comes from. */
  readonly source: number;
  /** The stream that it was put into. */
  readonly target: number;
}

/** What a patchscope looked at. */
export interface PatchscopeFacts {
  /** The model, by name. */
  readonly model: string;
  /** The text of the state. */
  readonly source: PromptTokens;
  /** The position of the state, counted from 0. */
  readonly position: number;
  /** The text that it was put into. */
  readonly target: PromptTokens;
  /** The positions there. */
  readonly positions: readonly number[];
}

/** What a model says of states that stand in another text. */
export class Patchscope {
  /** What was looked at. */
  readonly facts: PatchscopeFacts;
  /** What was said for each pair of layers, by source and then by target. */
  readonly patches: readonly PatchedText[];
  /** What is said after the target without a patch. */
  readonly baseline: TargetReading;

  /** Holds the texts. */
  constructor(facts: PatchscopeFacts, patches: readonly PatchedText[], baseline: TargetReading) {
    this.facts = facts;
    this.patches = patches;
    this.baseline = baseline;
  }

  /**
   * What was said for one pair of streams.
   *
   * @throws {RangeError} If the pair was not patched.
   */
  at(source: number, target: number): PatchedText {
    const found = this.patches.find((patch) => patch.source === source && patch.target === target);
    if (found) return found;
    throw new RangeError(
      `Cannot find a patch from stream ${source} into ${target} as it must have been made: there are ${
        this.patches.map(({ source, target }) => `${source} into ${target}`).join(", ")
      }`,
    );
  }

  /** Draws a table with a row for each pair of layers, and one for no patch. */
  [display](): Document {
    const { source, position, target, positions, model } = this.facts;
    const cells = ({ next, text }: TargetReading) => [
      next[0]?.token ?? "",
      next[0] ? formatPercent(next[0].probability) : "",
      tokenText({ text }),
    ];
    return table({
      title: `"${tokenText(source.tokens[position]!)}" of ${quotedEnd(source, 60)}, put into ${
        quotedEnd(target, 60)
      }`,
      columns: [
        { name: "from stream" },
        { name: "into stream" },
        { name: "next token" },
        { name: "probability", align: "right" },
        { name: "text" },
      ],
      rows: [
        ["no patch", "", ...cells(this.baseline)],
        ...this.patches.map((patch) => [`${patch.source}`, `${patch.target}`, ...cells(patch)]),
      ],
      ...codeOf(this, ".{reading}", {
        reading: { by: "row", texts: ["baseline", ...this.patches.map((_, i) => `patches[${i}]`)] },
      }),
      caption: `${sourceOf(this, model)} · position ${position} put at ${positions.join(", ")}`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** What is said as rows: of each pair of streams the likeliest next tokens, and what is written on; without streams, of no patch. */
  table(): LongTable {
    return new LongTable(
      `what states of ${this.facts.model} say in another text`,
      "source target rank token id logit probability text".split(" "),
      () =>
        [{ ...this.baseline, source: null, target: null }, ...this.patches].flatMap((
          { source, target, next, text },
        ) =>
          next.map(({ rank, token, id, logit, probability }) => [
            ...[source, target, rank, token.text, id, logit, probability, text],
          ])
        ),
    );
  }

  /** The texts as plain data. */
  toJSON(): Omit<PatchscopeFacts, "source" | "target"> & {
    source: string;
    target: string;
    patches: readonly PatchedText[];
    baseline: TargetReading;
  } {
    const { facts, patches, baseline } = this;
    return { ...facts, source: facts.source.text, target: facts.target.text, patches, baseline };
  }
}
