/**
 * A weight that is a part of a stored tensor, or several of them, or that lies there in another order.
 *
 * @module
 */

import type { StoredTensor, StoredType } from "./files/mod.ts";

/** What of some stored tensors a weight is. */
export interface Part {
  /** The sizes of its axes. */
  readonly shape: readonly number[];
  /** Picks its numbers, row by row, out of those of each tensor, which it must not write into. */
  readonly pick: (...stored: Float32Array[]) => Float32Array;
}

/** A part of stored tensors, read when asked for. */
export class StoredPart implements StoredTensor {
  /** The names of the tensors in the file. */
  readonly name: string;
  /** The type of its numbers in the file. */
  readonly dtype: StoredType;
  /** The sizes of its axes, outermost first. */
  readonly shape: readonly number[];
  /** The file that holds it, or the first of them. */
  readonly file: string;
  /** How many bytes it takes in the file. */
  readonly bytes: number;
  readonly #tensors: readonly StoredTensor[];
  readonly #part: Part;

  /** Describes a part of tensors of one type. */
  constructor(tensors: readonly StoredTensor[], part: Part) {
    const [first] = tensors as readonly [StoredTensor];
    const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
    this.name = tensors.map(({ name }) => name).join(" and ");
    this.dtype = first.dtype;
    this.shape = part.shape;
    this.file = first.file;
    this.bytes = first.bytes / size(first.shape) * size(part.shape);
    this.#tensors = tensors;
    this.#part = part;
  }

  /** Reads its numbers as float32. */
  read(): Float32Array {
    return this.#part.pick(...this.#tensors.map((tensor) => tensor.read()));
  }

  /** Reads its numbers as float64. */
  readDoubles(): Float64Array {
    return Float64Array.from(this.read());
  }

  /** Refuses: weights are no integers. */
  readIntegers(): Int32Array {
    return this.#tensors[0]!.readIntegers();
  }
}

/** Some of a matrix's rows, which follow each other. */
export function rowsOf(first: number, count: number, columns: number): Part {
  return {
    shape: [count, columns],
    pick: (stored) => stored.subarray(first * columns, (first + count) * columns),
  };
}

/** A vector with a number added to each of its numbers. */
export function raised(shape: readonly number[], by: number): Part {
  return { shape, pick: (stored) => stored.map((x) => x + by) };
}

/** The rows of a matrix, or the numbers of a vector, in another order: row `i` is that which stood at `order[i]`. */
export function reordered(order: readonly number[], shape: readonly number[]): Part {
  const columns = shape.length === 1 ? 1 : shape[1]!;
  return {
    shape,
    pick(stored) {
      const rows = new Float32Array(stored.length);
      order.forEach((from, to) =>
        rows.set(stored.subarray(from * columns, (from + 1) * columns), to * columns)
      );
      return rows;
    },
  };
}

/** Vectors beneath each other, each the row of a matrix. */
export function stacked(rows: number, columns: number): Part {
  return {
    shape: [rows, columns],
    pick(...stored) {
      const all = new Float32Array(rows * columns);
      stored.forEach((row, index) => all.set(row, index * columns));
      return all;
    },
  };
}

/**
 * Every so many columns of one matrix out of several `[matrix, row, column]`, as `[column, row]`.
 *
 * @param matrix Which matrix.
 * @param rows Its rows.
 * @param columns Its columns.
 * @param from The first column that is taken.
 * @param step How many columns on the next one lies.
 */
export function columnsOf(
  matrix: number,
  [rows, columns]: readonly [number, number],
  { from, step }: { readonly from: number; readonly step: number },
): Part {
  const taken = Math.ceil((columns - from) / step);
  return {
    shape: [taken, rows],
    pick(stored) {
      const own = stored.subarray(matrix * rows * columns, (matrix + 1) * rows * columns);
      const picked = new Float32Array(taken * rows);
      for (let column = 0; column < taken; column++) {
        for (let row = 0; row < rows; row++) {
          picked[column * rows + row] = own[row * columns + from + column * step]!;
        }
      }
      return picked;
    },
  };
}

/** Every so many numbers of one row of a matrix. */
export function numbersOf(
  row: number,
  columns: number,
  { from, step }: { readonly from: number; readonly step: number },
): Part {
  const taken = Math.ceil((columns - from) / step);
  return {
    shape: [taken],
    pick: (stored) =>
      Float32Array.from({ length: taken }, (_, i) => stored[row * columns + from + i * step]!),
  };
}
