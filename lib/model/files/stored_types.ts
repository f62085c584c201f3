/**
 * The number types of safetensors, and how each is read as float32 or as int32.
 *
 * @module
 */

/** A number type of a safetensors file that can be read. */
export type StoredType =
  | "F32"
  | "F16"
  | "BF16"
  | "F64"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U8"
  | "BOOL";

/** Bytes of one number. */
export const typeBytes: Readonly<Record<StoredType, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Whether a name is that of a type that can be read. */
export function isStoredType(name: unknown): name is StoredType {
  return typeof name === "string" && Object.hasOwn(typeBytes, name);
}

/** Whether a type holds floating-point numbers. */
export function isFloat(type: StoredType): boolean {
  return type === "F32" || type === "F16" || type === "BF16" || type === "F64";
}

/**
 * Writes stored floating-point numbers into a float32 array.
 *
 * @param type The stored type.
 * @param bytes The stored numbers, aligned to their size.
 * @param into The whole result.
 * @param at Where in the result they begin.
 */
export function widen(type: StoredType, bytes: Uint8Array, into: Float32Array, at: number): void {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (type) {
    case "F32":
      into.set(new Float32Array(buffer, byteOffset, byteLength / 4), at);
      break;
    case "F64":
      into.set(new Float64Array(buffer, byteOffset, byteLength / 8), at);
      break;
    case "BF16": {
      // A bfloat16 is the upper half of a float32, and the result begins as zeros.
      const from = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const halves = new Uint16Array(into.buffer, into.byteOffset, into.length * 2);
      for (let i = 0, to = 2 * at + 1; i < from.length; i++, to += 2) halves[to] = from[i]!;
      break;
    }
    case "F16": {
      const from = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const table = halfTable();
      for (let i = 0; i < from.length; i++) into[at + i] = table[from[i]!]!;
      break;
    }
    default:
      throw new TypeError(`Cannot read ${type} as float32 as it must hold floating-point numbers`);
  }
}

let halves: Float32Array | null = null;

/** The value of every float16: looking it up is half again as fast as converting. */
function halfTable(): Float32Array {
  if (halves !== null) return halves;
  const codes = Uint16Array.from({ length: 1 << 16 }, (_, code) => code);
  return halves = Float32Array.from(new Float16Array(codes.buffer));
}

/**
 * Reads a stored integer.
 *
 * @returns The integer, or `null` where it does not fit into 32 bits.
 */
export function integerAt(type: StoredType, view: DataView, at: number): number | null {
  switch (type) {
    case "I64": {
      const value = view.getBigInt64(at, true);
      return value === BigInt.asIntN(32, value) ? Number(value) : null;
    }
    case "I32":
      return view.getInt32(at, true);
    case "I16":
      return view.getInt16(at, true);
    case "I8":
      return view.getInt8(at);
    case "U8":
    case "BOOL":
      return view.getUint8(at);
    default:
      throw new TypeError(`Cannot read ${type} as integers as it must hold integers`);
  }
}
