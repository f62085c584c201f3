/**
 * The parts of a stream.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { codeOf, type Edit, editText, sourceOf } from "../run/mod.ts";
import { display, type Document, heatMap, inspect, LongTable } from "../show/mod.ts";
import { freeWhenCollected, keepWhenCollected, readNumbers, tf } from "../tensor/mod.ts";
import type { Levels, Part } from "./part.ts";

/** What parts of a stream are about. */
export interface ResidualPartsFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompts. */
  readonly prompts: readonly PromptTokens[];
  /** Where the stream is read. */
  readonly site: string;
  /** Whether parts are as the norm that reads there makes them. */
  readonly norm: "none" | "frozen";
  /** How finely it is taken apart. */
  readonly by: Levels;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** The positions of each prompt. */
  readonly positions: readonly (readonly number[])[];
}

/** More parts than that are not drawn one by one. */
const DRAWN = 48;

/** The stream at some positions as parts that add up to it: not to be confused with the stream at several layers. */
export class ResidualParts {
  /** What they are about. */
  readonly facts: ResidualPartsFacts;
  /** The parts, in the order of the forward pass. */
  readonly parts: readonly Part[];
  /** Their vectors, `[component, batch, position, width]`; NaN where a prompt has no such position. */
  readonly tensor: tf.Tensor4D;
  /** How far the sum of the parts is from the stream at most: rounding, or what an edit put there. */
  readonly gap: number;

  /** Takes over the vectors; `residualParts` makes it. */
  constructor(
    facts: ResidualPartsFacts,
    parts: readonly Part[],
    tensor: tf.Tensor4D,
    gap: number,
  ) {
    this.facts = facts;
    this.parts = parts;
    this.tensor = tf.keep(tensor);
    this.gap = gap;
    freeWhenCollected(this, [this.tensor]);
  }

  /**
   * The vectors of one part, `[batch, position, width]`, the caller's to free.
   *
   * @throws {RangeError} If there is no such part.
   */
  get(label: string): tf.Tensor3D {
    const place = this.parts.findIndex((part) => part.label === label);
    if (place < 0) {
      throw new RangeError(
        `Cannot read ${JSON.stringify(label)} of a stream as it must be a part: the first are ${
          this.parts.slice(0, 6).map(({ label }) => label).join(", ")
        }`,
      );
    }
    return tf.tidy(() => tf.slice(this.tensor, [place, 0, 0, 0], [1, -1, -1, -1]).squeeze([0]));
  }

  /** The lengths of the parts, `[component][batch × position]`. */
  norms(): number[][] {
    const [count, batch, positions] = this.tensor.shape;
    const lengths = tf.tidy(() => this.tensor.square().sum(-1).sqrt());
    const numbers = readNumbers(lengths), own = batch * positions;
    lengths.dispose();
    return Array.from({ length: count }, (_, i) => [...numbers.slice(i * own, (i + 1) * own)]);
  }

  /** Frees the vectors. */
  dispose(): void {
    keepWhenCollected(this);
    this.tensor.dispose();
  }

  /** Frees the vectors at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws how long each part is at each position of the first prompt; of many parts, the longest. */
  [display](): Document {
    const { prompts, positions, site, model, edits } = this.facts;
    const own = positions[0]!, all = this.norms().map((row) => row.slice(0, own.length));
    const order = all.map((row, i) => ({ i, most: Math.max(...row) }))
      .sort((a, b) => b.most - a.most).slice(0, DRAWN).map(({ i }) => i).sort((a, b) => a - b);
    const dropped = all.length - order.length;
    return heatMap({
      values: order.flatMap((i) => all[i]!),
      rows: { name: "part", labels: order.map((i) => this.parts[i]!.label) },
      columns: { name: "token", labels: own.map((position) => prompts[0]!.tokens[position]!) },
      label: "length",
      title: `What ${site} is the sum of`,
      ...codeOf(this, ".norms()[{part}][{column}]", {
        part: { by: "row", texts: order.map(String) },
      }),
      caption: [
        sourceOf(this, model),
        `parts add up to the stream within ${this.gap.toExponential(1)}`,
        ...dropped > 0 ? [`the ${order.length} longest of ${all.length} parts`] : [],
        ...edits.map(editText),
      ].join(" · "),
    })[display]();
  }

  /** Shows the lengths in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The lengths as rows: of each prompt and position every part, in the order of the forward pass. */
  table(): LongTable {
    const { prompts, positions, site } = this.facts, places = this.tensor.shape[2];
    return new LongTable(
      `what ${site} is the sum of`,
      "example position token part kind layer head source expert neuron length".split(" "),
      () => {
        const lengths = this.norms();
        return positions.flatMap((own, example) =>
          own.flatMap((position, at) =>
            this.parts.map(({ label, kind, layer, head, source, expert, neuron }, i) => [
              ...[example, position, prompts[example]!.tokens[position]!.text, label, kind, layer],
              ...[head, source, expert, neuron].map((one) => one ?? null),
              lengths[i]![example * places + at]!,
            ])
          )
        );
      },
    );
  }

  /** Describes the parts, with their lengths instead of their vectors. */
  toJSON(): { site: string; parts: readonly Part[]; gap: number; norms: number[][] } {
    return { site: this.facts.site, parts: this.parts, gap: this.gap, norms: this.norms() };
  }
}
