/**
 * The one read-out of all lenses: from any vector of the stream to tokens.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { checkModel, codeOf, shownToken, sourceOf, withOrigin } from "../run/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { refuseOddSignal, tf } from "../tensor/mod.ts";
import { eachRow, type LensNorm } from "./lens_rows.ts";
import { type LensToken, type RowReading, rowReading } from "./row_reading.ts";
import { tokenIds, type TokenName } from "./token_ids.ts";

/** Options for {@linkcode readOut}. */
export interface ReadOutOptions {
  /**
   * How the last norm is applied: measuring each vector itself (`own`), dividing by the given `scale` (`frozen`), or not at
   * all (`none`).
   *
   * @default {"own"}
   */
  readonly norm?: LensNorm;
  /** What a frozen norm divides by, `[..., 1]`, one for each vector or one for all. */
  readonly scale?: tf.Tensor;
  /** Whether biases and soft cap are left out, so that logits of parts add up where the norm is not `own`. @default {false} */
  readonly linear?: boolean;
  /** How many of the likeliest tokens are listed for each vector. @default {10} */
  readonly top?: number;
  /** Tokens whose rank, logit and probability are read off every vector. @default {none} */
  readonly targets?: TokenName | readonly TokenName[];
  /** A token for each vector, such as the one that follows there. @default {none} */
  readonly each?: readonly TokenName[];
  /** Tokens whose logits are kept, and nothing else of them. @default {none} */
  readonly vocabulary?: readonly TokenName[];
  /** Stops the work between two vectors. */
  readonly signal?: AbortSignal;
}

const known = ["norm", "scale", "linear", "top", "targets", "each", "vocabulary", "signal"];

/** What is read off one vector. */
export interface VectorReading extends RowReading {
  /** The token that was asked about for this very vector; omitted where none was. */
  readonly each?: LensToken;
}

/** What vectors of the stream say. */
export class ReadOut {
  /** The model, by name. */
  readonly model: string;
  /** The sizes of the vectors' axes but for their width. */
  readonly shape: readonly number[];
  /** How the last norm was applied. */
  readonly norm: LensNorm;
  /** What was read off each vector, in the order in which they lie. */
  readonly rows: readonly VectorReading[];
  /** The ids of the chosen vocabulary. */
  readonly vocabulary: readonly number[];
  /** The logits of the chosen vocabulary, for each vector. */
  readonly logits: readonly Float64Array[];

  /** Holds what was read. */
  constructor(
    model: string,
    shape: readonly number[],
    norm: LensNorm,
    rows: readonly VectorReading[],
    chosen: { readonly vocabulary: readonly number[]; readonly logits: readonly Float64Array[] },
  ) {
    this.model = model;
    this.shape = shape;
    this.norm = norm;
    this.rows = rows;
    this.vocabulary = chosen.vocabulary;
    this.logits = chosen.logits;
  }

