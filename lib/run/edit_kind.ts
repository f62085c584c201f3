/**
 * What each kind of edit says about itself, so that all of them are checked and made in one place.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import type { tf } from "../tensor/mod.ts";
import type { Edit, Value, Where } from "./edit.ts";
import type { Piece, PlacedWhere, Reach } from "./selection.ts";
import type { Window, WindowMode } from "./window.ts";

/** The site of an edit before the run: what it touches there, and in which columns. */
export interface EditTarget {
  /** The model. */
  readonly model: Transformer;
  /** The site. */
  readonly site: Site;
  /** The names of its axes, outermost first. */
  readonly axes: readonly string[];
  /** The size of the last of them; 0 where it is that of the keys. */
  readonly width: number;
  /** What the edit touches of it in the whole run. */
  readonly reach: Reach;
  /** The columns of the pass. */
  readonly window: Window;
  /** What kind of run it is. */
  readonly mode: WindowMode;
}

/** What an edit is told while it changes a part. */
export interface EditPlace extends EditTarget {
  /** The part: the same columns in each of some examples. */
  readonly piece: Piece;
  /** The value of the site before this edit, whole. */
  readonly whole: tf.Tensor;
  /** A value of the edit by its name, of the part's shape. */
  value(name: string): tf.Tensor;
}

/** A kind of edit. */
export interface EditKind<E> {
  /** What an edit must say beside where, and what it may say. */
  readonly fields: Readonly<Record<string, "needed" | "optional">>;
  /** The fields of where that an edit of this kind cannot have, each with the reason. */
  readonly without?: Readonly<Partial<Record<keyof Where, string>>>;
  /** Checks what can be checked without a model. */
  check?(edit: E): void;
  /** Checks that the site admits the edit, before anything is computed. */
  admit?(edit: E, target: EditTarget): void;
  /** Which part is touched, where that is not what the edit says by heads, positions and so on. */
  where?(edit: E, window: Window): PlacedWhere;
  /** The values of the edit by what they are called, for a batch of so many; they are checked to fit. */
  values?(edit: E, batch: number): Readonly<Record<string, Value>>;
  /** Whether the value of the site in the unedited run is needed. */
  needsPlain?(edit: E): boolean;
  /** Computes what takes the place of a part, of its shape. */
  change(edit: E, part: tf.Tensor, place: EditPlace): tf.Tensor;
}

/** The edit that a kind is told of, as all edits. */
export type AnyKind = EditKind<Edit>;
