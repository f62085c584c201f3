/**
 * A logit as it grows from stage to stage.
 *
 * @module
 */

import type { PromptTokens, Site } from "../model/mod.ts";
import { type Edit, editText, sourceOf } from "../run/mod.ts";
import { type Chart, display, inspect, lines, LongTable } from "../show/mod.ts";
import { meanOf } from "./attribution_grids.ts";

/** What an accumulated logit is about. */
export interface AccumulatedLogitFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompts. */
  readonly prompts: readonly PromptTokens[];
  /** The position that is read in each prompt, counted from its start. */
  readonly positions: readonly number[];
  /** What is followed. */
  readonly label: string;
  /** Its unit. */
  readonly unit: string;
  /** What the last norm divides by at each stage. */
  readonly norm: "frozen" | "own";
  /** The edits that were made. */
  readonly edits: readonly Edit[];
}

/** Values of a logit at the stages of the stream. They are totals, not parts: they do not add up to anything. */
export class AccumulatedLogit {
  /** What it is about. */
  readonly facts: AccumulatedLogitFacts;
  /** The places of the stream, in the order of the forward pass. */
  readonly stages: readonly Site[];
  /** The value at each stage in each prompt, `[stage][example]`. */
  readonly values: readonly Float64Array[];

  /** Holds values; `accumulatedLogit` makes it. */
  constructor(
    facts: AccumulatedLogitFacts,
    stages: readonly Site[],
    values: readonly Float64Array[],
  ) {
    this.facts = facts;
    this.stages = stages;
    this.values = values;
  }

  /** By how much the value changes from each stage to the next, `[stage][example]`; with the norm frozen, what the component between wrote. */
  get steps(): Float64Array[] {
    return this.values.slice(1).map((own, i) => own.map((value, e) => value - this.values[i]![e]!));
  }

  /** Draws the value from stage to stage: a line a prompt, or the mean of many with its least and greatest. */
  async [display](): Promise<Chart> {
    const { label, unit, norm, model, edits } = this.facts, count = this.values[0]!.length;
    const few = count <= 6;
    const name = (example: number) => count === 1 ? label : `prompt ${example}`;
    return await lines({
      series: few
        ? Array.from({ length: count }, (_, example) => ({
          name: name(example),
          y: this.values.map((own) => own[example]!),
        }))
        : [{
          name: `mean of ${count} prompts`,
          y: this.values.map(meanOf),
          low: this.values.map((own) => Math.min(...own)),
          high: this.values.map((own) => Math.max(...own)),
        }],
      x: { name: "stream", labels: this.stages.map(stageName) },
      y: { name: label, ...unit ? { unit } : {} },
      title: `${label} in the stream so far`,
      caption: [
        sourceOf(this, model),
        norm === "frozen" ? "last norm's scale as at the end" : "last norm's scale of each stage",
        ...few ? [] : ["band: least to greatest"],
        ...edits.map(editText),
      ].join(" · "),
    });
  }

  /** Shows the values in a terminal. */
  [inspect](): string {
    return this.stages.map((stage, i) =>
      `${stageName(stage)}: ${meanOf(this.values[i]!).toFixed(4)}`
    )
      .join("\n");
  }

  /** The values as rows: of each stage each prompt, with the token whose position is read. */
  table(): LongTable {
    const { label, prompts, positions } = this.facts;
    return new LongTable(
      `${label} in the stream so far`,
      "stage site example position token value".split(" "),
      () =>
        this.stages.flatMap((site, i) =>
          Array.from(this.values[i]!, (value, example) => [
            stageName(site),
            site,
            example,
            positions[example]!,
            prompts[example]!.tokens[positions[example]!]!.text,
            value,
          ])
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): { label: string; norm: string; stages: readonly Site[]; values: number[][] } {
    const { label, norm } = this.facts;
    return { label, norm, stages: this.stages, values: this.values.map((own) => [...own]) };
  }
}

/** A stage in few letters: `0`, `0 mid`, `end`. */
function stageName(site: Site): string {
  const [, layer, part] = /^blocks\.(\d+)\.resid_(pre|mid|post)$/.exec(site)!;
  return part === "pre" ? layer! : part === "mid" ? `${layer} mid` : "end";
}