  /** Draws a table with a row for each vector. */
  [display](): Document {
    const tracked = this.rows[0]?.tracked ?? [], each = this.rows[0]?.each !== undefined;
    return table({
      title: `${this.rows.length} vectors read off through W_U`,
      columns: [
        { name: "vector" },
        { name: "likeliest" },
        { name: "probability" },
        { name: "entropy", unit: "nats" },
        ...tracked.map(({ token }) => ({ name: `rank of ${token.text.trim()}` })),
        ...each ? [{ name: "its token" }, { name: "rank" }] : [],
      ],
      rows: this.rows.map((row, i) => [
        this.#place(i),
        row.top[0]?.token ?? "",
        row.top[0]?.probability ?? "",
        row.entropy,
        ...row.tracked.map(({ rank }) => rank),
        ...each ? [row.each!.token, row.each!.rank] : [],
      ]),
      ...codeOf(this, ".rows[{row}]"),
      caption: `${sourceOf(this, this.model)} · ${normText(this.norm)}`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Omit<ReadOut, "logits" | "toJSON" | typeof display | typeof inspect> & {
    logits: number[][];
  } {
    const { model, shape, norm, rows, vocabulary, logits } = this;
    return { model, shape, norm, rows, vocabulary, logits: logits.map((row) => [...row]) };
  }

  #place(row: number): string {
    const place: number[] = [];
    for (const size of this.shape.toReversed()) {
      place.unshift(row % size);
      row = Math.floor(row / size);
    }
    return place.join(", ");
  }
}

/** How the last norm was applied, in words. */
export function normText(norm: LensNorm): string {
  return {
    own: "through the last norm, each vector by its own scale",
    frozen: "through the last norm, frozen at the scale of the final stream",
    none: "without the last norm",
  }[norm];
}

/**
 * Reads vectors of the residual stream as predictions: through the model's last norm, W_U, b_U and whatever scales or bends
 * its logits, as the logit lens does (nostalgebraist 2020). The last stream gives the model's own logits.
 *
 * Logits exist for some rows at a time only, however many vectors there are.
 *
 * @param model The model.
 * @param vectors Vectors `[..., width]`, such as a captured `resid_pre`, `attn_out`, a steering vector or a row of W_out;
 * they stay the caller's.
 * @param options How the last norm is applied and what is asked.
 * @returns For each vector the likeliest tokens with logits, probabilities and ranks (1 is the likeliest, as in
 * `nextTokens`; the metric `rank` counts from 0), the entropy in nats, and what was asked of chosen tokens. The promise
 * draws itself.
 * @throws {TypeError} If the vectors have another width than the stream, an option is not known, or a scale is missing.
 * @throws {RangeError} If a token is not one of the vocabulary, or `top` is outside it.
 *
 * @example
 * ```ts
 * import { load, readOut, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * using result = await run(model, prompt, { capture: ["blocks.3.resid_post"] });
 * const { rows } = await readOut(model, result.cache.get("blocks.3.resid_post"), { targets: " Mary" });
 * if (rows.at(-1)!.tracked[0]!.rank !== 1) throw new Error("the last stream expects Mary");
 * ```
 */
export function readOut(
  model: Transformer,
  vectors: tf.Tensor,
  options: ReadOutOptions = {},
): DrawnPromise<ReadOut> {
  return drawn(() => read(model, vectors, options));
}

async function read(
  model: Transformer,
  vectors: tf.Tensor,
  options: ReadOutOptions,
): Promise<ReadOut> {
  checkModel(model, "read vectors out");
  refuseUnknownOptions("read vectors out", options, known);
  const { norm = "own", scale, linear = false, top = 10, signal } = options;
  refuseOddSignal(signal);
  const leading = checkedShape(model, vectors), count = leading.reduce((a, b) => a * b, 1);
  const asked = questions(model, count, options);
  const rows: VectorReading[] = [], logits: Float64Array[] = [];
  const width = model.architecture.width;
  const flat = vectors.reshape<tf.Tensor2D>([count, width]);
  const scales = scale
    ? tf.tidy(() => tf.broadcastTo(scale, [...leading, 1]).reshape([count, 1]))
    : null;
  try {
    const how = { norm, linear, signal, ...scales ? { scale: scales } : {} };
    await eachRow(model, flat, how, (row, own) => {
      const tracked = [...asked.targets, ...asked.each ? [asked.each[row]!] : []];
      const reading = rowReading(model, own, { top, tracked });
      rows.push(
        asked.each
          ? { ...reading, tracked: reading.tracked.slice(0, -1), each: reading.tracked.at(-1)! }
          : reading,
      );
      if (asked.vocabulary.length > 0) {
        logits.push(Float64Array.from(asked.vocabulary, (id) => own[id]!));
      }
    });
  } finally {
    tf.dispose([flat, ...scales ? [scales] : []]);
  }
  return withOrigin(
    new ReadOut(model.provenance.name, leading, norm, rows, {
      vocabulary: asked.vocabulary,
      logits,
    }),
    model,
    { name: "readOut", given: { vectors, options } },
  );
}

/** The vectors' axes but the last, which must be the stream's width. */
function checkedShape(model: Transformer, vectors: tf.Tensor): number[] {
  const { width } = model.architecture;
  if (vectors instanceof tf.Tensor && vectors.rank > 0 && vectors.shape.at(-1) === width) {
    return vectors.shape.slice(0, -1);
  }
  throw new TypeError(
    `Cannot read vectors out as they must be a tensor [..., width] with the width of the stream, ${width}: current value is ${
      vectors instanceof tf.Tensor ? `of shape [${vectors.shape.join(", ")}]` : typeof vectors
    }`,
  );
}

/** What is asked, with ids for tokens. */
function questions(model: Transformer, count: number, options: ReadOutOptions): {
  readonly targets: readonly number[];
  readonly each: readonly number[] | null;
  readonly vocabulary: readonly number[];
} {
  const { top = 10, targets = [], each, vocabulary = [] } = options;
  checkTop(model, top, "read vectors out");
  const ids = each && tokenIds(model, each, "read vectors out");
  if (ids && ids.length !== count) {
    throw new RangeError(
      `Cannot read vectors out as each must hold a token for each of the ${count} vectors: it holds ${ids.length}`,
    );
  }
  return {
    targets: tokenIds(model, targets, "read vectors out"),
    each: ids ?? null,
    vocabulary: tokenIds(model, vocabulary, "read vectors out"),
  };
}

/** Refuses a number of likeliest tokens that the vocabulary does not have. */
export function checkTop(model: Transformer, top: number, purpose: string, least = 0): void {
  const { vocabulary } = model.architecture;
  if (Number.isInteger(top) && top >= least && top <= vocabulary) return;
  throw new RangeError(
    `Cannot ${purpose} as top must be from ${least} to ${vocabulary}, the vocabulary: current value is ${top}`,
  );
}

/** Tokens by their text, for titles; used by lenses that name what they track. */
export function trackedTokens(model: Transformer, ids: readonly number[]): LensTarget[] {
  return ids.map((id) => ({ id, token: shownToken(model, id) }));
}

/** A token that is followed. */
export interface LensTarget {
  /** Its id. */
  readonly id: number;
  /** The token. */
  readonly token: LensToken["token"];
}
