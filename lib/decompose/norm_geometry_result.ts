/**
 * What a norm does to the streams of a prompt.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import type { PromptTokens } from "../model/mod.ts";
import { all, display, type Document, inspect, scatter, table, tokenText } from "../show/mod.ts";

/** A vector as a norm sees it. */
export interface NormPoint {
  /** Its component along (1, 1, …, 1)/√width, which is its mean times √width. */
  readonly along: number;
  /** Its component along the upright axis of the picture. */
  readonly up: number;
  /** Its length. */
  readonly length: number;
}

/** What norm was looked at. */
export interface NormFacts {
  /** The model, by name. */
  readonly model: string;
  /** The norm. */
  readonly norm: string;
  /** LayerNorm projects first; RMSNorm does not. */
  readonly kind: "layer" | "rms";
  /** What is added under the root. */
  readonly epsilon: number;
  /** The width of the stream. */
  readonly width: number;
  /** The prompt. */
  readonly prompt: PromptTokens;
}

/** What a norm does to the streams of a prompt, before gain and bias. */
export class NormGeometry implements NormFacts {
  /** The model, by name. */
  readonly model: string;
  /** The norm. */
  readonly norm: string;
  /** LayerNorm projects first; RMSNorm does not. */
  readonly kind: "layer" | "rms";
  /** What is added under the root. */
  readonly epsilon: number;
  /** The width of the stream. */
  readonly width: number;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The streams that go in, one a position. */
  readonly before: readonly NormPoint[];
  /** What comes out. */
  readonly after: readonly NormPoint[];
  /** √width, the radius of the sphere. */
  readonly radius: number;

  /** Holds points. */
  constructor(facts: NormFacts, before: readonly NormPoint[], after: readonly NormPoint[]) {
    this.model = facts.model;
    this.norm = facts.norm;
    this.kind = facts.kind;
    this.epsilon = facts.epsilon;
    this.width = facts.width;
    this.prompt = facts.prompt;
    this.before = before;
    this.after = after;
    this.radius = Math.sqrt(facts.width);
  }

  /**
   * The length that each stream must come out with: √width · ‖zP‖/√(‖zP‖² + ε·width), with the projection zP of what goes in, or
   * all of it for RMSNorm.
   */
  get expected(): number[] {
    return this.before.map(({ along, length }) => {
      const square = length ** 2 - (this.kind === "layer" ? along ** 2 : 0);
      return this.radius * Math.sqrt(square / (square + this.epsilon * this.width));
    });
  }

  /** Draws the plane, and the lengths. */
  async [display](): Promise<Document> {
    return await all([this.#plane(), this.#table()])[display]();
  }

  /** Shows the lengths in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Omit<NormFacts, "prompt"> & {
    readonly prompt: string;
    readonly radius: number;
    readonly before: readonly NormPoint[];
    readonly after: readonly NormPoint[];
  } {
    const { model, norm, kind, epsilon, width, prompt: { text: prompt }, radius } = this;
    const { before, after } = this;
    return { model, norm, kind, epsilon, width, prompt, radius, before, after };
  }

  #caption(): string {
    return `${sourceOf(this, this.model)} · ` +
      (this.kind === "layer"
        ? "LayerNorm projects onto what is orthogonal to (1, 1, …, 1), then scales to the length √width; gain and bias come after"
        : "RMSNorm scales to the length √width and projects nothing; the gain comes after");
  }

  #plane() {
    const names = this.prompt.tokens.map((token, i) => `${i} ${tokenText(token)}`);
    const points = (list: readonly NormPoint[], kind: string) =>
      list.map(({ along, up }, i) => ({ x: along, y: up, label: names[i]!, class: kind }));
    return scatter({
      points: [...points(this.before, "before"), ...points(this.after, "after")],
      x: { name: "along (1, 1, ..., 1)" },
      y: { name: "along the main direction across it" },
      equal: true,
      circles: [{ label: "radius √width", x: 0, y: 0, radius: this.radius }],
      lines: this.kind === "layer"
        ? [{
          label: "orthogonal to (1, 1, ..., 1)",
          from: [0, -1.2 * this.radius],
          to: [0, 1.2 * this.radius],
        }]
        : [],
      title: `Streams of ${this.model} before and after ${this.norm}`,
      caption: this.#caption(),
    });
  }

  #table() {
    const { expected } = this;
    return table({
      title: `What ${this.norm} of ${this.model} does to each stream`,
      columns: [
        { name: "token" },
        { name: "length before" },
        { name: "along (1, 1, …, 1)" },
        { name: "length across it" },
        { name: "length after" },
        { name: "as it must be" },
      ],
      rows: this.before.map(({ along, length }, i) => [
        this.prompt.tokens[i]!,
        length,
        along,
        Math.sqrt(Math.max(0, length ** 2 - along ** 2)),
        this.after[i]!.length,
        expected[i]!,
      ]),
      ...codeOf(this, ".after[{row}]"),
      caption: `${this.#caption()} · √width = ${this.radius.toPrecision(4)}`,
    });
  }
}
