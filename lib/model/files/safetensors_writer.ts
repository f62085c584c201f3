/**
 * Writing of safetensors files.
 *
 * @module
 */

import { renameSync } from "node:fs";
import { pathOf } from "./config_file.ts";
import type { StoredType } from "./stored_types.ts";
import { typeBytes } from "./stored_types.ts";

/** A tensor to be written. */
export interface WrittenTensor {
  /** The type of its numbers in the file; numbers are rounded to the nearest that it has, ties to even. */
  readonly dtype: StoredType;
  /** The sizes of its axes, outermost first. */
  readonly shape: readonly number[];
  /** Its numbers, row by row. */
  readonly values: ArrayLike<number>;
}

/**
 * Writes a safetensors file. The file appears whole or not at all, and a file of that name that is in use keeps its
 * content for those who use it.
 *
 * @param path The file.
 * @param tensors The tensors by name, written in their order.
 * @param metadata Free texts for the header.
 * @throws {RangeError} If the numbers of a tensor are not as many as its shape says.
 */
export function writeSafetensors(
  path: string | URL,
  tensors: ReadonlyMap<string, WrittenTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const target = pathOf(path);
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push(["__metadata__", metadata]);
  let end = 0;
  for (const [name, { dtype, shape, values }] of tensors) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (length !== values.length) {
      throw new RangeError(
        `Cannot write tensor ${JSON.stringify(name)} as [${shape.join(", ")}] must have ` +
          `${length} numbers: current value is ${values.length}`,
      );
    }
    const start = end;
    end += length * typeBytes[dtype];
    header.push([name, { dtype, shape, data_offsets: [start, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces at the end of the header let every tensor begin at a multiple of 8.
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(padded.length), true);

  const partial = `${target}.partial`;
  const file = Deno.openSync(partial, { write: true, create: true, truncate: true });
  try {
    writeAll(file, new Uint8Array(length.buffer));
    writeAll(file, padded);
    for (const { dtype, values } of tensors.values()) writeAll(file, narrow(dtype, values));
  } finally {
    file.close();
  }
  renameSync(partial, target);
}

/** Writes all bytes. */
function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

/** The bytes of numbers in a type. */
function narrow(type: StoredType, values: ArrayLike<number>): Uint8Array {
  switch (type) {
    case "F32":
      return bytesOf(Float32Array.from(values));
    case "F64":
      return bytesOf(Float64Array.from(values));
    case "F16":
      return bytesOf(Float16Array.from(values));
    case "BF16":
      return bytesOf(Uint16Array.from(Float32Array.from(values), upperHalf));
    case "I64":
      return bytesOf(BigInt64Array.from(Array.from(values, BigInt)));
    case "I32":
      return bytesOf(Int32Array.from(values));
    case "I16":
      return bytesOf(Int16Array.from(values));
    case "I8":
      return bytesOf(Int8Array.from(values));
    case "U8":
    case "BOOL":
      return Uint8Array.from(values);
  }
}

const bits = new DataView(new ArrayBuffer(4));

/** The bfloat16 nearest to a float32, ties to even. */
function upperHalf(value: number): number {
  bits.setFloat32(0, value);
  const whole = bits.getUint32(0);
  if (Number.isNaN(value)) return whole >>> 16 | 0x40;
  return whole + 0x7FFF + (whole >>> 16 & 1) >>> 16;
}

/** The bytes of an array. */
function bytesOf(array: ArrayBufferView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
