/**
 * How wide text is, where there is nothing to measure it with.
 *
 * @module
 */

/** The advances of " " to "~" in the library's font, in thousandths of its size. */
const latin: readonly number[] = (
  "318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 " +
  "636 636 636 636 636 636 636 337 337 838 838 838 531 1000 684 686 698 770 632 " +
  "575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 685 " +
  "611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 " +
  "278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838"
).split(" ").map(Number);

/** Other letters by their width there, as a share of its size; any that is in none counts as the widest. */
const kinds: readonly (readonly [letters: RegExp, share: number])[] = [
  [/[\u00a0·‘’ιίіїІ]/, 0.32],
  [/[⟨⟩]/, 0.39],
  [/[–⟦⟧“”]/, 0.52],
  [/[▪]/, 0.68],
  [/[→←↑↓−×≈≤≥±≠∞↵⇥]/, 0.84],
  [/[—…жмфшщыюЖМФШЩЫЮωψΩ]/, 1],
  [/[\u00a1-\u02ff]/, 0.64],
  // Greek and Cyrillic, then Hebrew and Arabic.
  [/[\u0370-\u03ff]/, 0.67],
  [/[\u0400-\u04ff]/, 0.72],
  [/[\u05b0-\u06ff]/, 0.66],
];

/** What stands on another letter or is joined to it takes no room of its own. */
const attached = /\u200d.|[\p{M}\p{Cf}]/gu;

/**
 * Says how wide a text is in the library's font: exactly of what keyboards have, else estimated, rather too wide than too narrow.
 *
 * @param text The text.
 * @param size The size of its letters in pixels.
 * @returns Pixels.
 */
export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (const letter of text.replace(attached, "")) {
    const known = latin[letter.codePointAt(0)! - 32];
    sum += known === undefined
      ? kinds.find(([letters]) => letters.test(letter))?.[1] ?? 1.1
      : known / 1000;
  }
  return sum * size;
}
