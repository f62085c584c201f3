/**
 * What states choose among classes of tokens.
 *
 * @module
 */

import { sourceOf } from "../run/mod.ts";
import { display, type Document, formatPercent, inspect, LongTable, table } from "../show/mod.ts";
import type { LensNorm } from "./lens_rows.ts";

/** What was probed. */
export interface VocabularyClassesFacts {
  /** The model, by name. */
  readonly model: string;
  /** The token ids of each class. */
  readonly classes: Readonly<Record<string, readonly number[]>>;
  /** The number of each prompt's class, in the order of `classes`. */
  readonly labels: readonly number[];
  /** The streams that were read. */
  readonly layers: readonly number[];
  /** What a class has of its tokens. */
  readonly score: "greatest" | "sum";
  /** How the last norm was applied. */
  readonly norm: LensNorm;
}

/** The classes that every layer's states choose. */
export class VocabularyClasses {
  /** What was probed. */
  readonly facts: VocabularyClassesFacts;
  /** The number of the chosen class, by stream and prompt. */
  readonly choices: readonly (readonly number[])[];

  /** Holds the choices. */
  constructor(facts: VocabularyClassesFacts, choices: readonly (readonly number[])[]) {
    this.facts = facts;
    this.choices = choices;
  }

  /**
   * The share of prompts whose class a stream chooses.
   *
   * @param layer The stream; negative ones count from the last that was read.
   * @throws {RangeError} If it was not read.
   */
  accuracy(layer: number): number {
    return this.#accuracyAt(this.#place(layer));
  }

  /** The share of the commonest class: the accuracy of who always chooses it. */
  get baseline(): number {
    const { labels, classes } = this.facts;
    const counts = Object.keys(classes).map((_, i) => labels.filter((one) => one === i).length);
    return Math.max(...counts) / labels.length;
  }

  /**
   * How often prompts of each class were taken for each, `[class, chosen class]`.
   *
   * @param layer The stream; negative ones count from the last that was read.
   * @throws {RangeError} If it was not read.
   */
  confusion(layer: number): number[][] {
    const own = this.choices[this.#place(layer)]!, names = Object.keys(this.facts.classes);
    return names.map((_, label) =>
      names.map((_, choice) =>
        own.filter((one, i) => one === choice && this.facts.labels[i] === label).length
      )
    );
  }

  /** Draws the accuracy of each stream, beside that of the commonest class. */
  [display](): Document {
    const { layers, classes, labels, model, score } = this.facts;
    return table({
      title: `Which of ${Object.keys(classes).join(", ")}: the unembedding as a probe`,
      columns: [{ name: "stream" }, { name: "accuracy", align: "right" }],
      rows: [
        ["always the commonest", formatPercent(this.baseline)],
        ...layers.map((layer, i) => [`${layer}`, formatPercent(this.#accuracyAt(i))]),
      ],
      caption: `${sourceOf(this, model)} · ${labels.length} prompts · a class has the ${
        score === "sum" ? "summed probability" : "greatest logit"
      } of its tokens`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The choices as rows: of each stream and prompt its class and the one that is chosen. */
  table(): LongTable {
    const { layers, labels, classes, model } = this.facts, names = Object.keys(classes);
    return new LongTable(
      `classes that streams of ${model} choose`,
      ["stream", "prompt", "class", "chosen"],
      () =>
        layers.flatMap((layer, i) =>
          labels.map((label, prompt) => [
            ...[layer, prompt, names[label]!, names[this.choices[i]![prompt]!]!],
          ])
        ),
    );
  }

  /** The choices as plain data. */
  toJSON(): VocabularyClassesFacts & { choices: VocabularyClasses["choices"] } {
    return { ...this.facts, choices: this.choices };
  }

  #accuracyAt(place: number): number {
    const { labels } = this.facts;
    return this.choices[place]!.filter((choice, i) => choice === labels[i]).length / labels.length;
  }

  #place(layer: number): number {
    const { layers } = this.facts, at = layer < 0 ? layers.length + layer : layers.indexOf(layer);
    if (at >= 0 && at < layers.length) return at;
    throw new RangeError(
      `Cannot find stream ${layer} among those that were probed as it must be one of ${
        layers.join(", ")
      }`,
    );
  }
}
