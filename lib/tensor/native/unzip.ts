/**
 * Reads files out of a zip archive, as a wheel of PyPI is one.
 *
 * @module
 */

/** A file of an archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  readonly path: string;
  /** Reads its content. */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * Lists the files of a zip archive by its central directory.
 *
 * @param archive The archive.
 * @returns Its files; content is unpacked when it is read.
 * @throws {SyntaxError} If the bytes are no zip archive, or one of a kind that wheels never are.
 */
export function unzip(archive: Uint8Array<ArrayBuffer>): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    if (at + 46 > archive.length || view.getUint32(at, true) !== directoryEntry) {
      throw new SyntaxError(
        `Cannot unzip as the directory must list ${count} files: it ends at byte ${at}`,
      );
    }
    const nameLength = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    const entry = {
      path,
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
    };
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return { path, bytes: () => unpack(archive, view, entry) };
  });
}

/** Finds the record that ends the archive; only a comment may follow it. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65557); at--) {
    if (view.getUint32(at, true) === endOfDirectory) return at;
  }
  throw new SyntaxError(
    `Cannot unzip as a zip archive must end in its directory: none is in the last of ${view.byteLength} bytes`,
  );
}

/** Reads one file. */
async function unpack(
  archive: Uint8Array<ArrayBuffer>,
  view: DataView,
  entry: { path: string; method: number; packed: number; size: number; start: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const { path, method, packed, size, start } = entry;
  // The header before the content has a length of its own.
  const content = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const bytes = archive.subarray(content, content + packed);
  if (method === 0) return bytes.slice();
  if (method !== 8) {
    throw new SyntaxError(
      `Cannot unzip "${path}" as it must be stored or deflated: its method is ${method}`,
    );
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const unpacked = new Uint8Array(await new Response(stream).arrayBuffer());
  if (unpacked.length !== size) {
    throw new SyntaxError(
      `Cannot unzip "${path}" as it must hold ${size} bytes: it holds ${unpacked.length}`,
    );
  }
  return unpacked;
}
