/**
 * The storage of the native backend: typed arrays of this process, freed by the garbage collector.
 *
 * @module
 */

import * as tf from "../tfjs.ts";
import type { Multiply, Values } from "./blas.ts";
import { eachAlone, type MultiplyBatch } from "./blas_batch.ts";
import { Pool } from "./pool.ts";
import { giveToArena, placeInArena, takeInArena } from "./simd/arena.ts";

/** Arrays of so many numbers and more are worth their place where functions over vectors work. */
const LARGE = 2 ** 13;

/** What stands behind a tensor. */
interface Stored {
  values: tf.backend_util.BackendValues | Values;
  readonly dtype: tf.DataType;
  refCount: number;
  /** Whether the array came from the pool and nobody outside the kernels has seen it. */
  own?: boolean;
  readonly complexTensorInfos?: { real: tf.TensorInfo; imag: tf.TensorInfo };
}

/** What tfjs calls a kernel with. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** What a backend is made of beside its product. */
export interface NativeBackendOptions {
  /**
   * What carries out many products of one shape.
   *
   * @default {one after another}
   */
  readonly multiplyBatch?: MultiplyBatch;
  /**
   * Where arrays wait to be written again.
   *
   * @default {one of 64 MiB}
   */
  readonly pool?: Pool;
}

/** A tfjs backend whose matrix products go to a BLAS and whose other kernels are loops. */
export class NativeBackend extends tf.KernelBackend {
  /** The name that tfjs knows it by. */
  readonly name: string = "native";
  /** Multiplies matrices. */
  readonly multiply: Multiply;
  /** Multiplies many of one shape. */
  readonly multiplyBatch: MultiplyBatch;
  /** The values of each tensor; tfjs' own cpu kernels read it under this name. */
  readonly data: tf.DataStorage<Stored>;
  /** The side of a block in tfjs' own cpu kernels. */
  readonly blockSize: number = 48;
  readonly #pool: Pool;

  /**
   * Makes the backend.
   *
   * @param multiply What carries out its matrix products.
   * @param options What carries out many at once, and where arrays wait to be written again.
   */
  constructor(multiply: Multiply, options: NativeBackendOptions = {}) {
    super();
    this.multiply = multiply;
    this.multiplyBatch = options.multiplyBatch ?? eachAlone(multiply);
    this.#pool = options.pool ?? new Pool(2 ** 26);
    this.data = new tf.DataStorage(this, tf.engine());
  }

  /**
   * Reads the values of a float tensor.
   *
   * @param info The tensor.
   * @returns Its values themselves: they must not be written.
   */
  floats(info: tf.TensorInfo): Values {
    const { values } = this.data.get(info.dataId);
    // A cast from integers leaves integers behind a float tensor.
    return values instanceof Float32Array
      ? values as Values
      : Float32Array.from(values as ArrayLike<number>);
  }

  /**
   * Makes an array for the result of a kernel.
   *
   * @param length How many numbers.
   * @returns An array of any content: every number of it must be written.
   */
  allocate(length: number): Values {
    return (length >= LARGE ? takeInArena(length) : null) ?? this.#pool.take(length);
  }

  /**
   * Gives back an array that {@linkcode allocate} gave, and that no tensor has got.
   *
   * @param values The array; nobody may hold it any more.
   */
  recycle(values: Values): void {
    if (!giveToArena(values)) this.#pool.give(values);
  }

  /**
   * Makes a float tensor of an array that {@linkcode allocate} gave.
   *
   * @param shape Its shape.
   * @param values Its values, row by row.
   * @returns The tensor.
   */
  output(shape: readonly number[], values: Values): tf.TensorInfo {
    const dataId = {};
    this.data.set(dataId, { values, dtype: "float32", refCount: 1, own: true });
    return { dataId, shape: shape.slice(), dtype: "float32" };
  }

  /**
   * Runs a kernel of tfjs' own cpu backend, which may keep the array of an input for its result.
   *
   * @param theirs The kernel.
   * @param call What it is called with.
   * @returns What it returns.
   */
  borrow(theirs: tf.KernelConfig, call: KernelCall): tf.TensorInfo | tf.TensorInfo[] {
    for (const input of Object.values(call.inputs)) {
      if (input) this.expose(input as tf.TensorInfo);
    }
    return theirs.kernelFunc(call);
  }

  /**
   * Notes that others may hold the array of a tensor, so that it is never written again.
   *
   * @param info The tensor.
   */
  expose(info: tf.TensorInfo): void {
    if (!this.data.has(info.dataId)) return;
    const stored = this.data.get(info.dataId);
    // What stands there is written again once its tensor is gone, whoever holds a part of it.
    if (stored.own && placeInArena(stored.values as Values) >= 0) {
      stored.values = alone(stored.values as Values);
    }
    stored.own = false;
  }

