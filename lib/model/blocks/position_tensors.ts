/**
 * What the blocks of one pass know of positions: angles, masks and biases, each made once.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { Architecture, RotaryKind } from "../architecture.ts";
import type { Pass } from "../pass.ts";
import { rotaryOf } from "../sites.ts";
import { alibiBias } from "./alibi.ts";
import type { BlockContext } from "./attention.ts";
import { paddingMask } from "./padding.ts";
import { type RotaryTables, rotaryTables } from "./rotary.ts";

/** What a block reads of positions. */
type Positions = Required<Pick<BlockContext, "rotary" | "mask" | "alibi">>;

/** Makes and holds the tensors of positions of a pass. */
export class PositionTensors {
  readonly #architecture: Architecture;
  readonly #pass: Pass;
  readonly #places: readonly (readonly number[])[];
  /** The first new column, and the one after the last. */
  readonly #first: number;
  readonly #end: number;
  readonly #masks = new Map<number, tf.Tensor | null>();
  readonly #tables = new Map<string, RotaryTables>();
  #alibi: tf.Tensor | null = null;

  /**
   * Looks at a pass; tensors are made when a block asks for them.
   *
   * @param places The position of each new column: one list for all rows, or a list for each.
   */
  constructor(
    architecture: Architecture,
    pass: Pass,
    places: readonly (readonly number[])[],
  ) {
    this.#architecture = architecture;
    this.#pass = pass;
    this.#places = places;
    this.#first = pass.past?.columns ?? 0;
    this.#end = this.#first + pass.ids[0]!.length;
  }

  /** What the block of a layer reads. */
  of(layer: number): Positions {
    const { windows, position } = this.#architecture, rotary = rotaryOf(this.#architecture, layer);
    return {
      rotary: rotary && this.#tablesOf(rotary),
      // Of packed rows each token sees all before it in its row.
      mask: this.#pass.packed ? null : this.#maskOf(windows?.[layer] ?? Infinity),
      alibi: position.kind === "alibi" && !this.#pass.packed
        ? this.#alibi ??= alibiBias(position, this.#starts(), this.#end)
        : null,
    };
  }

  /** Frees the tensors. */
  dispose(): void {
    const tables = [...this.#tables.values()].flatMap(({ cosines, sines }) => [cosines, sines]);
    const held = [...this.#masks.values(), ...tables, this.#alibi];
    tf.dispose(held.filter((tensor) => tensor !== null));
    this.#masks.clear();
    this.#tables.clear();
    this.#alibi = null;
  }

  /** The column of each row's first token, or one for all rows. */
  #starts(): readonly number[] {
    const { starts } = this.#pass;
    return starts?.some((start) => start > 0) ? starts : [0];
  }

  #maskOf(window: number): tf.Tensor | null {
    const known = this.#masks.get(window);
    if (known !== undefined) return known;
    const starts = this.#starts(), hides = starts.length > 1 || window < this.#end;
    const padded = hides || starts[0]! > 0;
    const mask = padded ? paddingMask(starts, this.#first, this.#end, window) : null;
    this.#masks.set(window, mask);
    return mask;
  }

  #tablesOf(rotary: Omit<RotaryKind, "layers">): RotaryTables {
    const key = JSON.stringify(rotary), known = this.#tables.get(key);
    if (known) return known;
    const lengths = this.#pass.lengths ?? this.#starts().map((start) => this.#end - start);
    const made = rotaryTables(rotary, this.#places, this.#end - this.#first, lengths);
    this.#tables.set(key, made);
    return made;
  }
}
