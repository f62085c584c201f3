/**
 * The second opinion of these tests: arrays of doubles, plain loops, central differences.
 *
 * @module
 */

import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";

/** Numbers in double precision, row by row. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Multiplies sizes. */
export function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Makes numbers by index. */
export function plain(shape: readonly number[], of: (index: number) => number): Plain {
  return { shape, data: Float64Array.from({ length: volume(shape) }, (_, i) => of(i)) };
}

/** Normal numbers that are exactly representable in 32 bits. */
export function normals(seed: number, ...shape: number[]): Plain {
  const random = new RandomStream(seed, shape.join());
  return plain(shape, () => Math.fround(random.normal()));
}

/** The same numbers as a tensor. */
export function tensor<T extends tf.Tensor = tf.Tensor>({ shape, data }: Plain): T {
  return tf.tensor(data, shape.slice()) as T;
}

/** Asserts shape and numbers, to 1e-12 where the backend has doubles; infinities and NaN must be the same. */
export function assertNear(actual: tf.Tensor, expected: Plain, tolerance: number): void {
  assertEquals(actual.shape, expected.shape.slice());
  assertClose(actual.dataSync(), expected.data, sharper(tolerance, 1e-12));
}

/** What to ask of the backend in use: one in doubles can do better than one in floats. */
export function sharper(tolerance: number, doubles: number): number {
  return tf.getBackend() === "float64" ? Math.min(tolerance, doubles) : tolerance;
}

/** Asserts numbers, relative to 1 or to their size where that is more. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  assertEquals(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [actual[i]!, expected[i]!];
    const near = Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(y));
    assert(near || (x === 0 && y === 0), `number ${i} is ${x} instead of ${y}`);
  }
}

/** Evaluates a sum of products by trying every index: slow, and hard to get wrong. */
export function plainEinsum(equation: string, ...inputs: Plain[]): Plain {
  const [sources, target] = equation.split("->") as [string, string];
  const terms = sources.split(",");
  const sizes: Record<string, number> = {};
  terms.forEach((term, i) =>
    [...term].forEach((label, axis) => {
      sizes[label] = inputs[i]!.shape[axis]!;
    })
  );
  const letters = [...target, ...Object.keys(sizes).filter((label) => !target.includes(label))];
  const shape = [...target].map((label) => sizes[label]!);
  const result = plain(shape, () => 0);
  const index: Record<string, number> = {};
  const place = (term: string) =>
    [...term].reduce((sum, label) => sum * sizes[label]! + index[label]!, 0);
  const visit = (depth: number) => {
    if (depth === letters.length) {
      let product = 1;
      terms.forEach((term, i) => product *= inputs[i]!.data[place(term)]!);
      result.data[place(target)]! += product;
      return;
    }
    const label = letters[depth]!;
    for (let i = 0; i < sizes[label]!; i++) {
      index[label] = i;
      visit(depth + 1);
    }
  };
  visit(0);
  return result;
}

/** Applies a function to each row of the last axis. */
export function byRow(
  x: Plain,
  of: (row: Float64Array) => ArrayLike<number>,
  width?: number,
): Plain {
  const n = x.shape.at(-1)!;
  const rows = x.data.length / n;
  const out = Array.from({ length: rows }, (_, i) => of(x.data.subarray(i * n, (i + 1) * n)));
  const w = width ?? n;
  return plain([...x.shape.slice(0, -1), w], (i) => out[Math.floor(i / w)]![i % w]!);
}

/**
 * Compares the gradients of a function of tensors with central differences of the same function in
 * doubles, at every input, for a random direction of the result.
 */
export function assertGradients(
  onTensors: (...inputs: tf.Tensor[]) => tf.Tensor,
  onPlain: (...inputs: Plain[]) => Plain,
  inputs: Plain[],
  tolerance = 2e-4,
): void {
  const weight = normals(99, ...onPlain(...inputs).shape);
  const score = (...all: Plain[]) =>
    onPlain(...all).data.reduce(
      (sum, value, i) => Number.isFinite(value) ? sum + value * weight.data[i]! : sum,
      0,
    );
  const gradients = tf.grads(onTensors)(inputs.map((input) => tensor(input)), tensor(weight));
  const step = 1e-5;
  inputs.forEach((input, at) => {
    const slopes = plain(input.shape, (i) => {
      const moved = (by: number) =>
        inputs.map((other, j) =>
          j === at ? plain(other.shape, (k) => other.data[k]! + (k === i ? by : 0)) : other
        );
      return (score(...moved(step)) - score(...moved(-step))) / (2 * step);
    });
    assertEquals(gradients[at]!.shape, slopes.shape.slice());
    // Differences of doubles by steps of 1e-5 are themselves good to some 1e-9.
    assertClose(gradients[at]!.dataSync(), slopes.data, sharper(tolerance, 1e-7));
  });
}
