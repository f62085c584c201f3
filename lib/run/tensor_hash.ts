/**
 * The numbers of a tensor under a name that says what they are: the SHA-256 of type, shape and numbers.
 *
 * @module
 */

import type { WrittenTensor } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { asTensor, type GivenValue } from "./value.ts";

/** Numbers with their hash. */
export interface HashedNumbers extends WrittenTensor {
  /** The SHA-256 of type, shape and numbers, as 64 hexadecimal digits. */
  readonly hash: string;
}

/**
 * Reads numbers off a value and hashes them.
 *
 * @param value A tensor, a number or rows of numbers.
 * @param purpose What is being done, as an error begins after "Cannot".
 */
export async function hashedNumbers(value: GivenValue, purpose: string): Promise<HashedNumbers> {
  const tensor = asTensor(value, purpose);
  try {
    const data = await tensor.data(), shape = [...tensor.shape];
    // A run turns all numbers into floats; on the float64 backend these are doubles.
    const doubles = data as unknown instanceof Float64Array;
    const values = doubles ? new Float64Array(data) : Float32Array.from(data);
    return await hashed(values, shape);
  } finally {
    if (!(value instanceof tf.Tensor)) tensor.dispose();
  }
}

/**
 * Hashes numbers.
 *
 * @param values The numbers, row by row.
 * @param shape The sizes of their axes.
 */
export async function hashed(
  values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
  shape: readonly number[],
): Promise<HashedNumbers> {
  const dtype = values instanceof Float64Array ? "F64" : "F32";
  const head = new TextEncoder().encode(`${dtype} [${shape.join(", ")}] `);
  const bytes = new Uint8Array(head.length + values.byteLength);
  bytes.set(head);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), head.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { dtype, shape, values, hash };
}
