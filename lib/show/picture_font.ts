/**
 * The font that pictures are drawn with, so that they are the same on every machine, and which characters it has.
 *
 * @module
 */

/** A font and what it can draw. */
export interface PictureFont {
  /** The font, as TrueType. */
  readonly bytes: Uint8Array;
  /** The code points that it has. */
  readonly letters: ReadonlySet<number>;
}

let loaded: Promise<PictureFont> | undefined;

/**
 * Loads the library's small font, once.
 *
 * @returns The font, and the code points that it has.
 */
export function pictureFont(): Promise<PictureFont> {
  return loaded ??= load();
}

async function load(): Promise<PictureFont> {
  const { packedFont } = await import("./font.generated.ts");
  const packed = new Blob([Uint8Array.fromBase64(packedFont)]).stream();
  const plain = new Response(packed.pipeThrough(new DecompressionStream("gzip")));
  const bytes = new Uint8Array(await plain.arrayBuffer());
  return { bytes, letters: lettersOf(bytes) };
}

/** The code points of a font, from the table that it has for those below 65,536. */
function lettersOf(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.length);
  const tables = Array.from({ length: view.getUint16(4) }, (_, i) => 12 + 16 * i);
  // "cmap" in four bytes.
  const cmap = view.getUint32(tables.find((at) => view.getUint32(at) === 0x636d6170)! + 8);
  const maps = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, i) => cmap + view.getUint32(cmap + 4 + 8 * i + 4),
  );
  const map = maps.find((at) => view.getUint16(at) === 4)!;
  const twice = view.getUint16(map + 6), letters = new Set<number>();
  for (let i = 0; i < twice; i += 2) {
    const last = view.getUint16(map + 14 + i), first = view.getUint16(map + 16 + twice + i);
    for (let letter = first; letter <= last && letter < 0xffff; letter++) letters.add(letter);
  }
  return letters;
}
