/**
 * The numbers that a weight is given, checked.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { copied } from "./kept_weight.ts";
import { Weight } from "./weight_view.ts";

/** Lists of numbers, one level for each axis. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** What a weight may be given as: a typed array is read row by row. */
export type WeightValue = tf.Tensor | Weight | NestedNumbers | Float32Array | Float64Array;

/** What a value must fit. */
interface Expected {
  /** The weight, for errors. */
  readonly name: string;
  /** The names of the axes. */
  readonly axes: readonly string[];
  /** The sizes of the axes. */
  readonly shape: readonly number[];
}

/** Makes a value a tensor that shares memory with nothing, and refuses one that does not fit or is not finite. */
export function readValue(value: WeightValue, expected: Expected): tf.Tensor {
  return tf.tidy(() => {
    const tensor = asTensor(value, expected);
    refuseInfinite(tensor, expected);
    return tensor;
  });
}

function asTensor(value: WeightValue, expected: Expected): tf.Tensor {
  const { name, shape, axes } = expected;
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) throw refusal(name, "its tensor must not be disposed: it was");
    if (value.dtype !== "float32") {
      throw refusal(name, `its tensor must be of type float32: current value is ${value.dtype}`);
    }
    refuseShape(value.shape, expected);
    return copied(value);
  }
  if (value instanceof Weight) {
    if (value.axes.join() !== axes.join()) {
      throw refusal(
        name,
        `its axes must be ${axes.join(", ")}: those of ${value.name} are ${value.axes.join(", ")}`,
      );
    }
    refuseShape(value.shape, expected);
    return value.tensor();
  }
  if (value instanceof Float32Array || value instanceof Float64Array) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (value.length !== length) {
      throw refusal(
        name,
        `it must be given ${length} numbers, ${sized(expected)}: there are ${value.length}`,
      );
    }
    // A copy, for a tensor may keep the array that it is made of.
    return tf.tensor(value instanceof Float32Array ? value.slice() : [...value], [...shape]);
  }
  if (!Array.isArray(value)) {
    throw refusal(
      name,
      `it must be given a tensor, a weight, lists of numbers or a typed array: current value is ${
        Deno.inspect(value, { depth: 0 })
      }`,
    );
  }
  refuseShape(nestedShape(value, name), expected);
  return tf.tensor(value.flat(Infinity) as number[], [...shape]);
}

/** The sizes of nested lists, which must not be ragged. */
function nestedShape(value: NestedNumbers, name: string): number[] {
  const shape: number[] = [];
  let level: readonly unknown[] = [value];
  while (level.some((item) => Array.isArray(item))) {
    const sizes = new Set(level.map((item) => Array.isArray(item) ? item.length : -1));
    if (sizes.size > 1) {
      throw refusal(
        name,
        `lists of one level must be of one length: at level ${shape.length} they are not`,
      );
    }
    shape.push([...sizes][0]!);
    level = level.flat();
  }
  const strange = level.find((item) => typeof item !== "number");
  if (strange === undefined) return shape;
  throw refusal(
    name,
    `lists must hold numbers: current value is ${Deno.inspect(strange, { depth: 0 })}`,
  );
}

function refuseShape(actual: readonly number[], expected: Expected): void {
  if (actual.join() === expected.shape.join()) return;
  throw refusal(
    expected.name,
    `its axes must be ${sized(expected)}: current value is [${actual.join(", ")}]`,
  );
}

function refuseInfinite(tensor: tf.Tensor, { name, axes, shape }: Expected): void {
  const at = tensor.dataSync().findIndex((number) => !Number.isFinite(number));
  if (at < 0) return;
  let rest = at;
  const place = axes.map((_, i) => {
    const below = shape.slice(i + 1).reduce((product, size) => product * size, 1);
    const index = Math.floor(rest / below);
    rest %= below;
    return `${axes[i]} ${index}`;
  });
  throw new RangeError(
    `Cannot replace ${name} as its numbers must be finite: current value at ${
      place.join(", ")
    } is ${tensor.dataSync()[at]}`,
  );
}

function sized({ axes, shape }: Expected): string {
  return axes.map((axis, i) => `${axis} ${shape[i]}`).join(", ");
}

function refusal(name: string, why: string): TypeError {
  return new TypeError(`Cannot replace ${name} as ${why}`);
}
