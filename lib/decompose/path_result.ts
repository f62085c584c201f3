/**
 * The paths that a logit is the sum of.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import type { PromptTokens } from "../model/mod.ts";
import {
  all,
  display,
  type Document,
  formatNumber,
  inspect,
  type ShownToken,
  table,
  tokenText,
} from "../show/mod.ts";
import { headText } from "./head_place.ts";
import type { Path } from "./path_streams.ts";

/** What paths were taken of. */
export interface PathFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The position, counted from 0. */
  readonly position: number;
  /** The ids of the tokens whose logits were taken apart. */
  readonly targets: readonly number[];
  /** These tokens. */
  readonly tokens: readonly ShownToken[];
  /** The most heads of a path. */
  readonly heads: number;
  /** Whether paths begin at feed-forward networks. */
  readonly feedForward: "opaque" | "left out";
  /** Whether the model bends logits by a soft cap, which the paths stand before. */
  readonly capped: boolean;
}

/** A path with its value. */
export interface ValuedPath extends Path {
  /** What it adds to the logit, in nats. */
  readonly value: number;
}

/** A path in words, such as `embeddings → 0.3 → 1.2`. */
export function pathText({ from, layer, through }: Path): string {
  const start = from === "logits"
    ? "bias of the logits"
    : layer === null
    ? from
    : `${from} ${layer}`;
  return [start, ...through.map(headText)].join(" → ");
}

/** The paths through a model that add up to some logits. */
export class PathExpansion implements PathFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The position, counted from 0. */
  readonly position: number;
  /** The ids of the tokens whose logits were taken apart. */
  readonly targets: readonly number[];
  /** These tokens. */
  readonly tokens: readonly ShownToken[];
  /** The most heads of a path. */
  readonly heads: number;
  /** Whether paths begin at feed-forward networks. */
  readonly feedForward: "opaque" | "left out";
  /** Whether the model bends logits by a soft cap, which the paths stand before. */
  readonly capped: boolean;
  /** The paths. */
  readonly paths: readonly Path[];
  /** What each adds to each logit, in nats: a row a path, an entry a target. */
  readonly values: readonly (readonly number[])[];
  /** The logits of the targets in the run, before any soft cap. */
  readonly logits: readonly number[];
  /** What of each logit no path accounts for: those with more heads, or rounding. */
  readonly rest: readonly number[];

  /** Holds paths. */
  constructor(
    facts: PathFacts,
    paths: readonly Path[],
    values: readonly (readonly number[])[],
    logits: readonly number[],
  ) {
    this.model = facts.model;
    this.prompt = facts.prompt;
    this.position = facts.position;
    this.targets = facts.targets;
    this.tokens = facts.tokens;
    this.heads = facts.heads;
    this.feedForward = facts.feedForward;
    this.capped = facts.capped;
    this.paths = paths;
    this.values = values;
    this.logits = logits;
    this.rest = logits.map((logit, i) => logit - values.reduce((sum, row) => sum + row[i]!, 0));
  }

  /**
   * The paths of greatest size for a target.
   *
   * @param target Which of the targets, by its place among them.
   * @param count How many.
   */
  top(target = 0, count = 20): ValuedPath[] {
    return this.paths.map((path, i) => ({ ...path, value: this.values[i]![target]! }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, count);
  }

  /** What paths through so many heads add to a target: their number, their sum, and the mean of their sizes. */
  byHeads(target = 0): readonly { heads: number; paths: number; sum: number; size: number }[] {
    const found: { heads: number; paths: number; sum: number; size: number }[] = [];
    this.paths.forEach(({ through: { length } }, i) => {
      const own = found[length] ??= { heads: length, paths: 0, sum: 0, size: 0 };
      const value = this.values[i]![target]!;
      own.paths++;
      own.sum += value;
      own.size += (Math.abs(value) - own.size) / own.paths;
    });
    return found;
  }

  /** Draws for each target the greatest paths, and the sums by the number of heads. */
  async [display](): Promise<Document> {
    return await all(this.targets.flatMap((_, i) => this.#tables(i)))[display]();
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this.targets.flatMap((_, i) => this.#tables(i)).map((drawing) => drawing["text/plain"])
      .join("\n\n");
  }

  /** The values as plain data. */
  toJSON(): Omit<PathFacts, "prompt" | "tokens"> & {
    readonly prompt: string;
    readonly paths: readonly Path[];
    readonly values: readonly (readonly number[])[];
    readonly logits: readonly number[];
    readonly rest: readonly number[];
  } {
    const { model, position, targets, heads, feedForward, capped, paths, values } = this;
    const { logits, rest, prompt: { text: prompt } } = this;
    return {
      model,
      prompt,
      position,
      targets,
      heads,
      feedForward,
      capped,
      paths,
      values,
      logits,
      rest,
    };
  }

  #tables(target: number) {
    const by = this.byHeads(target), logit = formatNumber(this.logits[target]!);
    const name = tokenText(this.tokens[target]!);
    const caption = [
      sourceOf(this, this.model),
      `${this.paths.length} paths and the rest ${
        formatNumber(this.rest[target]!)
      } add up to the logit ${logit}${this.capped ? ", before the soft cap" : ""}`,
      "patterns and scales of norms are those of the run",
      `feed-forward networks ${this.feedForward === "opaque" ? "begin paths" : "are left out"}`,
    ].join(" · ");
    return [
      table({
        title: `Paths of ${this.model} to the logit of ${name} after position ${this.position}`,
        columns: [
          { name: "path" },
          { name: "adds", unit: "nats" },
          { name: "mean size with as many heads", unit: "nats" },
        ],
        rows: this.top(target).map((path) => [
          pathText(path),
          path.value,
          by[path.through.length]!.size,
        ]),
        ...codeOf(this, `.top(${target})[{row}]`),
        caption,
      }),
      table({
        title: `Paths to the logit of ${name} by their number of heads`,
        columns: [
          { name: "heads" },
          { name: "paths" },
          { name: "sum", unit: "nats" },
          { name: "mean size", unit: "nats" },
        ],
        rows: [
          ...by.map(({ heads, paths, sum, size }) => [heads, paths, sum, size]),
          ["rest", 0, this.rest[target]!, NaN],
        ],
        caption,
      }),
    ];
  }
}
