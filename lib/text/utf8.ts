/**
 * Bytes and characters: which character each byte of a text belongs to, and the printable alphabet in which byte-level
 * tokenizers spell bytes.
 *
 * @module
 */

const encoder = new TextEncoder();
// Without ignoreBOM a leading U+FEFF would vanish, and decoding would not be exact.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Checks that a text can be written as UTF-8.
 *
 * @throws {TypeError} If it is no text, or half a surrogate pair stands alone in it.
 */
export function checkText(text: string): void {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot encode a text as it must be a string: current value is ${text}`);
  }
  if (text.isWellFormed()) return;
  const at = /\p{Surrogate}/u.exec(text)!.index;
  const unit = text.charCodeAt(at).toString(16).toUpperCase();
  throw new TypeError(
    `Cannot encode a text as it must be well formed: half of a surrogate pair (U+${unit}) stands ` +
      `alone at ${at}, and text.toWellFormed() would put U+FFFD in its place`,
  );
}

/** Encodes text as UTF-8. */
export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes UTF-8, byte order marks included; what is not UTF-8 becomes U+FFFD. */
export function fromBytes(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The letter of each byte in byte-level vocabularies: itself where it prints, else one from U+0100 on (GPT-2's rule). */
export const byteLetters: readonly string[] = (() => {
  const letters: string[] = [];
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const prints = byte >= 0x21 && byte <= 0x7E || byte >= 0xA1 && byte <= 0xAC || byte >= 0xAE;
    letters.push(String.fromCharCode(prints ? byte : next++));
  }
  return letters;
})();

/** The byte of each letter of {@linkcode byteLetters}. */
export const letterBytes: ReadonlyMap<string, number> = new Map(
  byteLetters.map((letter, byte) => [letter, byte]),
);

/** The character that each byte of a text belongs to. */
export interface ByteRanges {
  /** Where that character begins in the decoded text, in UTF-16 units, by byte. */
  readonly starts: Int32Array;
  /** Where it ends. */
  readonly ends: Int32Array;
}

/**
 * Finds the character of the decoded text that each byte belongs to. Bytes that are not UTF-8 belong to the U+FFFD that
 * {@linkcode fromBytes} puts in their place (one for each longest beginning of a character, as the Encoding standard
 * has it).
 */
export function byteRanges(bytes: Uint8Array): ByteRanges {
  const starts = new Int32Array(bytes.length);
  const ends = new Int32Array(bytes.length);
  let position = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    // A beginning of a character that U+FFFD replaces has at most three bytes.
    const units = length === 4 ? 2 : 1;
    starts.fill(position, at, at + length);
    ends.fill(position + units, at, at + length);
    position += units;
    at += length;
  }
  return { starts, ends };
}

/** The number of bytes that the character at a place takes, or that one U+FFFD replaces. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4) return 1;
  // The second byte excludes overlong forms, surrogates and code points past U+10FFFF.
  const low = first === 0xE0 ? 0xA0 : first === 0xF0 ? 0x90 : 0x80;
  const high = first === 0xED ? 0x9F : first === 0xF4 ? 0x8F : 0xBF;
  let length = 1;
  while (length < wanted) {
    const next = bytes[at + length];
    if (next === undefined) break;
    if (length === 1 ? next < low || next > high : next < 0x80 || next > 0xBF) break;
    length++;
  }
  return length;
}
