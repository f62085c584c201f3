/**
 * The plan of a sweep, which draws what will be run.
 *
 * @module
 */

import {
  all,
  display,
  type Drawing,
  type DrawnDocument,
  type DrawnList,
  formatNumber,
  formatPercent,
  heatMap,
  inspect,
  table,
} from "../../show/mod.ts";
import { blockTime, type SweepRate } from "./measured_rate.ts";
import type { SweepAxis } from "./sweep_values.ts";

/** Variants that run together. */
export interface SweepBatch {
  /** The first position that is computed; null where each variant begins at its own. */
  readonly position: number | null;
  /** How many variants there are. */
  readonly variants: number;
  /** How many tokens each block computes, `[layer]`: variants join at their layer. */
  readonly tokens: readonly number[];
}

/** What a plan says. */
export interface SweepPlanFacts {
  /** The model, by name. */
  readonly model: string;
  /** What is swept over, in words. */
  readonly title: string;
  /** The axes of the variants, outermost first. */
  readonly axes: readonly SweepAxis[];
  /** The sizes of these axes. */
  readonly shape: readonly number[];
  /** The number of examples, of the first part where prompts are run in parts. */
  readonly examples: number;
  /** The number of all examples. */
  readonly asked: number;
  /** The blocks of the model. */
  readonly layers: number;
  /** The positions of the longest prompt. */
  readonly positions: number;
  /** 1 for each variant that changes nothing, so that it is not run, `[variant]`. */
  readonly skipped: Uint8Array;
  /** 1 for each cell that makes no sense, `[variant]`. */
  readonly undefined: Uint8Array;
  /** The first block that each variant changes, `[variant]`; −1 for the embedding and for what is not run. */
  readonly firstLayers: Int32Array;
  /** The first position that each variant computes, `[variant]`; −1 for what is not run. */
  readonly firstPositions: Int32Array;
  /** The batches, in the order in which they run. */
  readonly batches: readonly SweepBatch[];
  /** How many times a token would go through a block if each variant were a run of its own. */
  readonly unplannedTokenBlocks: number;
  /** What the parts of the sweep take on this machine, in milliseconds. */
  readonly rate: SweepRate;
}

/** What a sweep will run, what it skips, and about how long it takes. */
export class SweepPlan {
  /** What it says. */
  readonly facts: SweepPlanFacts;

  /** Holds a plan; `planSweep` makes one. */
  constructor(facts: SweepPlanFacts) {
    this.facts = facts;
  }

  /** How many variants there are. */
  get variants(): number {
    return this.facts.skipped.length;
  }

  /** How many are run. */
  get run(): number {
    return this.facts.batches.reduce((sum, { variants }) => sum + variants, 0);
  }

  /** How many change nothing, and are not run. */
  get skipped(): number {
    return this.facts.skipped.reduce((sum, one) => sum + one, 0);
  }

  /** How many times a token goes through a block. */
  get tokenBlocks(): number {
    return this.facts.batches.flatMap(({ tokens }) => tokens).reduce((sum, own) => sum + own, 0);
  }

  /** How many times one would if each variant were a run of its own. */
  get unplannedTokenBlocks(): number {
    return this.facts.unplannedTokenBlocks;
  }

  /** About how many seconds the sweep takes, the runs without edits among them, from what was timed just now. */
  get seconds(): number {
    const { batches, rate, examples, asked } = this.facts;
    const blocks = blockTime(batches.map(({ tokens }) => tokens), rate);
    const part = rate.prepare + batches.length * rate.batch + this.run * rate.variant + blocks;
    return part * asked / examples / 1000;
  }

  /** About how many seconds it would take if each variant were a run of its own. */
  get unplannedSeconds(): number {
    const { rate, layers, unplannedTokenBlocks, examples, asked } = this.facts;
    const each = layers * rate.call + rate.batch + rate.variant;
    const part = this.variants * each + unplannedTokenBlocks * rate.token;
    return part * asked / examples / 1000;
  }

  /** Draws what will be run: how much work it is, and where each variant of a grid begins. */
  explain(): DrawnList {
    const { axes, shape } = this.facts, map = axes.length === 2 && shape.every((size) => size > 0);
    return all([this.#table(), ...map ? [this.#map()] : []]);
  }

  /** Draws the same as {@linkcode explain}. */
  [display](): Drawing | Promise<Drawing> {
    return this.explain()[display]();
  }

  /** Shows the numbers in a terminal. */
  [inspect](): string {
    return this.#table()["text/plain"];
  }

  /** The plan as plain data. */
  toJSON(): unknown {
    const { skipped, undefined: none, firstLayers, firstPositions, ...rest } = this.facts;
    return {
      ...rest,
      skipped: [...skipped],
      undefined: [...none],
      firstLayers: [...firstLayers],
      firstPositions: [...firstPositions],
    };
  }

  #table(): DrawnDocument {
    const { model, title, examples, batches, unplannedTokenBlocks, undefined: none } = this.facts;
    const { variants, run, skipped, tokenBlocks, seconds, unplannedSeconds } = this;
    const empty = none.reduce((sum, one) => sum + one, 0);
    const share = formatPercent(tokenBlocks / unplannedTokenBlocks);
    return table({
      title: `Plan: ${title}`,
      columns: [{ name: "what" }, { name: "planned", align: "right" }, {
        name: "one run a variant",
        align: "right",
      }],
      rows: [
        ["variants run", run, variants - empty],
        ["skipped, as they change nothing", skipped, 0],
        ...empty > 0 ? [["cells that make no sense", empty, empty]] : [],
        ["batches", batches.length, variants - empty],
        ["tokens through a block", `${tokenBlocks} (${share})`, unplannedTokenBlocks],
        [
          "estimate, in seconds",
          formatNumber(seconds),
          formatNumber(unplannedSeconds),
        ],
      ],
      caption: `${model} · ${examples} ${
        examples === 1 ? "example" : "examples"
      } · estimated from a block and some variants timed just now`,
    });
  }

  /** How much of a run of its own each cell takes. */
  #map(): DrawnDocument {
    const { axes, shape, layers, positions, firstLayers, firstPositions, skipped } = this.facts;
    const values = Float64Array.from(firstLayers, (layer, i) => {
      if (skipped[i]) return 0;
      if (firstPositions[i]! < 0) return NaN;
      return (layers - Math.max(0, layer)) * (positions - firstPositions[i]!) / layers / positions;
    });
    const axis = (i: number) => ({ name: axes[i]!.name, labels: axes[i]!.labels });
    return heatMap({
      values,
      rows: axis(0),
      columns: axis(1),
      label: "share of a run",
      title: `What each of ${shape.join(" × ")} cells takes of a run; those at 0 are skipped`,
      scale: "sequential",
      domain: [0, 1],
    });
  }
}
