/**
 * A tensor that is still in its file.
 *
 * @module
 */

import { CheckpointError } from "./checkpoint_error.ts";
import { mapFile } from "./memory_map.ts";
import type { StoredFile } from "./stored_file.ts";
import { integerAt, isFloat, type StoredType, typeBytes, widen } from "./stored_types.ts";

/** A tensor of a checkpoint, read when asked for. */
export interface StoredTensor {
  /** The name of the tensor in the file. */
  readonly name: string;
  /** The type of its numbers in the file. */
  readonly dtype: StoredType;
  /** The sizes of its axes, outermost first; empty for a single number. */
  readonly shape: readonly number[];
  /** The file that holds it. */
  readonly file: string;
  /** How many bytes it takes in the file. */
  readonly bytes: number;
  /**
   * Reads its numbers as float32, row by row. Float32 tensors are views of the mapped file where possible: they cost no
   * memory until they are touched, and writing to them changes no file. Otherwise the file is opened, read in pieces of
   * at most 1 MiB and closed, so that no more than the result and one piece is held. 16-bit numbers are widened exactly,
   * float64 is rounded.
   *
   * @throws {CheckpointError} If its numbers are integers, or the file has changed.
   */
  read(): Float32Array;
  /**
   * Reads its numbers as float64, row by row: those of float64 as they are, the others widened exactly.
   *
   * @throws {CheckpointError} If its numbers are integers, or the file has changed.
   */
  readDoubles(): Float64Array;
  /**
   * Reads its numbers as integers of 32 bits.
   *
   * @throws {CheckpointError} If its numbers are no integers or do not fit, or the file has changed.
   */
  readIntegers(): Int32Array;
}

/** A tensor in a safetensors file. */
export class FileTensor implements StoredTensor {
  /** The name of the tensor in the file. */
  readonly name: string;
  /** The type of its numbers in the file. */
  readonly dtype: StoredType;
  /** The sizes of its axes, outermost first. */
  readonly shape: readonly number[];
  /** How many bytes it takes in the file. */
  readonly bytes: number;
  readonly #file: StoredFile;
  readonly #start: number;
  readonly #map: boolean;

  /** Describes bytes of a file, which were checked to lie in it and to fit the shape. */
  constructor(
    file: StoredFile,
    name: string,
    dtype: StoredType,
    shape: readonly number[],
    start: number,
    bytes: number,
    map: boolean,
  ) {
    this.#file = file;
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.#start = start;
    this.bytes = bytes;
    this.#map = map;
  }

  /** The file that holds it. */
  get file(): string {
    return this.#file.path;
  }

  /** Reads its numbers as float32. */
  read(): Float32Array {
    if (!isFloat(this.dtype)) this.#refuse("its dtype must be F32, F16, BF16 or F64", this.dtype);
    const length = this.bytes / typeBytes[this.dtype];
    if (this.dtype === "F32") {
      this.#file.check();
      const mapped = this.#map && this.#start % 4 === 0 ? mapFile(this.#file) : null;
      if (mapped !== null) return new Float32Array(mapped, this.#start, length);
    }
    const result = new Float32Array(length);
    if (this.dtype === "F32") {
      this.#file.readInto(this.#start, new Uint8Array(result.buffer));
    } else {
      const size = typeBytes[this.dtype];
      this.#file.read(this.#start, this.bytes, (bytes, at) => {
        widen(this.dtype, bytes, result, at / size);
      });
    }
    return result;
  }

  /** Reads its numbers as float64. */
  readDoubles(): Float64Array {
    if (this.dtype !== "F64") return Float64Array.from(this.read());
    const result = new Float64Array(this.bytes / 8);
    this.#file.readInto(this.#start, new Uint8Array(result.buffer));
    return result;
  }

  /** Reads its numbers as integers of 32 bits. */
  readIntegers(): Int32Array {
    if (isFloat(this.dtype)) this.#refuse("its dtype must be one of integers", this.dtype);
    const size = typeBytes[this.dtype];
    const result = new Int32Array(this.bytes / size);
    this.#file.read(this.#start, this.bytes, (bytes, at) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = 0; i < bytes.length; i += size) {
        const value = integerAt(this.dtype, view, i);
        if (value === null) {
          this.#refuse("its numbers must fit into 32 bits", view.getBigInt64(i, true));
        }
        result[(at + i) / size] = value!;
      }
    });
    return result;
  }

  #refuse(expected: string, current: unknown): never {
    throw new CheckpointError(this.file, expected, { tensor: this.name, current });
  }
}
