/**
 * Weights taken apart into directions, each read in the vocabulary on the side that lives in the stream.
 *
 * Millidge and Black, "The Singular Value Decompositions of Transformer Weight Matrices are Highly Interpretable", 2022. In
 * z·W = Σᵢ (z·uᵢ) σᵢ vᵢᵀ the left vectors of what reads the stream live in it (W_in, W_gate, both sides of QK by the left of
 * the query's and the key's), the right ones of what writes to it (OV, W_out): readers go through W_E, writers through W_U.
 * They read all right vectors through W_U, and give one sign; here both signs are given.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices, type Svd, tf } from "../tensor/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import { productRows } from "./product_rows.ts";
import { circuitParts, SVD_SIDES, type SvdMatrix, type SvdPart } from "./svd_matrix.ts";
import { type SvdDirection, SvdReading, type SvdReadingEntry } from "./svd_reading_result.ts";
import {
  alongEmbeddings,
  checkGains,
  type Gains,
  unembedded,
  writtenToUnembedding,
} from "./vocabulary_basis.ts";
import { checkCount, type VocabularyEnds, vocabularyEnds } from "./vocabulary_ends.ts";

/** A side of a matrix: what it reads, or the other side. */
export type SvdSide = "left" | "right";

/** Options for {@linkcode svdReading}. */
export interface SvdReadingOptions {
  /** The blocks; negative ones count from the last. @default {all} */
  readonly layers?: readonly number[];
  /** The query heads, of OV and QK alone. @default {all} */
  readonly heads?: readonly number[];
  /** How many directions are read, those of the greatest singular values. @default {10, or as many as there are} */
  readonly directions?: number;
  /** How many tokens are listed at each end. @default {10} */
  readonly count?: number;
  /** Whether the gains of norms are counted in, in the matrix and on the way to the vocabulary. @default {"folded"} */
  readonly gains?: Gains;
  /** The sides that are read. @default {those that live in the stream} */
  readonly sides?: readonly SvdSide[];
  /** Through which matrix what reads the stream is read. @default {"W_E"} */
  readonly readers?: "W_E" | "W_U";
  /** What the directions that stand for chance are drawn by. @default {0} */
  readonly seed?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Called after every block. */
  readonly onProgress?: (progress: { readonly matrices: number }) => void;
}

/** What {@linkcode SvdReadingOptions} may hold. */
const OPTIONS = [
  "layers",
  "heads",
  "directions",
  "count",
  "gains",
  "sides",
  "readers",
  "seed",
  "signal",
  "onProgress",
];

/** The directions of chance that a reading is compared with. */
const CHANCE = 32;

/**
 * Decomposes a matrix of every block or head into singular directions and reads each in the vocabulary.
 *
 * A direction has no sign: `greatest` are the tokens of one, `least` those of the other, and the left vector turns with the
 * right one. Of OV and QK the product is never formed. With `gains: "folded"` the matrix has the gain of the norm in front of
 * it on its reading side, and what it writes goes through that of the last norm; with `"raw"` all weights are taken as they
 * stand. Rotations of queries and keys are left out of QK: it is that of a query and a key at the same place.
 *
 * @param model The model.
 * @param matrix Which matrix: `"OV"`, `"QK"`, `"W_in"`, `"W_gate"` or `"W_out"`.
 * @param options Which blocks and heads, how many directions, in which bases.
 * @returns For each matrix its singular values and its directions, beside the greatest number of random directions of unit
 * length. The promise draws itself.
 * @throws {RangeError} If an option is outside its range, or a side does not live in the stream.
 * @throws {TypeError} If the model has no such matrix.
 *
 * @example
 * ```ts
 * import { load, svdReading } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const { entries } = await svdReading(model, "OV", { layers: [3], heads: [5], directions: 2 });
 * if (entries[0]!.directions[0]!.right!.greatest.length !== 10) throw new Error("ten tokens");
 * ```
 */
export function svdReading(
  model: Transformer,
  matrix: SvdMatrix,
  options: SvdReadingOptions = {},
): DrawnPromise<SvdReading> {
  return drawn(read(model, matrix, options));
}

/** What is read, checked. */
interface Wanted {
  readonly matrix: SvdMatrix;
  readonly sides: readonly SvdSide[];
  readonly directions: number;
  readonly count: number;
  readonly gains: Gains;
  readonly readers: "W_E" | "W_U";
}

async function read(
  model: Transformer,
  matrix: SvdMatrix,
  options: SvdReadingOptions,
): Promise<SvdReading> {
  const purpose = "read singular directions";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, OPTIONS);
  const { count = 10, gains = "folded", readers = "W_E", seed = 0, signal } = options;
  checkCount(model, count, purpose);
  checkGains(gains, purpose);
  if (readers !== "W_E" && readers !== "W_U") {
    throw new RangeError(
      `Cannot ${purpose} as readers must be "W_E" or "W_U": current value is ${
        JSON.stringify(readers)
      }`,
    );
  }
  const parts = circuitParts(model, matrix, options), sides = sidesOf(matrix, options.sides);
  const directions = directionsOf(model, matrix, options.directions);
  const wanted: Wanted = { matrix, sides, directions, count, gains, readers };
  const entries: SvdReadingEntry[] = [];
  for (const part of parts) {
    const factored = part.matrix(gains);
    let parts: Svd;
    try {
      parts = await factored.svd(signal ? { signal } : {});
    } finally {
      factored.dispose();
    }
    try {
      entries.push(...await inSlices(entriesOf(model, part, parts, wanted), signal));
    } finally {
      parts.dispose();
    }
    options.onProgress?.({ matrices: entries.length });
  }
  const chance = await inSlices(chanceOf(model, parts[0]!.layer, wanted, seed), signal);
  const facts = { model: model.provenance.name, matrix, gains, readers, sides, seed, chance };
  return new SvdReading({ ...facts, entries });
}

