/**
 * Subspaces, given by rows that span them.
 *
 * @module
 */

import { matMul, tf } from "../tensor/mod.ts";
import { asTensor, type GivenValue, shapeOfValue } from "./value.ts";

/** A row that is left of less than this part of its length once the rows before are taken out counts as dependent. */
export const DEPENDENT = 1e-4;

/** The axes along which a site's values are vectors of one space. */
const SPACES = ["width", "head_width", "neuron", "vocabulary"];

/** What a basis is wanted for. */
export interface BasisUse {
  /** What is being done, as an error begins after "Cannot". */
  readonly purpose: string;
  /** The names of the site's axes. */
  readonly axes: readonly string[];
  /** The size of its last axis. */
  readonly width: number;
}

/**
 * Checks that rows span a subspace of a site's space.
 *
 * @throws {TypeError} If the site's values are no vectors, or the rows are not of their width.
 * @throws {RangeError} If the rows are dependent.
 */
export function checkBasis(basis: GivenValue, { purpose, axes, width }: BasisUse): void {
  const last = axes.at(-1)!;
  if (!SPACES.includes(last)) {
    throw new TypeError(
      `Cannot ${purpose} as the site's last axis must be a space of vectors, ${
        SPACES.join(", ")
      }: its axes are ${axes.join(", ")}`,
    );
  }
  const shape = shapeOfValue(basis, purpose, "basis");
  if (shape.length < 1 || shape.length > 2 || shape.at(-1) !== width || shape[0] === 0) {
    throw new TypeError(
      `Cannot ${purpose} as its basis must be rows [rank, ${last} ${width}]: its shape is [${
        shape.join(", ")
      }]`,
    );
  }
  // On WebGPU numbers cannot be read while a run goes on.
  if (tf.getBackend() === "webgpu") return;
  const values = tf.tidy(() =>
    asTensor(basis, purpose, "basis").cast("float32").dataSync().slice()
  );
  const row = firstDependent(values, width);
  if (row === null) return;
  throw new RangeError(
    `Cannot ${purpose} as the rows of its basis must be independent: row ${row} lies within ${DEPENDENT} of its ` +
      `length of those before`,
  );
}

/** The first row that lies in the space of those before; null where none does. */
function firstDependent(values: ArrayLike<number>, width: number): number | null {
  const known: Float64Array[] = [];
  for (let row = 0; row * width < values.length; row++) {
    const rest = Float64Array.from({ length: width }, (_, i) => values[row * width + i]!);
    const length = Math.hypot(...rest);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of known) {
        const product = dot(rest, other);
        other.forEach((value, i) => rest[i]! -= product * value);
      }
    }
    const left = Math.hypot(...rest);
    if (!(left > DEPENDENT * length)) return row;
    known.push(rest.map((value) => value / left));
  }
  return null;
}

const dot = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/**
 * The part of vectors that lies in a subspace, as part of the gradient graph of vectors and basis alike.
 *
 * @param x The vectors, along the last axis.
 * @param basis The rows that span the subspace, independent but not necessarily at right angles.
 * @param purpose What is being done, as an error begins after "Cannot".
 */
export function projected(x: tf.Tensor, basis: GivenValue, purpose: string): tf.Tensor {
  const rows = orthonormal(asTensor(basis, purpose, "basis").cast("float32")); // [rank, width]
  const flat = x.reshape([-1, x.shape.at(-1)!]);
  return matMul(matMul(flat, rows, false, true), rows).reshape(x.shape);
}

/** Rows at right angles, of length 1, that span the same space (Gram–Schmidt, each row cleared twice). */
function orthonormal(basis: tf.Tensor): tf.Tensor2D {
  const rows = basis.rank === 1 ? basis.expandDims(0) : basis, width = rows.shape[1]!;
  let known: tf.Tensor | null = null; // [row, width]
  for (let i = 0; i < rows.shape[0]!; i++) {
    let row: tf.Tensor = rows.slice([i, 0], [1, width]);
    for (let pass = 0; known && pass < 2; pass++) {
      row = row.sub(matMul(matMul(row, known, false, true), known));
    }
    row = row.div(row.square().sum().sqrt());
    known = known ? tf.concat([known, row], 0) : row;
  }
  return known as tf.Tensor2D;
}