  /** Stores values under a new id, without a copy. */
  override write(
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
  ): tf.DataId {
    const dataId = {};
    this.data.set(dataId, { values, dtype, refCount: 1 });
    return dataId;
  }

  /** Stores values under an id that another backend made. */
  override move(
    dataId: tf.DataId,
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, { values, dtype, refCount });
  }

  /** Makes a tensor; strings are stored as UTF-8. */
  makeTensorInfo(
    shape: number[],
    dtype: tf.DataType,
    values?: tf.backend_util.BackendValues | string[],
  ): tf.TensorInfo {
    const stored = dtype === "string" && typeof values?.[0] === "string"
      ? (values as string[]).map((text) => tf.util.encodeString(text))
      : values as tf.backend_util.BackendValues;
    return { dataId: this.write(stored, shape, dtype), shape, dtype };
  }

  /** Makes a tensor that tfjs counts. */
  makeOutput(
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.makeTensorInfo(shape, dtype, values), this);
  }

  /** Reads values at once. */
  override readSync(dataId: tf.DataId): tf.backend_util.BackendValues {
    const stored = this.data.get(dataId);
    const { dtype, complexTensorInfos } = stored;
    if (stored.own) stored.values = alone(stored.values as Values);
    stored.own = false;
    if (complexTensorInfos) {
      return tf.backend_util.mergeRealAndImagArrays(
        this.readSync(complexTensorInfos.real.dataId) as Float32Array,
        this.readSync(complexTensorInfos.imag.dataId) as Float32Array,
      );
    }
    return tf.util.convertBackendValuesAndArrayBuffer(
      stored.values as tf.backend_util.BackendValues,
      dtype,
    );
  }

  /** Reads values. */
  override read(dataId: tf.DataId): Promise<tf.backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  /** Reads values into a buffer that is indexed by axes. */
  bufferSync(info: tf.TensorInfo): tf.TensorBuffer<tf.Rank> {
    const values = this.readSync(info.dataId);
    const decoded = info.dtype === "string"
      ? (values as Uint8Array[]).map((bytes) => tf.util.decodeString(bytes))
      : values as tf.TypedArray;
    return tf.buffer(info.shape, info.dtype, decoded as never) as tf.TensorBuffer<tf.Rank>;
  }

  /** Counts the tensors that share values. */
  override refCount(dataId: tf.DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  /** Notes one more tensor that shares values. */
  override incRef(dataId: tf.DataId): void {
    this.data.get(dataId).refCount++;
  }

  /** Notes one tensor less that shares values. */
  decRef(dataId: tf.DataId): void {
    if (this.data.has(dataId)) this.data.get(dataId).refCount--;
  }

  /** Counts the stored values. */
  override numDataIds(): number {
    return this.data.numDataIds();
  }

  /** Lets go of values once no tensor shares them. */
  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const stored = this.data.get(dataId);
    stored.refCount--;
    if (!force && stored.refCount > 0) return false;
    if (stored.complexTensorInfos) {
      this.disposeData(stored.complexTensorInfos.real.dataId, true);
      this.disposeData(stored.complexTensorInfos.imag.dataId, true);
    }
    this.data.delete(dataId);
    if (stored.own) this.recycle(stored.values as Values);
    return true;
  }

  /** Lets go of a tensor that tfjs does not count. */
  disposeIntermediateTensorInfo(info: tf.TensorInfo): void {
    this.disposeData(info.dataId);
  }

  /** Lists the indices where a condition holds. */
  where(condition: tf.Tensor): tf.Tensor2D {
    const values = this.readSync(condition.dataId) as tf.TypedArray;
    return tf.kernel_impls.whereImpl(condition.shape, values);
  }

  /** Times a function. */
  override time(work: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    work();
    return Promise.resolve({ kernelMs: performance.now() - start } as tf.BackendTimingInfo);
  }

  /** Says that the garbage collector decides what is in memory. */
  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ["values are freed by the garbage collector"] };
  }

  /** The bits of a float. */
  override floatPrecision(): 16 | 32 {
    return 32;
  }

  /** Does nothing: the garbage collector frees the values. */
  override dispose(): void {}
}

/** Numbers in a buffer that holds nothing else, as whoever reads a tensor may expect. */
function alone(values: Values): Values {
  return values.byteLength === values.buffer.byteLength ? values : values.slice() as Values;
}
