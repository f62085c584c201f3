/**
 * A wave of variants from all over a sweep: rows of several lengths, which go through each block together.
 *
 * @module
 */

import type { Pass } from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { FixedPast } from "./base_run.ts";
import { enterPart, inParts } from "./enter_part.ts";
import { packedBlock, type Segment } from "./packed_block.ts";
import { type PlannedVariant, tokensOfCall } from "./plan.ts";
import { RowsObserver } from "./rows_observer.ts";
import type { GroupContext } from "./variant_group.ts";

/** Runs a wave. */
export class Wave {
  readonly #context: GroupContext;
  readonly #segments = new Map<number, Segment>();
  readonly #pasts = new Map<number, FixedPast>();
  /** The most tokens of a call. */
  readonly #most: number;

  /** Begins with nobody. */
  constructor(context: GroupContext, most: number = tokensOfCall(context.base.model)) {
    this.#context = context;
    this.#most = most;
  }

  /**
   * Runs variants.
   *
   * @param variants The variants, none of which edits more than one block.
   * @returns The metrics of each, `[variant, example, metric]`.
   */
  async run(variants: readonly PlannedVariant[]): Promise<Float64Array> {
    const { base: { model } } = this.#context, { layers } = model.architecture;
    try {
      for (let layer = 0; layer < layers; layer++) {
        const entering = variants.filter((own) => own.layer === layer);
        const of = (entry: PlannedVariant["entry"]) =>
          entering.filter((own) => own.entry === entry);
        for (const [column, own] of byColumn(of("stream"))) this.#enterStream(own, column, layer);
        await packedBlock([...this.#segments.values()], layer, {
          ...this.#context,
          most: this.#most,
          past: (column) => this.#past(column),
        });
        await enterPart(of("part"), layer, {
          ...this.#context,
          most: this.#most,
          enter: (own, column, stream) => this.#enter(own, column, stream),
        });
        for (const [column, own] of byColumn(of("block"))) {
          await this.#enterBlock(own, column, layer);
        }
      }
      return await this.#read(variants);
    } finally {
      tf.dispose([...this.#segments.values()].map(({ stream }) => stream));
      for (const past of this.#pasts.values()) past.dispose();
    }
  }

  /** The keys and values before a column. */
  #past(column: number): FixedPast | null {
    if (column === 0) return null;
    const known = this.#pasts.get(column) ?? this.#context.base.past(column);
    this.#pasts.set(column, known);
    return known;
  }

  /** Takes in variants whose streams from a column on are given. */
  #enter(variants: readonly PlannedVariant[], column: number, stream: tf.Tensor): void {
    const segment = this.#segments.get(column);
    if (!segment) {
      this.#segments.set(column, { first: column, variants: [...variants], stream });
      return;
    }
    // Behind the last block only some columns went on.
    const skip = segment.first - column,
      [rows, columns, width] = stream.shape as [
        number,
        number,
        number,
      ];
    const joined = tf.tidy(() => {
      const own = skip > 0 ? tf.slice(stream, [0, skip, 0], [rows, columns - skip, width]) : stream;
      return tf.concat([segment.stream, own], 0);
    });
    tf.dispose([segment.stream, stream]);
    segment.stream = joined;
    segment.variants.push(...variants);
  }

  #enterStream(variants: readonly PlannedVariant[], column: number, layer: number): void {
    const { base } = this.#context, { window } = base.layout;
    for (const { instrument } of variants) instrument.move(column, window.to);
    const stream = tf.tidy(() => {
      const own = tf.tile(base.stream(layer, column), [variants.length, 1, 1]);
      return this.#observer(variants).change(`blocks.${layer}.resid_pre`, own);
    });
    this.#enter(variants, column, stream);
  }

  /** Takes in variants behind a block that is run with their edits. */
  async #enterBlock(
    variants: readonly PlannedVariant[],
    column: number,
    layer: number,
  ): Promise<void> {
    const { base, signal } = this.#context, { pass, window } = base.layout;
    for (const { instrument } of variants) instrument.move(column, window.to);
    const most = Math.max(1, Math.floor(this.#most / (base.tokens.length * (window.to - column))));
    for (const own of inParts(variants, most)) {
      const repeated = <T>(rows: readonly T[]) => own.flatMap(() => rows);
      const stream = base.stream(layer, column), past = this.#past(column);
      const tiled = tf.tile(stream, [own.length, 1, 1]);
      stream.dispose();
      const bounds: Pass = {
        ids: repeated(pass.ids.map((row) => row.slice(column))),
        ...pass.lengths ? { lengths: repeated(pass.lengths) } : {},
        ...past ? { past } : {},
        start: { layer, stream: tiled },
        stop: layer + 1,
      };
      try {
        this.#enter(
          own,
          column,
          await inSlices(base.model.forward(bounds, this.#observer(own)), signal),
        );
      } finally {
        tiled.dispose();
      }
    }
  }

  #observer(variants: readonly PlannedVariant[]): RowsObserver {
    const { base } = this.#context;
    const instruments = variants.map(({ instrument }) => instrument);
    return new RowsObserver(base.model, base.tokens.length, instruments);
  }

  /** Reads the metrics off, in the order of the variants. */
  async #read(variants: readonly PlannedVariant[]): Promise<Float64Array> {
    const { base, readOut, signal } = this.#context, segments = [...this.#segments.values()];
    const picked = tf.tidy(() => {
      const parts = segments.map(({ stream, first }) => readOut.pick(stream, first, base));
      return parts.length === 1 ? parts[0]!.clone() : tf.concat(parts, 0);
    });
    try {
      const found = await readOut.readPicked(picked, signal), size = found.length / variants.length;
      const values = new Float64Array(found.length);
      const slots = new Map(variants.map((variant, slot) => [variant, slot]));
      segments.flatMap(({ variants }) => variants).forEach((variant, place) => {
        const slot = slots.get(variant)!;
        values.set(found.subarray(place * size, (place + 1) * size), slot * size);
      });
      return values;
    } finally {
      picked.dispose();
    }
  }
}

/** Variants by the column at which they begin. */
function byColumn(variants: readonly PlannedVariant[]): Map<number, PlannedVariant[]> {
  return Map.groupBy(variants, ({ column }) => column);
}
