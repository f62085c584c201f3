/**
 * What an attention lens saw.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";
import { type Edit, editText, sourceOf } from "../run/mod.ts";
import {
  type Cell,
  display,
  type Document,
  formatNumber,
  inspect,
  joinedText,
  LongTable,
  quotedEnd,
  type ShownToken,
  table,
  tokenText,
} from "../show/mod.ts";
import type { LensTarget } from "./read_out.ts";

/** What something adds to the logit of a token. */
export interface TokenContribution {
  /** The token. */
  readonly token: ShownToken;
  /** Its id. */
  readonly id: number;
  /** What is added to its logit. */
  readonly logit: number;
}

/** What one head says. */
export interface HeadReading {
  /** The head. */
  readonly head: number;
  /** The tokens that it raises most, the most raised first. */
  readonly promoted: readonly TokenContribution[];
  /** The tokens that it lowers most, the most lowered first. */
  readonly suppressed: readonly TokenContribution[];
  /** The tokens that were asked about. */
  readonly tracked: readonly TokenContribution[];
  /** What it adds to a token on average, which changes no prediction. */
  readonly mean: number;
  /** The standard deviation of what it adds to all tokens. */
  readonly deviation: number;
}

/** What the heads of a layer say. */
export interface LayerReading {
  /** The layer. */
  readonly layer: number;
  /** The heads that were asked for. */
  readonly heads: readonly HeadReading[];
  /** What all heads of the layer together add. */
  readonly sum: Omit<HeadReading, "head">;
  /** The divergence of the sum, read as a prediction, from the model's own, in nats; compare `uniform`. */
  readonly divergence: number;
  /** The greatest difference between the sum and what attention as a whole adds, less its bias: rounding alone. */
  readonly gap: number;
}

/** What an attention lens looked at. */
export interface AttentionLensFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The position, counted from 0. */
  readonly position: number;
  /** Whether what heads write went through the last norm. */
  readonly norm: "frozen" | "none";
  /** The tokens that were asked about. */
  readonly tracked: readonly LensTarget[];
  /** The edits that were made. */
  readonly edits: readonly Edit[];
  /** The divergence of equal probabilities from the model's own, in nats: what no head at all would give. */
  readonly uniform: number;
}

/** The tokens that heads raise and lower. */
export class AttentionLens {
  /** What was looked at. */
  readonly facts: AttentionLensFacts;
  /** What was read, by layer. */
  readonly layers: readonly LayerReading[];

  /** Holds what was read. */
  constructor(facts: AttentionLensFacts, layers: readonly LayerReading[]) {
    this.facts = facts;
    this.layers = layers;
  }

  /** Draws a table with a row for each head, and one for the sum of a layer. */
  [display](): Document {
    const { tracked, prompt, position } = this.facts;
    const read = prompt.tokens.slice(0, position + 1);
    return table({
      title: `What heads add to the logits after ${
        quotedEnd({ text: joinedText(read), tokens: read })
      }`,
      columns: [
        { name: "head", align: "left" },
        { name: "promotes (logit above the head's mean)" },
        { name: "suppresses" },
        { name: "mean of all tokens", unit: "logit" },
        { name: "deviation of all tokens", unit: "logit" },
        ...tracked.map(({ token }) => ({ name: token.text.trim(), unit: "logit" })),
      ],
      rows: this.layers.flatMap(({ layer, heads, sum }) => [
        ...heads.map((head) => cells(`${layer}.${head.head}`, head)),
        cells(`${layer}, all heads`, sum),
      ]),
      caption: this.#caption(),
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /**
   * What heads add as rows: of each the tokens that it raises most, lowers most, and that were asked about; the row without a head
   * is of all heads of the layer together.
   */
  table(): LongTable {
    return new LongTable(
      `what heads of ${this.facts.model} add to logits`,
      "layer head list place token id logit mean deviation".split(" "),
      () =>
        this.layers.flatMap(({ layer, heads, sum }) =>
          [...heads, { ...sum, head: null }].flatMap(({ head, mean, deviation, ...lists }) =>
            (["promoted", "suppressed", "tracked"] as const).flatMap((list) =>
              lists[list].map(({ token, id, logit }, i) => [
                ...[layer, head, list, i + 1, token.text, id, logit, mean, deviation],
              ])
            )
          )
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): Omit<AttentionLensFacts, "prompt"> & {
    prompt: string;
    layers: readonly LayerReading[];
  } {
    return { ...this.facts, prompt: this.facts.prompt.text, layers: this.layers };
  }

  #caption(): string {
    const { model, norm, edits, uniform } = this.facts;
    const gap = Math.max(...this.layers.map(({ gap }) => gap));
    return [
      sourceOf(this, model),
      norm === "frozen"
        ? "through the last norm at the scale of the last stream"
        : "without the last norm",
      `heads add up to attention less its bias within ${formatNumber(gap)}`,
      `divergence from the model's prediction: ${
        this.layers.map(({ layer, divergence }) => `layer ${layer} ${formatNumber(divergence)}`)
          .join(", ")
      }; of equal probabilities ${formatNumber(uniform)} nats`,
      ...edits.map(editText),
    ].join(" · ");
  }
}

function cells(name: string, reading: Omit<HeadReading, "head">): Cell[] {
  const { promoted, suppressed, tracked, mean, deviation } = reading;
  const list = (tokens: readonly TokenContribution[]) =>
    tokens.map(({ token, logit }) => `${tokenText(token)} ${formatNumber(logit - mean)}`).join(
      "  ",
    );
  return [
    name,
    list(promoted),
    list(suppressed),
    mean,
    deviation,
    ...tracked.map(({ logit }) => logit - mean),
  ];
}
