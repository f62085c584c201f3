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
import { checkModel, withOrigin } from "../run/mod.ts";
import { drawn, type DrawnPromise, refuseUnknownOptions } from "../show/mod.ts";
import { inSlices, type Svd, tf } from "../tensor/mod.ts";
import { ROWS_TOGETHER } from "./product_ends.ts";
import { circuitParts, SVD_SIDES, type SvdMatrix, type SvdPart } from "./svd_matrix.ts";
import { type SvdDirection, SvdReading, type SvdReadingEntry } from "./svd_reading_result.ts";
import { basisOf, chanceOf, inVocabulary, type SvdSide, type SvdWanted } from "./svd_side.ts";
import { checkGains, type Gains } from "./vocabulary_basis.ts";
import { checkCount, type VocabularyEnds } from "./vocabulary_ends.ts";

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
  /** Called after every block whose matrices are decomposed. */
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
  return drawn(() => read(model, matrix, options));
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
  const wanted: SvdWanted = { matrix, sides, directions, count, gains, readers };
  const entries: SvdReadingEntry[] = [];
  const perPart = directions * (parts[0]!.heads?.length ?? 1);
  const together = Math.max(1, Math.floor(ROWS_TOGETHER / perPart));
  for (let from = 0; from < parts.length; from += together) {
    const some: Decomposed[] = [];
    try {
      for (const part of parts.slice(from, from + together)) {
        some.push({ part, svd: await decomposed(part, wanted, signal) });
        options.onProgress?.({
          matrices: entries.length + some.length * (part.heads?.length ?? 1),
        });
      }
      entries.push(...await inSlices(entriesOf(model, some, wanted), signal));
    } finally {
      for (const { svd } of some) svd.dispose();
    }
  }
  const chance = await inSlices(chanceOf(model, parts[0]!.layer, wanted, seed), signal);
  const facts = { model: model.provenance.name, matrix, gains, readers, sides, seed, chance };
  return withOrigin(new SvdReading({ ...facts, entries }), model, {
    name: "svdReading",
    given: { matrix, options },
    seed,
  });
}

/** Matrices of a block with their singular values, and as many vectors as are read at least. */
interface Decomposed {
  readonly part: SvdPart;
  readonly svd: Svd;
}

async function decomposed(
  part: SvdPart,
  { sides, directions, gains }: SvdWanted,
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
  wanted: SvdWanted,
): Generator<void, SvdReadingEntry[]> {
  const { directions, sides } = wanted, read = new Map<SvdSide, VocabularyEnds[]>();
  for (const side of sides) {
    const rows = tf.tidy(() =>
      tf.concat(some.map(({ part: { layer }, svd: { U, V } }) => {
        const vectors = side === "left" ? U : V, width = vectors.shape.at(-2)!;
        const whole = vectors.reshape([-1, width, vectors.shape.at(-1)!]);
        const own = tf.slice(whole, [0, 0, 0], [whole.shape[0]!, width, directions])
          .transpose([0, 2, 1]).reshape([-1, width]);
        return basisOf(model, own, { ...wanted, layer, side });
      }))
    );
    read.set(side, yield* inVocabulary(model, rows, { ...wanted, side }));
  }
  const matrices = some.flatMap(({ part, svd: { S } }) => {
    const all = Float64Array.from(S.dataSync()), rank = S.shape.at(-1)!;
    return matricesOf(part).map((place, i) => ({
      place,
      values: all.slice(i * rank, (i + 1) * rank),
    }));
  });
  return matrices.map(({ place, values }, i): SvdReadingEntry => {
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

/** The matrices of a part, by where they stand. */
function matricesOf(
  { layer, heads, expert }: SvdPart,
): { layer: number; head?: number; expert?: number }[] {
  return heads
    ? heads.map((head) => ({ layer, head }))
    : [expert === undefined ? { layer } : { layer, expert }];
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