/** The directions of the matrices of one block, in the vocabulary. */
function* entriesOf(
  model: Transformer,
  { layer, heads, expert }: SvdPart,
  { U, S, V }: Svd,
  wanted: Wanted,
): Generator<void, SvdReadingEntry[]> {
  const { directions, sides } = wanted, matrices = heads?.length ?? 1;
  const read = new Map<SvdSide, VocabularyEnds[]>();
  for (const side of sides) {
    const rows = tf.tidy(() => {
      const vectors = side === "left" ? U : V, width = vectors.shape.at(-2)!;
      const whole = vectors.reshape([matrices, width, -1]);
      return tf.slice(whole, [0, 0, 0], [matrices, width, directions]).transpose([0, 2, 1])
        .reshape([matrices * directions, width]);
    });
    read.set(side, yield* inVocabulary(model, rows, { ...wanted, layer, side }));
  }
  const all = Float64Array.from(S.dataSync()), rank = all.length / matrices;
  return Array.from({ length: matrices }, (_, i): SvdReadingEntry => {
    const values = all.slice(i * rank, (i + 1) * rank);
    const whole = values.reduce((sum, value) => sum + value ** 2, 0);
    return {
      layer,
      ...heads ? { head: heads[i]! } : {},
      ...expert === undefined ? {} : { expert },
      values,
      directions: Array.from({ length: directions }, (_, index): SvdDirection => ({
        index,
        value: values[index]!,
        share: values[index]! ** 2 / whole,
        left: read.get("left")?.[i * directions + index] ?? null,
        right: read.get("right")?.[i * directions + index] ?? null,
      })),
    };
  });
}

/** Rows in the vocabulary, by what their side is; frees the rows. */
function* inVocabulary(
  model: Transformer,
  rows: tf.Tensor,
  { matrix, side, layer, gains, readers, count }: Wanted & { side: SvdSide; layer: number },
): Generator<void, VocabularyEnds[]> {
  const found: VocabularyEnds[] = [], part = matrix === "OV" ? "attn" : "mlp";
  const writes = SVD_SIDES[matrix][side] === "writes";
  const through = writes || readers === "W_U";
  // What is read through W_U is no stream that goes through the last norm.
  const basis = tf.tidy(() =>
    through
      ? writtenToUnembedding(model, rows, writes ? { gains, layer, part } : { gains: "raw" })
      : rows.clone()
  );
  rows.dispose();
  try {
    yield* productRows(basis, model.architecture.vocabulary, {
      project: (rows) => through ? unembedded(model, rows) : alongEmbeddings(model, rows, gains),
      look: (values) => void found.push(vocabularyEnds(model, values, count)),
    });
  } finally {
    basis.dispose();
  }
  return found;
}

/** The greatest numbers of random directions of unit length, side by side with those that are read. */
function* chanceOf(
  model: Transformer,
  layer: number,
  wanted: Wanted,
  seed: number,
): Generator<void, SvdReading["chance"]> {
  const found: { -readonly [side in SvdSide]?: { mean: number; high: number } } = {};
  const random = new RandomStream(seed, "directions of chance"), { width } = model.architecture;
  const draws = random.normals(CHANCE * width);
  for (const side of wanted.sides) {
    const rows = tf.tidy(() => {
      const all = tf.tensor2d(draws, [CHANCE, width]);
      return all.div(all.square().sum(-1, true).sqrt());
    });
    const ends = yield* inVocabulary(model, rows, { ...wanted, count: 1, layer, side });
    const tops = ends.map(({ greatest }) => greatest[0]!.score).sort((a, b) => a - b);
    found[side] = {
      mean: tops.reduce((sum, top) => sum + top, 0) / CHANCE,
      high: tops[Math.ceil(0.95 * CHANCE) - 1]!,
    };
  }
  return found;
}

function sidesOf(matrix: SvdMatrix, given: readonly SvdSide[] | undefined): readonly SvdSide[] {
  const known = (["left", "right"] as const).filter((side) => SVD_SIDES[matrix][side] !== null);
  if (given === undefined) return known;
  const wrong = given.find((side) => !known.includes(side));
  if (wrong === undefined && given.length > 0) return known.filter((side) => given.includes(side));
  throw new RangeError(
    `Cannot read singular directions of ${matrix} as sides must be among those that live in the stream, ${
      known.map((side) => JSON.stringify(side)).join(" and ")
    }: current value is ${wrong === undefined ? "an empty list" : JSON.stringify(wrong)}`,
  );
}

function directionsOf(
  { architecture: { width, headWidth, neurons } }: Transformer,
  matrix: SvdMatrix,
  given: number | undefined,
): number {
  const rank = Math.min(width, matrix === "OV" || matrix === "QK" ? headWidth : neurons);
  const directions = given ?? Math.min(10, rank);
  if (Number.isInteger(directions) && directions >= 1 && directions <= rank) return directions;
  throw new RangeError(
    `Cannot read singular directions of ${matrix} as directions must be from 1 to ${rank}, its rank: current value is ${given}`,
  );
}
