/**
 * Virtual heads on a prompt.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import type { PromptTokens } from "../model/mod.ts";
import { all, display, type Document, heatMap, inspect, LongTable, table } from "../show/mod.ts";
import { type HeadPlace, headText } from "./head_place.ts";

/** Two heads as one. */
export interface VirtualHead {
  /** The earlier head. */
  readonly first: HeadPlace;
  /** The later head, which looks at what the earlier wrote. */
  readonly second: HeadPlace;
  /** A₂·A₁, `[query, key]`; each row sums to 1 where those of both patterns do, and later keys have 0. */
  readonly pattern: Float64Array;
  /** How much of what the first writes the second moves: ‖OV₁·OV₂‖ / (‖OV₁‖·‖OV₂‖). */
  readonly score: number;
}

/** Virtual heads on one prompt. */
export class VirtualHeads {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The virtual heads, in the order of the pairs. */
  readonly heads: readonly VirtualHead[];
  /** The score of random heads, 1/√width. */
  readonly baseline: number;

  /** Holds virtual heads. */
  constructor(
    model: string,
    prompt: PromptTokens,
    heads: readonly VirtualHead[],
    baseline: number,
  ) {
    this.model = model;
    this.prompt = prompt;
    this.heads = heads;
    this.baseline = baseline;
  }

  /** Draws the patterns, and the scores. */
  async [display](): Promise<Document> {
    const { tokens } = this.prompt;
    return await all([
      this.#table(),
      ...this.heads.map(({ first, second, pattern }, i) =>
        heatMap({
          values: pattern,
          rows: { name: "query", labels: tokens },
          columns: { name: "key", labels: tokens },
          label: "weight",
          domain: [0, 1],
          ...codeOf(this, `.heads[${i}].pattern[{row} * ${tokens.length} + {column}]`),
          title: `Where head ${headText(second)} looks through head ${headText(first)}`,
          caption: `${sourceOf(this, this.model)} · the product of both patterns`,
        })
      ),
    ])[display]();
  }

  /** Shows the scores in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The patterns as rows: of each virtual head each query with each key; its V-composition stands in all of its rows. */
  table(): LongTable {
    const { heads, prompt: { tokens }, baseline } = this, size = tokens.length;
    const columns =
      "first_layer first_head second_layer second_head query query_token key key_token";
    return new LongTable(
      `virtual heads of ${this.model}`,
      [...columns.split(" "), "weight", "v_composition", "random_heads"],
      function* () {
        for (const { first, second, pattern, score } of heads) {
          const own = [first.layer, first.head, second.layer, second.head];
          for (const [i, weight] of pattern.entries()) {
            const [query, key] = [Math.floor(i / size), i % size];
            const places = [query, tokens[query]!.text, key, tokens[key]!.text];
            yield [...own, ...places, weight, score, baseline];
          }
        }
      },
    );
  }

  /** The numbers as plain data. */
  toJSON(): {
    readonly model: string;
    readonly prompt: string;
    readonly baseline: number;
    readonly heads: readonly object[];
  } {
    const { model, prompt: { text: prompt }, baseline } = this;
    const heads = this.heads.map((head) => ({ ...head, pattern: [...head.pattern] }));
    return { model, prompt, baseline, heads };
  }

  #table() {
    return table({
      title: `Virtual heads of ${this.model}`,
      columns: [{ name: "first" }, { name: "second" }, { name: "V-composition" }, {
        name: "random heads",
      }],
      rows: this.heads.map(({ first, second, score }) => [
        headText(first),
        headText(second),
        score,
        this.baseline,
      ]),
      ...codeOf(this, ".heads[{row}]"),
      caption: `${
        sourceOf(this, this.model)
      } · random heads: 1/√width · norms between the two are not counted in`,
    });
  }
}
