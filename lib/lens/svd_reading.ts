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
import { productEnds, ROWS_TOGETHER } from "./product_ends.ts";
import { circuitParts, SVD_SIDES, type SvdMatrix, type SvdPart } from "./svd_matrix.ts";
import { type SvdDirection, SvdReading, type SvdReadingEntry } from "./svd_reading_result.ts";
import {
  alongEmbeddings,
  checkGains,
  type Gains,
  unembedded,
  writtenToUnembedding,
} from "./vocabulary_basis.ts";
import { checkCount, type VocabularyEnds } from "./vocabulary_ends.ts";

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
  /** Called after every matrix that is decomposed. */
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
 * stand. QK is that of a query and a key at the same place, so that nothing is turned.
 *
 * @param model The model.
 * @param matrix Which matrix: `"OV"`, `"QK"`, `"W_in"`, `"W_gate"` or `"W_out"`.
 * @param options Which blocks and heads, how many directions, in which bases.
 * @returns For each matrix its singular values and its directions, beside the greatest number of random directions of unit
 * length. The promise draws itself.
 * @throws {RangeError} If an option is outside its range, or a side does not live in the stream.
 * @throws {TypeError} If the model has no such matrix, or QK is asked for where queries and keys have a norm, for no matrix gives
 * their scores then.
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
  const together = Math.max(1, Math.floor(ROWS_TOGETHER / directions));
  for (let from = 0; from < parts.length; from += together) {
    const some: Decomposed[] = [];
    try {
      for (const part of parts.slice(from, from + together)) {
        some.push({ part, svd: await decomposed(part, wanted, signal) });
        options.onProgress?.({ matrices: entries.length + some.length });
      }
      entries.push(...await inSlices(entriesOf(model, some, wanted), signal));
    } finally {
      for (const { svd } of some) svd.dispose();
    }
  }
  const chance = await inSlices(chanceOf(model, parts[0]!.layer, wanted, seed), signal);
  const facts = { model: model.provenance.name, matrix, gains, readers, sides, seed, chance };
  return new SvdReading({ ...facts, entries });
}

/** A matrix with its singular values, and as many vectors as are read at least. */
interface Decomposed {
  readonly part: SvdPart;
  readonly svd: Svd;
}

async function decomposed(
  part: SvdPart,
  { sides, directions, gains }: Wanted,
  signal: AbortSignal | undefined,
): Promise<Svd> {
  const matrix = part.matrix(gains),
    count = (side: SvdSide) => sides.includes(side) ? directions : 0;
  try {
    return await matrix.svd({
      left: count("left"),
      right: count("right"),
      ...signal ? { signal } : {},
    });
  } finally {
    matrix.dispose();
  }
}

/** The directions of some matrices, in the vocabulary. */
function* entriesOf(
  model: Transformer,
  some: readonly Decomposed[],
  wanted: Wanted,
): Generator<void, SvdReadingEntry[]> {
  const { directions, sides } = wanted, read = new Map<SvdSide, VocabularyEnds[]>();
  for (const side of sides) {
    const rows = tf.tidy(() =>
      tf.concat(some.map(({ part: { layer }, svd: { U, V } }) => {
        const vectors = side === "left" ? U : V, width = vectors.shape[0]!;
        const own = tf.slice(vectors, [0, 0], [width, directions]).transpose();
        return basisOf(model, own, { ...wanted, layer, side });
      }))
    );
    read.set(side, yield* inVocabulary(model, rows, { ...wanted, side }));
  }
  return some.map(({ part: { matrix: _, ...place }, svd: { S } }, i): SvdReadingEntry => {
    const values = Float64Array.from(S.dataSync());
    const whole = values.reduce((sum, value) => sum + value ** 2, 0);
    return {
      ...place,
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

/** Whether a side is read through W_U. */
const throughUnembedding = ({ matrix, readers }: Wanted, side: SvdSide) =>
  SVD_SIDES[matrix][side] === "writes" || readers === "W_U";

/** Rows as what their side is read through takes them. */
function basisOf(
  model: Transformer,
  rows: tf.Tensor,
  { side, layer, ...wanted }: Wanted & { readonly side: SvdSide; readonly layer: number },
): tf.Tensor {
  if (!throughUnembedding(wanted, side)) return rows.clone();
  const { matrix, gains } = wanted, part = matrix === "OV" ? "attn" : "mlp";
  const writes = SVD_SIDES[matrix][side] === "writes";
  // What is read through W_U is no stream that goes through the last norm.
  return writtenToUnembedding(model, rows, writes ? { gains, layer, part } : { gains: "raw" });
}

/** What {@linkcode basisOf} gives, in the vocabulary; frees the rows. */
function* inVocabulary(
  model: Transformer,
  rows: tf.Tensor,
  { side, ...wanted }: Wanted & { readonly side: SvdSide },
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
