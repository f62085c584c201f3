/**
 * How far the subspaces that heads write to and read from overlap, whatever they do within them.
 *
 * `projection_kernel` of TransformerLens 4.3; Golub and Van Loan, "Matrix Computations", section 6.4.3, on principal angles.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions, refuseUnknownWord } from "../show/mod.ts";
import { inSlices, readNumbers, svd, tf } from "../tensor/mod.ts";
import { readOnce } from "./read_once.ts";
import { ProjectionKernel, type SubspaceKind } from "./projection_result.ts";

/** Options for {@linkcode projectionKernel}. */
export interface ProjectionKernelOptions {
  /** The subspaces of the heads in rows: what `O` writes to, or what `Q`, `K` or `V` read. @default {"O"} */
  readonly writer?: SubspaceKind;
  /** Those of the heads in columns. @default {"V"} */
  readonly reader?: SubspaceKind;
  /** Whether only pairs count of which the second head comes in a later layer. @default {true} */
  readonly forward?: boolean;
  /** Directions count to a subspace whose singular value is over this share of the greatest. @default {1e-5} */
  readonly tolerance?: number;
  /** Stops the work between two layers. */
  readonly signal?: AbortSignal;
}

const purpose = "compare subspaces of heads";

/**
 * Compares the subspaces of all pairs of heads: ‖Uᵀ·V‖², the sum of the squared cosines of their principal angles, with U and V
 * orthonormal bases.
 *
 * It lies from 0, where they are orthogonal, to the smaller of both ranks, where one holds the other, and does not change when a
 * head's inner basis does, nor with how strongly it uses each direction: composition scores weigh directions, this counts them.
 * For random subspaces of ranks r and s it has the mean r·s/d and the variance 2·r·s·(d − r)·(d − s) / (d²·(d − 1)·(d + 2)),
 * so no drawing is needed. Key and value heads of a group count for each of its query heads. Gains of norms are not counted in
 * unless the model was made by `foldNorms`, nor is the turning of queries and keys, which leaves their subspaces as they are.
 *
 * @param model The model.
 * @param options Which subspaces, and which pairs.
 * @returns Kernels, ranks, and what chance gives; the promise draws itself.
 * @throws {RangeError} If the tolerance is not from 0 up to but not 1.
 *
 * @example
 * ```ts
 * import { load, projectionKernel } from "@innerworks/innerworks";
 * const kernel = await projectionKernel(await load("seedling"), { reader: "K" });
 * const { value, chance } = kernel.pair({ layer: 0, head: 0 }, { layer: 1, head: 0 });
 * if (!(value >= 0 && chance.mean === 32 * 32 / 256)) throw new Error("32 directions of 256 each");
 * ```
 */
export function projectionKernel(
  model: Transformer,
  options: ProjectionKernelOptions = {},
): DrawnPromise<ProjectionKernel> {
  return drawn(() => compare(model, options));
}

async function compare(
  model: Transformer,
  options: ProjectionKernelOptions,
): Promise<ProjectionKernel> {
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, ["writer", "reader", "forward", "tolerance", "signal"]);
  const { writer = "O", reader = "V", forward = true, tolerance = 1e-5, signal } = options;
  refuseUnknownWord(purpose, "writer", writer, ["O", "Q", "K", "V"]);
  refuseUnknownWord(purpose, "reader", reader, ["O", "Q", "K", "V"]);
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new RangeError(
      `Cannot ${purpose} as tolerance must be from 0 up to but not 1: current value is ${tolerance}`,
    );
  }
  const { layers, heads, width } = model.architecture;
  const bases = new Map<SubspaceKind, Bases[]>();
  try {
    for (const kind of new Set([writer, reader])) {
      const list: Bases[] = [];
      bases.set(kind, list);
      for (let layer = 0; layer < layers; layer++) {
        list.push(await basesOf(model, layer, kind, { tolerance, signal }));
      }
    }
    const rows = bases.get(writer)!, columns = bases.get(reader)!;
    const values = await inSlices(overlaps(rows, columns, forward), signal);
    const ranks = (list: readonly Bases[]) => list.flatMap(({ ranks }) => ranks);
    return withOrigin(
      new ProjectionKernel(
        { model: model.provenance.name, layers, heads, width, writer, reader, forward, tolerance },
        values,
        { writers: ranks(rows), readers: ranks(columns) },
      ),
      model,
      { name: "projectionKernel", given: { options } },
    );
  } finally {
    for (const { basis } of [...bases.values()].flat()) basis.dispose();
  }
}

/** Orthonormal bases of a layer's heads; what goes beyond a head's rank is zero. */
interface Bases {
  /** `[head, width, head_width]`. */
  readonly basis: tf.Tensor3D;
  /** The rank of each. */
  readonly ranks: readonly number[];
}

async function basesOf(
  model: Transformer,
  layer: number,
  kind: SubspaceKind,
  { tolerance, signal }: { tolerance: number; signal: AbortSignal | undefined },
): Promise<Bases> {
  const { heads, keyValueHeads } = model.architecture;
  const matrix = tf.tidy(() => {
    const whole = model.layerWeight(layer, `W_${kind}`)!.tensor();
    return kind === "O" ? tf.transpose(whole, [0, 2, 1]) : whole;
  });
  const { U, S, V } = await svd(matrix, signal ? { signal } : {});
  const [count, rank] = S.shape as [number, number], sizes = readNumbers(S);
  const kept = sizes.map((size, i) => Number(size > tolerance * sizes[i - i % rank]!));
  const own = tf.tidy(() => {
    const basis = U.mul(tf.tensor(kept, [count, 1, rank]));
    // Each query head of a group has what the group has.
    const of = Array.from(
      { length: heads },
      (_, head) => count === heads ? head : Math.floor(head * keyValueHeads / heads),
    );
    return tf.gather(basis, tf.tensor1d(of, "int32"), 0) as tf.Tensor3D;
  });
  tf.dispose([matrix, U, S, V]);
  const ranks = Array.from(
    { length: count },
    (_, head) => kept.slice(head * rank, (head + 1) * rank).reduce((sum, one) => sum + one, 0),
  );
  return {
    basis: own,
    ranks: Array.from({ length: heads }, (_, head) => ranks[Math.floor(head * count / heads)]!),
  };
}

/** ‖Uᵀ·V‖² of all pairs, `[layer, head, layer, head]`; NaN where a pair does not count. */
function* overlaps(
  rows: readonly Bases[],
  columns: readonly Bases[],
  forward: boolean,
): Generator<void, Float64Array> {
  const heads = rows[0]!.ranks.length, all = rows.length * heads;
  const found = new Float64Array(all * all).fill(NaN);
  for (let layer = 0; layer < rows.length; layer++) {
    for (let later = forward ? layer + 1 : 0; later < columns.length; later++, yield) {
      const values = readOnce(() => cosines(rows[layer]!.basis, columns[later]!.basis));
      values.forEach((value, i) => {
        found[(layer * heads + Math.floor(i / heads)) * all + later * heads + i % heads] = value;
      });
    }
  }
  return found;
}

function cosines(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor {
  const flat = (x: tf.Tensor3D) => tf.transpose(x, [1, 0, 2]).reshape([x.shape[1], -1]);
  const products = tf.matMul(flat(a) as tf.Tensor2D, flat(b) as tf.Tensor2D, true);
  const [heads, , rank] = a.shape, [others, , further] = b.shape;
  return products.reshape([heads, rank, others, further]).square().sum([1, 3]);
}
