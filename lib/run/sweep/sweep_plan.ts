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
  LongTable,
  table,
} from "../../show/mod.ts";
import { blockTime, type SweepRate } from "./measured_rate.ts";
import { axisColumns, placeOf } from "./sweep_table.ts";
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

/** What two of the counts are called. */
const [TOKENS, SECONDS] = ["tokens through a block", "seconds, about, at best"];

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

  /**
   * About how many seconds the sweep takes at best, the runs without edits among them: from the fastest of a few timings, taken
   * just now. The first call of a process, which also compiles, and a busy machine take longer, by a multiple of small models.
   */
  get seconds(): number {
    const { batches, rate, examples, asked } = this.facts;
    const blocks = blockTime(batches.map(({ tokens }) => tokens), rate);
    const part = rate.prepare + batches.length * rate.batch + this.run * rate.variant + blocks;
    return part * asked / examples / 1000;
  }

  /** About how many seconds it would take if each variant were a run of its own, those without edits among them, too. */
  get unplannedSeconds(): number {
    const { rate, layers, unplannedTokenBlocks, examples, asked } = this.facts;
    const each = layers * rate.call + rate.batch + rate.variant;
    const part = rate.prepare + this.variants * each + unplannedTokenBlocks * rate.token;
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

  /**
   * The plan as rows: its counts, and the share of a run that each cell takes, 0 of one that is skipped and NaN of one that makes
   * no sense; beside each what it would be with one run a variant.
   */
  table(): LongTable {
    const { axes, title } = this.facts, names = axes.flatMap(axisColumns);
    return new LongTable(
      `plan: ${title}`,
      ["what", ...names, "planned", "one_run_a_variant"],
      () => [
        ...this.#counts().map(([what, ...both]) => [what, ...names.map(() => null), ...both]),
        ...Array.from(this.#shares(), (share, cell) => {
          const place = placeOf(this.facts, cell);
          return [
            "share of a run",
            ...names.map((name) => place[name]!),
            share,
            share >= 0 ? 1 : NaN,
          ];
        }),
      ],
    );
  }

  /** The plan as plain data, with the counts that its table has. */
  toJSON(): unknown {
    const { skipped, undefined: none, firstLayers, firstPositions, ...rest } = this.facts;
    return {
      ...rest,
      tokenBlocks: this.tokenBlocks,
      seconds: this.seconds,
      unplannedSeconds: this.unplannedSeconds,
      skipped: [...skipped],
      undefined: [...none],
      firstLayers: [...firstLayers],
      firstPositions: [...firstPositions],
    };
  }

  #table(): DrawnDocument {
    const { model, title, examples, unplannedTokenBlocks } = this.facts;
    const share = formatPercent(this.tokenBlocks / unplannedTokenBlocks);
    return table({
      title: `Plan: ${title}`,
      columns: [{ name: "what" }, { name: "planned", align: "right" }, {
        name: "one run a variant",
        align: "right",
      }],
      rows: this.#counts().map(([what, planned, unplanned]) =>
        what === TOKENS
          ? [what, `${planned} (${share})`, unplanned]
          : what === SECONDS
          ? [what, formatNumber(planned, 2), formatNumber(unplanned, 2)]
          : [what, planned, unplanned]
      ),
      caption: `${model} · ${examples} ${
        examples === 1 ? "example" : "examples"
      } · seconds are of the whole sweep at the fastest of three timings, taken just now, of a block and some variants: a first call, which also compiles, or a busy machine takes longer`,
    });
  }

  /** What is counted, with and without the plan. */
  #counts(): readonly (readonly [what: string, planned: number, unplanned: number])[] {
    const { batches, unplannedTokenBlocks, undefined: none } = this.facts;
    const { variants, run, skipped, tokenBlocks, seconds, unplannedSeconds } = this;
    const empty = none.reduce((sum, one) => sum + one, 0);
    return [
      ["variants run", run, variants - empty],
      ["skipped, as they change nothing", skipped, 0],
      ...empty > 0 ? [["cells that make no sense", empty, empty] as const] : [],
      ["batches", batches.length, variants - empty],
      [TOKENS, tokenBlocks, unplannedTokenBlocks],
      [SECONDS, seconds, unplannedSeconds],
    ];
  }

  /** How much of a run of its own each cell takes. */
  #shares(): Float64Array {
    const { layers, positions, firstLayers, firstPositions, skipped } = this.facts;
    return Float64Array.from(firstLayers, (layer, i) => {
      if (skipped[i]) return 0;
      if (firstPositions[i]! < 0) return NaN;
      return (layers - Math.max(0, layer)) * (positions - firstPositions[i]!) / layers / positions;
    });
  }

  /** Draws it as a map. */
  #map(): DrawnDocument {
    const { axes, shape } = this.facts, values = this.#shares();
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
