/**
 * How wide text is, where there is nothing to measure it with.
 *
 * @module
 */

/** Letters by their width in the library's font, as a share of its size; any other counts as the widest of its kind. */
const widths: readonly (readonly [letters: RegExp, share: number])[] = [
  [/[ijlI'|]/, 0.3],
  [/[.,:; ]/, 0.34],
  [/[frt!()[\]{}/"·-]/, 0.43],
  [/[mwMW%@—→]/, 0.98],
  [/[A-Z0-9+=<>−×≈~]/, 0.72],
  [/[ -~\u00a1-\u02ff]/, 0.62],
];

/**
 * Estimates how wide a text is, rather a little too wide than too narrow.
 *
 * @param text The text.
 * @param size The size of its letters in pixels.
 * @returns Pixels.
 */
export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (const letter of text) sum += widths.find(([letters]) => letters.test(letter))?.[1] ?? 1.1;
  return sum * size;
}
