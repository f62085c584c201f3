/**
 * Pictures that keep to a size.
 *
 * @module
 */

import { firstLevel, lastLevel } from "./colour.ts";
import { type IndexedPicture, indexedPng } from "./png.ts";

/** How many levels a palette has. */
export const allLevels: number = lastLevel - firstLevel + 1;

/**
 * Rounds palette entries to fewer levels; those that are no ordinary value stay.
 *
 * @param entries The entries.
 * @param step Every how many-th level remains.
 * @returns As many entries.
 */
export function coarser(entries: Uint8Array, step: number): Uint8Array {
  if (step === 1) return entries;
  return entries.map((entry) =>
    entry < firstLevel
      ? entry
      : Math.min(lastLevel, firstLevel + Math.round((entry - firstLevel) / step) * step)
  );
}

/**
 * Writes a picture in as many levels as a number of bytes allows: noise takes most of a picture's bytes, and halving the levels
 * takes a bit off every cell.
 *
 * @param most How many bytes the file may have.
 * @param picture The picture.
 * @returns The file, and in how many levels it is; of an eighth of the levels it may be larger still.
 */
export function pngWithin(
  most: number,
  picture: IndexedPicture,
): { readonly file: Uint8Array; readonly levels: number } {
  for (let step = 1;; step *= 2) {
    const file = indexedPng({ ...picture, indices: coarser(picture.indices, step) });
    if (file.length <= most || step === 8) {
      return { file, levels: Math.floor((allLevels - 1) / step) + 1 };
    }
  }
}
