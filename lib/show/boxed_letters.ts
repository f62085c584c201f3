/**
 * What a picture shows of characters that its font lacks: a box each, and a line that says so.
 *
 * @module
 */

import { escapeHtml } from "./escape.ts";
import { textWidth } from "./text_width.ts";

/** What stands for a character that cannot be drawn. */
export const box = "▯";

/** What has no form of its own, so that no font need have it. */
const formless = /^[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]$/v;

const size = 12, lineHeight = 16, edge = 8;

let characters: Intl.Segmenter | undefined;

/** Text with a box for each character, as a reader counts them, of which a part cannot be drawn. */
function boxedText(text: string, letters: ReadonlySet<number>): { text: string; count: number } {
  const drawable = (letter: string) => letters.has(letter.codePointAt(0)!) || formless.test(letter);
  if ([...text].every(drawable)) return { text, count: 0 };
  characters ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let boxed = "", count = 0;
  for (const { segment } of characters.segment(text)) {
    if ([...segment].every(drawable)) boxed += segment;
    else {
      boxed += box;
      count++;
    }
  }
  return { text: boxed, count };
}

/** A sentence in lines that are no wider than so many pixels, if its words are not. */
function linesOf(sentence: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A drawing that is higher, with lines below all. */
function withLines(svg: string, sentence: string): string {
  const [root] = /<svg\b[^>]*>/.exec(svg) ?? [""];
  const [, width = 0, height = 0] = /viewBox="0 0 (\S+) (\S+)"/.exec(root)?.map(Number) ?? [];
  const lines = linesOf(sentence, width - 2 * edge),
    high = height + lines.length * lineHeight + edge;
  const higher = root
    .replace(/(\sheight)="[^"]*"/, `$1="${high}"`)
    .replace(/viewBox="[^"]*"/, `viewBox="0 0 ${width} ${high}"`);
  const texts = lines.map((line, i) =>
    `<text x="${edge}" y="${
      height + (i + 1) * lineHeight
    }" font-family="DejaVu Sans" font-size="${size}" fill="#1a1c1f">${escapeHtml(line)}</text>`
  );
  const paper = `<rect x="0" y="${height}" width="${width}" height="${
    high - height
  }" fill="white"/>`;
  return svg.replace(root, () => higher)
    .replace(/<\/svg>\s*$/, () => `${paper}${texts.join("")}</svg>`);
}

/**
 * Puts a box in the place of each character that a font lacks, as what draws would leave it out, and says below the drawing how
 * many there are.
 *
 * @param svg The drawing, with its size and a `viewBox` from 0.
 * @param letters The code points that the font has.
 * @param elsewhere What has the characters themselves, such as "the text form".
 * @returns The drawing; the same where nothing is missing.
 */
export function boxedLetters(
  svg: string,
  letters: ReadonlySet<number>,
  elsewhere: string,
): string {
  let missing = 0;
  const boxed = svg.replace(
    /(<(?:text|tspan)\b[^>]*>)([^<]+)/g,
    (_, tag: string, inside: string) => {
      const { text, count } = boxedText(inside, letters);
      missing += count;
      return tag + text;
    },
  );
  if (missing === 0) return svg;
  const are = missing === 1
    ? "1 character that the font of this picture lacks is a box"
    : `${missing} characters that the font of this picture lacks are boxes`;
  return withLines(boxed, `${are} (${box}); see ${elsewhere} for ${missing === 1 ? "it" : "them"}`);
}
