/**
 * Writes zip archives for the tests that read them.
 *
 * @module
 */

/** A file to be packed. */
export interface Packed {
  readonly path: string;
  readonly content: string;
  readonly deflate: boolean;
  /** A method to claim instead of the true one. */
  readonly method?: number;
}

/** Packs files into an archive. */
export async function zip(
  files: readonly Packed[],
  comment = "",
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  const record = (size: number, fields: [offset: number, bytes: 2 | 4, value: number][]) => {
    const view = new DataView(new ArrayBuffer(size));
    for (const [offset, bytes, value] of fields) {
      if (bytes === 2) view.setUint16(offset, value, true);
      else view.setUint32(offset, value, true);
    }
    return new Uint8Array(view.buffer);
  };
  for (const { path, content, deflate, method = deflate ? 8 : 0 } of files) {
    const name = encoder.encode(path);
    const plain = encoder.encode(content);
    const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const packed = deflate ? new Uint8Array(await new Response(stream).arrayBuffer()) : plain;
    // The local header has an extra field, which the directory does not mention.
    const local = record(30, [[0, 4, 0x04034b50], [8, 2, method], [26, 2, name.length], [
      28,
      2,
      4,
    ]]);
    parts.push(local, name, new Uint8Array(4), packed);
    directory.push(
      record(46, [
        [0, 4, 0x02014b50],
        [10, 2, method],
        [20, 4, packed.length],
        [24, 4, plain.length],
        [28, 2, name.length],
        [42, 4, at],
      ]),
      name,
    );
    at += 34 + name.length + packed.length;
  }
  const text = encoder.encode(comment);
  const end = record(22, [[0, 4, 0x06054b50], [10, 2, files.length], [16, 4, at], [
    20,
    2,
    text.length,
  ]]);
  return new Uint8Array(await new Blob([...parts, ...directory, end, text]).arrayBuffer());
}
