/**
 * A font without the programs that fit its letters to the dots of a small screen: a third of its bytes, which nothing
 * that draws our pictures reads.
 *
 * @module
 */

/** Tables that only such programs use, and one for typesetting formulas. */
const unread = ["fpgm", "prep", "cvt ", "gasp", "MATH"];

/** A letter without its program; one that is put together of others stays. */
function plainLetter(letter: Uint8Array): Uint8Array {
  if (letter.length === 0) return letter;
  const view = new DataView(letter.buffer, letter.byteOffset, letter.length);
  const contours = view.getInt16(0);
  if (contours < 0) return letter;
  const at = 10 + 2 * contours, length = view.getUint16(at);
  const plain = new Uint8Array((letter.length - length + 3) & ~3);
  plain.set(letter.subarray(0, at));
  plain.set(letter.subarray(at + 2 + length), at + 2);
  return plain;
}

/** The letters one after another, and where each begins, as the table `loca` says it. */
function plainLetters(tables: ReadonlyMap<string, Uint8Array>): Record<string, Uint8Array> {
  const [glyf, loca, head] = ["glyf", "loca", "head"].map((name) => tables.get(name)!);
  const starts = new DataView(loca!.buffer, loca!.byteOffset, loca!.length);
  const long = head![51] === 1, count = loca!.length / (long ? 4 : 2);
  const start = (i: number) => long ? starts.getUint32(4 * i) : 2 * starts.getUint16(2 * i);
  const letters = Array.from(
    { length: count - 1 },
    (_, i) => plainLetter(glyf!.subarray(start(i), start(i + 1))),
  );
  const places = new DataView(new ArrayBuffer(4 * count));
  let at = 0;
  letters.forEach(({ length }, i) => places.setUint32(4 * (i + 1), at += length));
  const all = new Uint8Array(at);
  letters.reduce((from, letter) => (all.set(letter, from), from + letter.length), 0);
  // Whether places are written in four bytes.
  const longHead = head!.with(51, 1);
  return { glyf: all, loca: new Uint8Array(places.buffer), head: longHead };
}

/**
 * Leaves out of a font what is read only where it is drawn in a few dots.
 *
 * @param font A font, as TrueType.
 * @returns The same letters, as TrueType.
 */
export function withoutHints(font: Uint8Array): Uint8Array {
  const view = new DataView(font.buffer, font.byteOffset, font.length);
  const tables = new Map<string, Uint8Array>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i, name = new TextDecoder().decode(font.subarray(at, at + 4));
    const from = view.getUint32(at + 8);
    if (!unread.includes(name)) {
      tables.set(name, font.subarray(from, from + view.getUint32(at + 12)));
    }
  }
  for (const [name, table] of Object.entries(plainLetters(tables))) tables.set(name, table);
  const sizes = [...tables.values()].map(({ length }) => (length + 3) & ~3);
  const head = 12 + 16 * tables.size;
  const made = new Uint8Array(sizes.reduce((sum, size) => sum + size, head));
  const out = new DataView(made.buffer), power = Math.floor(Math.log2(tables.size));
  out.setUint32(0, 0x00010000);
  [tables.size, 16 * 2 ** power, power, 16 * (tables.size - 2 ** power)]
    .forEach((number, i) => out.setUint16(4 + 2 * i, number));
  let place = head;
  [...tables].forEach(([name, table], i) => {
    made.set(new TextEncoder().encode(name), 12 + 16 * i);
    made.set(table, place);
    let sum = 0;
    for (let at = place; at < place + sizes[i]!; at += 4) sum = sum + out.getUint32(at) >>> 0;
    [sum, place, table.length].forEach((number, k) =>
      out.setUint32(12 + 16 * i + 4 + 4 * k, number)
    );
    place += sizes[i]!;
  });
  return made;
}
