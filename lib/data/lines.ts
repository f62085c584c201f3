/**
 * The lines of a file, read as they are needed.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** A line of a file. */
export interface Line {
  /** Its number, counted from 1. */
  readonly number: number;
  /** Its text, without the end of the line. */
  readonly text: string;
}

/** How lines are read. */
export interface ReadLinesOptions {
  /** The bytes that a line may have, so that a file without line ends cannot fill the memory. */
  readonly longestLine: number;
  /** Stops the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** The name of a file for errors. */
export function fileName(path: string | URL): string {
  return path instanceof URL && path.protocol === "file:" ? fileURLToPath(path) : String(path);
}

/**
 * Reads a file line by line, holding one line and one piece of the file. A byte order mark is passed over, and a line may
 * end in `\n` or `\r\n`.
 *
 * @param path A path or a `file:` address.
 * @param options The longest line, and what stops the reading.
 * @throws {SyntaxError} If a line is no UTF-8; the error names file and line.
 * @throws {RangeError} If a line is longer than it may be.
 */
export async function* readLines(
  path: string | URL,
  { longestLine, signal }: ReadLinesOptions,
): AsyncGenerator<Line, void> {
  const name = fileName(path);
  const file = await Deno.open(path);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0, held = 0, parts: Uint8Array[] = [];
  const line = (end: Uint8Array): Line => {
    number++;
    const bytes = joined(parts, held, end);
    [parts, held] = [[], 0];
    const from = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
      ? 3
      : 0;
    const to = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
    try {
      return { number, text: decoder.decode(bytes.subarray(from, Math.max(from, to))) };
    } catch (error) {
      throw new SyntaxError(
        `Cannot read line ${number} of ${name} as it must be UTF-8: some of its ${bytes.length} bytes are not`,
        { cause: error },
      );
    }
  };
  const refuseLong = (length: number) => {
    if (length <= longestLine) return;
    throw new RangeError(
      `Cannot read line ${number + 1} of ${name} as it must have at most ${longestLine} bytes: ` +
        `it has more; raise longestLine if it is meant to`,
    );
  };
  try {
    const piece = new Uint8Array(65536);
    for (;;) {
      signal?.throwIfAborted();
      const count = await file.read(piece);
      if (count === null) break;
      let from = 0;
      for (let to = piece.indexOf(0x0a); to >= 0 && to < count; to = piece.indexOf(0x0a, from)) {
        refuseLong(held + to - from);
        yield line(piece.subarray(from, to));
        from = to + 1;
      }
      if (from === count) continue;
      // The piece is read into again, so what stays of it is copied.
      parts.push(piece.slice(from, count));
      held += count - from;
      refuseLong(held);
    }
    if (held > 0) yield line(new Uint8Array());
  } finally {
    file.close();
  }
}

/** Some parts and an end as one stretch of bytes. */
function joined(parts: readonly Uint8Array[], held: number, end: Uint8Array): Uint8Array {
  if (held === 0) return end;
  const bytes = new Uint8Array(held + end.length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.set(end, held);
  return bytes;
}
