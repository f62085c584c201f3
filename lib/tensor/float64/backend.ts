/**
 * The storage of the float64 backend.
 *
 * @module
 */

import { type KernelCall, NativeBackend } from "../native/backend.ts";
import type { Values } from "../native/blas.ts";
import { Pool } from "../native/pool.ts";
import type * as tf from "../tfjs.ts";
import { multiplyDoubles } from "./multiply.ts";

/**
 * A tfjs backend in double precision, for tests: identities of the library hold there to 1e-9 and
 * more. It runs the kernels of the native backend on arrays of 64 bits, its products in loops.
 *
 * Its float tensors still call themselves "float32", the only name that tfjs has for them, and
 * `dataSync` returns their `Float64Array`, a copy.
 */
export class Float64Backend extends NativeBackend {
  /** The name that tfjs knows it by. */
  override readonly name: string = "float64";

  /** Makes the backend. */
  constructor() {
    super(multiplyDoubles, { pool: new Pool(0) });
  }

  /** Reads the values of a float tensor, which must not be written. */
  override floats(info: tf.TensorInfo): Values {
    return this.data.get(info.dataId).values as Float64Array<ArrayBuffer>;
  }

  /** Makes an array for the result of a kernel. */
  override allocate(length: number): Values {
    return new Float64Array(length);
  }

  /** Stores values under a new id, floats as a copy in double precision. */
  override write(
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): tf.DataId {
    return super.write(doubled(values, dtype), shape, dtype);
  }

  /** Stores values under an id that another backend made, floats in double precision. */
  override move(
    dataId: tf.DataId,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    super.move(dataId, doubled(values, dtype), shape, dtype, refCount);
  }

  /** Reads values at once: of a float tensor a `Float64Array`, though tfjs has no type for it. */
  override readSync(dataId: tf.DataId): tf.backend_util.BackendValues {
    const { values, dtype } = this.data.get(dataId);
    if (dtype !== "float32") return super.readSync(dataId);
    return (values as Float64Array).slice() as unknown as Float32Array;
  }

  /**
   * Puts numbers in double precision into a tensor that tfjs made of them in single precision.
   *
   * @param tensor A float tensor that nobody else holds yet.
   * @param values Its numbers, row by row.
   */
  restore(tensor: tf.Tensor, values: ArrayLike<number>): void {
    this.floats(tensor).set(values);
  }

  /** Runs a kernel of tfjs' own cpu backend, which may neither take floats nor make them. */
  override borrow(theirs: tf.KernelConfig, call: KernelCall): tf.TensorInfo | tf.TensorInfo[] {
    const refuse = (infos: readonly (tf.TensorInfo | undefined)[]) => {
      if (!infos.some((info) => info?.dtype === "float32" || info?.dtype === "complex64")) return;
      throw new Error(
        `Cannot compute "${theirs.kernelName}" on the backend "float64" as it must have a kernel of its own for floats: it has none, and that of tfjs would round to 32 bits`,
      );
    };
    refuse(Object.values(call.inputs).flat() as tf.TensorInfo[]);
    const result = super.borrow(theirs, call);
    refuse([result].flat());
    return result;
  }
}

/** The same numbers in double precision; integers, flags and strings as they are. */
function doubled(
  values: tf.backend_util.BackendValues,
  dtype: tf.DataType,
): tf.backend_util.BackendValues {
  if (dtype !== "float32") return values;
  return Float64Array.from(values as ArrayLike<number>) as unknown as Float32Array;
}
