/**
 * How wide text is, where there is nothing to measure it with.
 *
 * @module
 */

/** Letters by their width in the library's font, as a share of its size; any other counts as the widest of its kind. */
const widths: readonly (readonly [letters: RegExp, share: number])[] = [
  [/[ijlI'|ιίіїІ]/, 0.3],
  [/[.,:; ]/, 0.34],
  [/[frt!()[\]{}/"·-]/, 0.43],
  [/[mwMW%@—→жмфшщыюЖМФШЩЫЮωψΩ]/, 0.98],
  [/[A-Z0-9+=<>−×≈~]/, 0.72],
  [/[ -~\u00a1-\u02ff]/, 0.62],
  // Greek and Cyrillic, then Hebrew and Arabic.
  [/[\u0370-\u03ff]/, 0.67],
  [/[\u0400-\u04ff]/, 0.72],
  [/[\u05b0-\u06ff]/, 0.66],
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
