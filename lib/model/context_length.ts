/**
 * Models with another longest prompt than their checkpoint says.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { StoredTensor } from "./files/mod.ts";

/**
 * The architecture of a model that reads prompts of another length.
 *
 * Learned positions can only be cut: there is no row for a later one. Positions that are computed go on as they began,
 * though the model may never have been trained there.
 *
 * @throws {RangeError} If the length is no whole number from 1, or there are fewer learned positions.
 */
export function ofContextLength(whole: Architecture, contextLength: number): Architecture {
  const { positions, position } = whole;
  const most = position.kind === "learned" ? positions : 2 ** 31 - 1;
  if (Number.isInteger(contextLength) && contextLength >= 1 && contextLength <= most) {
    return { ...whole, positions: contextLength };
  }
  const why = position.kind === "learned" ? ", the positions that the model has learned" : "";
  throw new RangeError(
    `Cannot load a model as contextLength must be a whole number from 1 to ${most}${why}: current value is ${
      Deno.inspect(contextLength, { depth: 0 })
    }`,
  );
}

/**
 * The first rows of a stored matrix, still in its file.
 *
 * @param stored The matrix.
 * @param rows How many rows are kept, at most as many as there are.
 */
export function leadingRows(stored: StoredTensor, rows: number): StoredTensor {
  const [all = 1, ...rest] = stored.shape;
  const size = rest.reduce((product, axis) => product * axis, rows);
  return {
    name: stored.name,
    dtype: stored.dtype,
    file: stored.file,
    shape: [rows, ...rest],
    bytes: stored.bytes / all * rows,
    read: () => stored.read().subarray(0, size),
    readDoubles: () => stored.readDoubles().subarray(0, size),
    readIntegers: () => stored.readIntegers().subarray(0, size),
  };
}
