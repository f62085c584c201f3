/**
 * The matrices of a model that are taken apart, as products that are never formed.
 *
 * @module
 */

import { ovCircuits, qkCircuits, type Transformer } from "../model/mod.ts";
import { FactoredMatrix, type FactoredSvdOptions, type Svd, svd, tf } from "../tensor/mod.ts";
import { networksOf, neuronWeight } from "./neuron_place.ts";
import { type Gains, readFromStream } from "./vocabulary_basis.ts";

/** A matrix of a block: of a head what it moves (OV) or compares (QK), or one of the feed-forward network. */
export type SvdMatrix = "OV" | "QK" | "W_in" | "W_gate" | "W_out";

/** What each side of a matrix is: null where it lives among neurons. */
export const SVD_SIDES: Readonly<
  Record<SvdMatrix, Readonly<Record<"left" | "right", "reads" | "writes" | null>>>
> = {
  OV: { left: "reads", right: "writes" },
  QK: { left: "reads", right: "reads" },
  W_in: { left: "reads", right: null },
  W_gate: { left: "reads", right: null },
  W_out: { left: null, right: "writes" },
};

/** What can be decomposed. */
export interface Decomposable {
  /** Takes singular values and vectors, of these perhaps more than are wanted. */
  svd(options: FactoredSvdOptions): Promise<Svd>;
  /** Frees its tensors. */
  dispose(): void;
}

/** The matrices of one block that are decomposed together. */
export interface SvdPart {
  /** The block. */
  readonly layer: number;
  /** The query heads, one matrix each; undefined for a matrix of a whole network. */
  readonly heads?: readonly number[];
  /** The expert, in mixtures. */
  readonly expert?: number;
  /** Makes the matrices, with or without the gain of the norm in front; the caller's to free. */
  readonly matrix: (gains: Gains) => Decomposable;
}

/** Which blocks and heads. */
export interface PartsOptions {
  /** The blocks; negative ones count from the last. */
  readonly layers?: readonly number[];
  /** The query heads. */
  readonly heads?: readonly number[];
}

/**
 * The matrices of a model of one kind, block by block. Those of heads are `ovCircuits`, without the factor of what is written,
 * and `qkCircuits` of a query and a key at the same place.
 *
 * @throws {RangeError} If there is no such block or head, or no such kind.
 * @throws {TypeError} If the model has no such matrix, heads are given for one that has none, or queries and keys have a norm.
 */
export function circuitParts(
  model: Transformer,
  matrix: SvdMatrix,
  options: PartsOptions,
): SvdPart[] {
  const what = "Cannot read singular directions";
  if (!Object.hasOwn(SVD_SIDES, matrix)) {
    throw new RangeError(
      `${what} as the matrix must be one of ${
        Object.keys(SVD_SIDES).join(", ")
      }: current value is ${JSON.stringify(matrix)}`,
    );
  }
  const { architecture } = model;
  const layers = indices(`${what} of layer`, options.layers, architecture.layers);
  if (matrix === "OV" || matrix === "QK") {
    const heads = indices(`${what} of head`, options.heads, architecture.heads);
    return layers.map((layer) => ({
      layer,
      heads,
      matrix: (gains) => circuit(model, matrix, { layer, heads, gains }),
    }));
  }
  if (options.heads !== undefined) {
    throw new TypeError(`${what} of ${matrix} by head as only OV and QK have heads`);
  }
  if (matrix === "W_gate" && !architecture.gated) {
    throw new TypeError(
      `${what} of W_gate as the model must have gates: ${architecture.family} has none`,
    );
  }
  return layers.flatMap((layer) =>
    networksOf(model).map((expert): SvdPart => {
      const block = expert === undefined ? { layer } : { layer, expert };
      return { ...block, matrix: (gains) => network(model, matrix, { ...block, gains }) };
    })
  );
}

/** OV or QK of some heads, `[head, width, head_width]` times `[head, head_width, width]`. */
function circuit(
  model: Transformer,
  matrix: "OV" | "QK",
  { layer, heads, gains }: { layer: number; heads: readonly number[]; gains: Gains },
): FactoredMatrix {
  const circuits = matrix === "OV"
    ? ovCircuits(model, layer, { heads })
    : qkCircuits(model, layer, { heads, offset: 0 });
  const { A, B } = circuits, { writingScale = 1 } = model.architecture;
  const [left, right] = tf.tidy(() => {
    const read = (rows: tf.Tensor) => readFromStream(model, rows, { gains, layer, part: "attn" });
    const reads = read(A.transpose([0, 2, 1])).transpose([0, 2, 1]);
    if (matrix === "QK") return [reads, read(B)];
    // The factor of what is written is counted in on the way to the vocabulary.
    return [reads.div(writingScale), B.clone()];
  });
  circuits.dispose();
  return new FactoredMatrix(left!, right!);
}

/** One matrix of a feed-forward network. */
function network(
  model: Transformer,
  name: "W_in" | "W_gate" | "W_out",
  { layer, expert, gains }: { layer: number; expert?: number; gains: Gains },
): Decomposable {
  const block = expert === undefined ? { layer } : { layer, expert };
  const made = tf.tidy(() => {
    const own = neuronWeight(model, block, name)!;
    return name === "W_out"
      ? own
      : readFromStream(model, own.transpose(), { gains, layer }).transpose();
  });
  return {
    svd: ({ signal }) => svd(made, signal ? { signal } : {}),
    dispose: () => made.dispose(),
  };
}

function indices(what: string, given: readonly number[] | undefined, size: number): number[] {
  const all = given ?? Array.from({ length: size }, (_, index) => index);
  if (all.length === 0) {
    throw new RangeError(`${what}s as at least one must be given: there is none`);
  }
  return [
    ...new Set(all.map((index) => {
      const at = index < 0 ? size + index : index;
      if (Number.isInteger(at) && at >= 0 && at < size) return at;
      throw new RangeError(`${what} ${index} as it must be from ${-size} to ${size - 1}`);
    })),
  ];
}
