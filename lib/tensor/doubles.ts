/**
 * Numbers that come into tensors from outside. tfjs rounds them to 32 bits before any backend sees
 * them; these functions of the same names keep all their digits where the backend is `float64`, and
 * are those of tfjs on every other.
 *
 * @module
 */

import type { Float64Backend } from "./float64/backend.ts";
import * as tfjs from "./tfjs.ts";

// deno-lint-ignore no-explicit-any
type Operation = (...operands: any[]) => tfjs.Tensor;

/** A function that makes a tensor, of a `Float64Array` too. */
type Maker<Make extends Operation> =
  & Make
  & ((values: Float64Array, shape?: Parameters<Make>[1]) => ReturnType<Make>);

/** Makes a tensor, as `tf.tensor` does. */
export const tensor: Maker<typeof tfjs.tensor> = maker(tfjs.tensor);
/** Makes a tensor of one number, as `tf.scalar` does. */
export const scalar: typeof tfjs.scalar = maker(tfjs.scalar);
/** Makes a tensor of rank 1, as `tf.tensor1d` does. */
export const tensor1d: Maker<typeof tfjs.tensor1d> = maker(tfjs.tensor1d);
/** Makes a tensor of rank 2, as `tf.tensor2d` does. */
export const tensor2d: Maker<typeof tfjs.tensor2d> = maker(tfjs.tensor2d);
/** Makes a tensor of rank 3, as `tf.tensor3d` does. */
export const tensor3d: Maker<typeof tfjs.tensor3d> = maker(tfjs.tensor3d);
/** Makes a tensor of rank 4, as `tf.tensor4d` does. */
export const tensor4d: Maker<typeof tfjs.tensor4d> = maker(tfjs.tensor4d);
/** Makes a tensor of rank 5, as `tf.tensor5d` does. */
export const tensor5d: Maker<typeof tfjs.tensor5d> = maker(tfjs.tensor5d);
/** Makes a tensor of rank 6, as `tf.tensor6d` does. */
export const tensor6d: Maker<typeof tfjs.tensor6d> = maker(tfjs.tensor6d);

/** Adds, as `tf.add` does. */
export const add: typeof tfjs.add = exact(tfjs.add);
/** Takes off, as `tf.sub` does. */
export const sub: typeof tfjs.sub = exact(tfjs.sub);
/** Multiplies, as `tf.mul` does. */
export const mul: typeof tfjs.mul = exact(tfjs.mul);
/** Divides, as `tf.div` does. */
export const div: typeof tfjs.div = exact(tfjs.div);
/** Raises to a power, as `tf.pow` does. */
export const pow: typeof tfjs.pow = exact(tfjs.pow);
/** Takes the greater, as `tf.maximum` does. */
export const maximum: typeof tfjs.maximum = exact(tfjs.maximum);
/** Takes the smaller, as `tf.minimum` does. */
export const minimum: typeof tfjs.minimum = exact(tfjs.minimum);
/** Takes the remainder, as `tf.mod` does. */
export const mod: typeof tfjs.mod = exact(tfjs.mod);
/** Takes the angle of a point, as `tf.atan2` does. */
export const atan2: typeof tfjs.atan2 = exact(tfjs.atan2);
/** Squares the difference, as `tf.squaredDifference` does. */
export const squaredDifference: typeof tfjs.squaredDifference = exact(tfjs.squaredDifference);
/** Says where two are equal, as `tf.equal` does. */
export const equal: typeof tfjs.equal = exact(tfjs.equal);
/** Says where two differ, as `tf.notEqual` does. */
export const notEqual: typeof tfjs.notEqual = exact(tfjs.notEqual);
/** Says where the first is greater, as `tf.greater` does. */
export const greater: typeof tfjs.greater = exact(tfjs.greater);
/** Says where the first is not smaller, as `tf.greaterEqual` does. */
export const greaterEqual: typeof tfjs.greaterEqual = exact(tfjs.greaterEqual);
/** Says where the first is smaller, as `tf.less` does. */
export const less: typeof tfjs.less = exact(tfjs.less);
/** Says where the first is not greater, as `tf.lessEqual` does. */
export const lessEqual: typeof tfjs.lessEqual = exact(tfjs.lessEqual);
/** Chooses between two, as `tf.where` does. */
export const where: typeof tfjs.where = exact(tfjs.where);

const methods = [
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "maximum",
  "minimum",
  "mod",
  "atan2",
  "squaredDifference",
  "equal",
  "notEqual",
  "greater",
  "greaterEqual",
  "less",
  "lessEqual",
] as const;
let kept = false;

/**
 * Lets the methods of tensors, such as `x.mul(0.1)`, take their operands with all digits too, where
 * the backend is `float64`.
 */
export function keepDoubles(): void {
  if (kept) return;
  kept = true;
  const prototype = tfjs.Tensor.prototype as unknown as Record<string, Operation>;
  for (const name of methods) {
    const method = prototype[name]!;
    prototype[name] = function (this: tfjs.Tensor, ...operands: unknown[]): tfjs.Tensor {
      return method.apply(this, precise() ? operands.map(kindred) : operands);
    };
  }
}

/** The backend in use, if it keeps doubles. */
function precise(): Float64Backend | null {
  return tfjs.getBackend() === "float64" ? tfjs.backend() as Float64Backend : null;
}

/** Makes a tensor by tfjs, which checks everything, and then puts the digits back. */
function maker<Make extends Operation>(make: Make): Maker<Make> {
  return ((values: unknown, ...rest: unknown[]) => {
    const doubles = values instanceof Float64Array;
    const made = make(doubles ? Float32Array.from(values) : values, ...rest);
    if (made.dtype === "float32" && !tfjs.util.isTypedArray(values as Float32Array)) {
      precise()?.restore(
        made,
        doubles ? values : tfjs.util.flatten([values as number]) as number[],
      );
    }
    return made;
  }) as Maker<Make>;
}

/** Takes operands that are no tensors with all their digits. */
function exact<Of extends Operation>(of: Of): Of {
  return ((...operands: unknown[]) =>
    of(...precise() ? operands.map(kindred) : operands)) as unknown as Of;
}

/** A tensor of an operand that is numbers; anything else as it is. */
function kindred(operand: unknown): unknown {
  const numbers = typeof operand === "number" || Array.isArray(operand) ||
    operand instanceof Float64Array;
  return numbers ? tensor(operand as number) : operand;
}
