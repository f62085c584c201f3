/**
 * Documents as rows of tokens of one length.
 *
 * @module
 */

import { refuseUnknownOptions } from "../show/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import { givingWay } from "../stats/mod.ts";

/** What says how texts become tokens: a tokenizer, or a model that has one. */
export type TokenizerSource = Tokenizer | {
  /** The tokenizer; null where the model came without one. */
  readonly tokenizer: Tokenizer | null;
};

/** How documents are cut into rows. */
export interface ChunkOptions {
  /** The tokens of a row, its beginning-of-text token included. */
  readonly length: number;
  /**
   * Whether each row begins with the beginning-of-text token.
   *
   * @default {what the tokenizer's own settings say}
   */
  readonly beginning?: boolean;
  /**
   * Whether a row may hold the end of one document and the start of the next, with the separator between them, or each
   * document fills rows of its own.
   *
   * @default {"joined"}
   */
  readonly documents?: "joined" | "apart";
  /**
   * The token between joined documents; null for none.
   *
   * @default {the tokenizer's end-of-text token}
   */
  readonly separator?: number | null;
  /**
   * What becomes of the tokens that fill no row: the end of all documents where they are joined, else of each. They are
   * dropped and counted, or kept as a shorter row.
   *
   * @default {"drop"}
   */
  readonly remainder?: "drop" | "keep";
  /** Stops after so many rows; what follows is not read. @default {all} */
  readonly limit?: number;
  /** Stops the work, which throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The names of {@linkcode ChunkOptions}. */
const chunkOptions = [
  "length",
  "beginning",
  "documents",
  "separator",
  "remainder",
  "limit",
  "signal",
] as const;

/** What became of the documents that were read. */
export interface ChunkCounts {
  /** The rows. */
  rows: number;
  /** Those of them that are shorter than the others. */
  shortRows: number;
  /** The documents that were read; after a limit the last may have been read in part. */
  documents: number;
  /** The documents' own tokens that were read, without separators and beginning-of-text tokens. */
  tokens: number;
  /** Tokens that were read and stand in no row: remainders that were dropped. Separators are among them. */
  leftOver: number;
}

/** Cutting that goes on as rows are asked for. */
export interface Chunking {
  /** The tokenizer that cuts. */
  readonly tokenizer: Tokenizer;
  /** What each row begins with: the beginning-of-text token, or nothing. */
  readonly start: readonly number[];
  /** What stands between two documents: a token, or nothing. */
  readonly separator: readonly number[];
  /** What became of the documents so far. */
  readonly counts: Readonly<ChunkCounts>;
  /** The rows, made as they are asked for. */
  readonly rows: AsyncGenerator<number[], void>;
}

/**
 * Cuts documents into rows of token ids, holding one document and one row at a time; `tokenDataset` holds all rows.
 *
 * @param source A tokenizer, or a model that has one.
 * @param texts The documents.
 * @param options The length of a row and what stands where.
 * @returns The rows, to be gone through once, and counts that grow with them.
 * @throws {RangeError} If an option is outside its range, or the tokenizer lacks a token that one asks for.
 * @throws {TypeError} If an option is not known, the model has no tokenizer, or the texts are none.
 *
 * @example
 * ```ts
 * import { chunkTokens, heldOutTexts, load, meanOver } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = (await heldOutTexts()).slice(0, 50).map(({ text }) => text);
 * const { rows, counts } = chunkTokens(model, texts, { length: 32 });
 * const means = await meanOver(model, rows, { sites: ["resid_post"] });
 * if (means.examples !== counts.rows) throw new Error("every row is an example");
 * ```
 */
export function chunkTokens(
  source: TokenizerSource,
  texts: Iterable<string> | AsyncIterable<string>,
  options: ChunkOptions,
): Chunking {
  refuseUnknownOptions("cut documents into rows", options, chunkOptions);
  refuseNoTexts(texts);
  const tokenizer = "encode" in source ? source : source.tokenizer;
  if (!tokenizer) {
    throw new TypeError(
      "Cannot cut documents into rows as the model must have a tokenizer: it has none",
    );
  }
  const { length, documents = "joined", remainder = "drop", limit = Infinity } = options;
  const policy = {
    documents,
    remainder,
    limit,
    signal: options.signal,
    start: startOf(tokenizer, options.beginning),
    separator: documents === "joined" ? separatorOf(tokenizer, options.separator) : [],
  };
  refuseOptions(options, policy.start.length + 1);
  const counts = { rows: 0, shortRows: 0, documents: 0, tokens: 0, leftOver: 0 };
  const { start, separator } = policy;
  return {
    tokenizer,
    start,
    separator,
    counts,
    rows: rowsOf(tokenizer, texts, length, policy, counts),
  };
}

/** The options with everything decided. */
interface Policy {
  readonly documents: "joined" | "apart";
  readonly remainder: "drop" | "keep";
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
  readonly start: readonly number[];
  readonly separator: readonly number[];
}

async function* rowsOf(
  tokenizer: Tokenizer,
  texts: Iterable<string> | AsyncIterable<string>,
  length: number,
  policy: Policy,
  counts: ChunkCounts,
): AsyncGenerator<number[], void> {
  const { start, separator } = policy, pause = givingWay(policy.signal);
  let row = [...start];
  const finished = (): number[] => {
    const done = row;
    row = [...start];
    counts.rows++;
    if (done.length < length) counts.shortRows++;
    return done;
  };
  // Gives the short row that is to be kept, or counts what is dropped.
  const rest = (): number[] | undefined => {
    if (row.length === start.length) return undefined;
    if (policy.remainder === "keep") return finished();
    counts.leftOver += row.length - start.length;
    row = [...start];
    return undefined;
  };
  for await (const text of texts) {
    await pause();
    const { ids } = tokenizer.encode(text, { beginning: false, end: false });
    const between = counts.documents > 0 ? separator : [];
    counts.documents++;
    counts.tokens += ids.length;
    let read = 0;
    for (const id of [...between, ...ids]) {
      row.push(id);
      read++;
      if (row.length < length) continue;
      yield finished();
      await pause();
      if (counts.rows < policy.limit) continue;
      // What follows in this document is neither in a row nor a remainder: it was not asked for.
      counts.tokens -= between.length + ids.length - Math.max(read, between.length);
      return;
    }
    if (policy.documents === "joined") continue;
    const short = rest();
    if (!short) continue;
    yield short;
    if (counts.rows >= policy.limit) return;
  }
  const short = rest();
  if (short) yield short;
}

/** What each row begins with. */
function startOf(tokenizer: Tokenizer, beginning: boolean | undefined): number[] {
  // An empty text shows what the settings put before one.
  const wanted = beginning ?? tokenizer.encode("", { end: false }).beginning;
  if (!wanted) return [];
  if (tokenizer.beginningToken) return [tokenizer.beginningToken.id];
  throw new RangeError(
    "Cannot begin rows as the tokenizer must have a beginning-of-text token: it has none; give beginning: false",
  );
}

/** What stands between two documents. */
function separatorOf(tokenizer: Tokenizer, separator: number | null | undefined): number[] {
  if (separator === null) return [];
  const id = separator ?? tokenizer.endToken?.id;
  if (id === undefined) {
    throw new RangeError(
      "Cannot join documents as the tokenizer must have an end-of-text token to stand between them: " +
        'it has none; give separator, or documents: "apart"',
    );
  }
  tokenizer.token(id);
  return [id];
}

function refuseOptions(options: ChunkOptions, shortest: number): void {
  const { length, documents = "joined", remainder = "drop", limit, separator } = options;
  const refuse = (rule: string, value: unknown): never => {
    throw new RangeError(
      `Cannot cut documents into rows as ${rule}: current value is ${JSON.stringify(value)}`,
    );
  };
  if (!Number.isInteger(length) || length < shortest) {
    refuse(`length must be a whole number from ${shortest} on`, length);
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    refuse("limit must be a whole number from 1 on", limit);
  }
  if (!["joined", "apart"].includes(documents)) {
    refuse('documents must be "joined" or "apart"', documents);
  }
  if (!["drop", "keep"].includes(remainder)) {
    refuse('remainder must be "drop" or "keep"', remainder);
  }
  if (documents === "apart" && separator !== undefined) {
    refuse("separator must be left out where documents stay apart", separator);
  }
}

/** Refuses a text where texts are expected: it would be read letter by letter. */
function refuseNoTexts(texts: unknown): void {
  const isObject = typeof texts === "object" && texts !== null;
  if (isObject && (Symbol.iterator in texts || Symbol.asyncIterator in texts)) return;
  throw new TypeError(
    `Cannot cut documents into rows as texts must be a list or a source of texts: current value is ${
      typeof texts === "string"
        ? "one text; give [text], jsonLines(path) or textFile(path)"
        : isObject
        ? "an object"
        : String(texts)
    }`,
  );
}
