/**
 * How a side of a matrix is read in the vocabulary, and what chance gives there.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { tf } from "../tensor/mod.ts";
import { productEnds } from "./product_ends.ts";
import { SVD_SIDES, type SvdMatrix } from "./svd_matrix.ts";
import type { SvdReading } from "./svd_reading_result.ts";
import {
  alongEmbeddings,
  type Gains,
  unembedded,
  writtenToUnembedding,
} from "./vocabulary_basis.ts";
import type { VocabularyEnds } from "./vocabulary_ends.ts";

/** A side of a matrix: what it reads, or the other side. */
export type SvdSide = "left" | "right";

/** What is read, checked. */
export interface SvdWanted {
  readonly matrix: SvdMatrix;
  readonly sides: readonly SvdSide[];
  readonly directions: number;
  readonly count: number;
  readonly gains: Gains;
  readonly readers: "W_E" | "W_U";
}

/** The directions of chance that a reading is compared with. */
const CHANCE = 32;

/** Whether a side is read through W_U. */
const throughUnembedding = ({ matrix, readers }: SvdWanted, side: SvdSide) =>
  SVD_SIDES[matrix][side] === "writes" || readers === "W_U";

/** Rows as what their side is read through takes them. */
export function basisOf(
  model: Transformer,
  rows: tf.Tensor,
  { side, layer, ...wanted }: SvdWanted & { readonly side: SvdSide; readonly layer: number },
): tf.Tensor {
  if (!throughUnembedding(wanted, side)) return rows.clone();
  const { matrix, gains } = wanted, part = matrix === "OV" ? "attn" : "mlp";
  const writes = SVD_SIDES[matrix][side] === "writes";
  // What is read through W_U is no stream that goes through the last norm.
  return writtenToUnembedding(model, rows, writes ? { gains, layer, part } : { gains: "raw" });
}

/** What {@linkcode basisOf} gives, in the vocabulary; frees the rows. */
export function* inVocabulary(
  model: Transformer,
  rows: tf.Tensor,
  { side, ...wanted }: SvdWanted & { readonly side: SvdSide },
): Generator<void, VocabularyEnds[]> {
  const through = throughUnembedding(wanted, side), { count, gains } = wanted;
  try {
    return yield* productEnds(model, rows, {
      count,
      project: (rows, range) =>
        through ? unembedded(model, rows, range) : alongEmbeddings(model, rows, { gains, range }),
    });
  } finally {
    rows.dispose();
  }
}

/** The greatest numbers of random directions of unit length, side by side with those that are read. */
export function* chanceOf(
  model: Transformer,
  layer: number,
  wanted: SvdWanted,
  seed: number,
): Generator<void, SvdReading["chance"]> {
  const found: { -readonly [side in SvdSide]?: { mean: number; high: number } } = {};
  const random = new RandomStream(seed, "directions of chance"), { width } = model.architecture;
  const draws = random.normals(CHANCE * width);
  for (const side of wanted.sides) {
    const rows = tf.tidy(() => {
      const all = tf.tensor2d(draws, [CHANCE, width]);
      const unit = all.div(all.square().sum(-1, true).sqrt());
      return basisOf(model, unit, { ...wanted, layer, side });
    });
    const ends = yield* inVocabulary(model, rows, { ...wanted, count: 1, side });
    const tops = ends.map(({ greatest }) => greatest[0]!.score).sort((a, b) => a - b);
    found[side] = {
      mean: tops.reduce((sum, top) => sum + top, 0) / CHANCE,
      high: tops[Math.ceil(0.95 * CHANCE) - 1]!,
    };
  }
  return found;
}
