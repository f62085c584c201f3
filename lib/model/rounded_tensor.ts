/**
 * Weights rounded to 16 bits when they are read, as a checkpoint stored in 16 bits would hold them.
 *
 * @module
 */

import { CheckpointError, type StoredTensor } from "./files/mod.ts";

/** A type that weights can be rounded to, by the name that PyTorch gives it. */
export type RoundedType = "float16" | "bfloat16";

/** The types by name. */
export const roundedTypes: readonly RoundedType[] = ["float16", "bfloat16"];

/**
 * A stored tensor whose numbers are rounded when they are read, to the nearest number of 16 bits, ties to even. They are
 * widened again at once, as all arithmetic here is that of float32.
 *
 * @param stored The tensor.
 * @param type What it is rounded to.
 * @returns The tensor; one that is stored in that type already is returned as it is. Reading throws a `CheckpointError`
 * where a number would become infinite.
 */
export function roundedTensor(stored: StoredTensor, type: RoundedType): StoredTensor {
  const dtype = type === "float16" ? "F16" : "BF16";
  if (stored.dtype === dtype) return stored;
  const read = () => {
    const values = stored.read();
    const result = type === "float16"
      ? new Float32Array(new Float16Array(values))
      : nearestBfloat16(values);
    refuseOverflow(stored, values, result, type);
    return result;
  };
  return {
    name: stored.name,
    dtype,
    file: stored.file,
    shape: stored.shape,
    bytes: stored.bytes,
    read,
    readDoubles: () => Float64Array.from(read()),
    readIntegers: () => stored.readIntegers(),
  };
}

/** The bfloat16 nearest to each float32, ties to even. */
function nearestBfloat16(values: Float32Array): Float32Array {
  const result = values.slice(), bits = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) {
    const whole = bits[i]!;
    // What is no number, or infinite, stays so; the sum could carry it over into the sign.
    if ((whole & 0x7F800000) === 0x7F800000) continue;
    bits[i] = whole + 0x7FFF + (whole >>> 16 & 1) & 0xFFFF0000;
  }
  return result;
}

function refuseOverflow(
  stored: StoredTensor,
  values: Float32Array,
  result: Float32Array,
  type: RoundedType,
): void {
  const at = result.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(values[i]!));
  if (at < 0) return;
  throw new CheckpointError(
    stored.file,
    `its numbers must fit into ${type}, or be left as they are by leaving out the option dtype`,
    { tensor: stored.name, current: values[at] },
  );
}
