/**
 * Rows of tokens: texts as a model is given them.
 *
 * @module
 */

import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  table,
  tokenText,
} from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import {
  type ChunkCounts,
  type ChunkOptions,
  chunkTokens,
  type TokenizerSource,
} from "./chunk_tokens.ts";
import { Texts } from "./texts.ts";

/** Where the rows of a data set came from. */
export interface DatasetFacts extends Readonly<ChunkCounts> {
  /** Where the texts came from. */
  readonly source: string;
  /** The tokens of a row. */
  readonly length: number;
  /** Whether each row begins with a beginning-of-text token. */
  readonly beginning: boolean;
  /** The token between joined documents; null where they stay apart or nothing stands between them. */
  readonly separator: number | null;
}

/** Rows of token ids, held as plain integers; iterating gives one row after another. */
export class TokenDataset implements Iterable<number[]> {
  /** Where the rows came from, and what was left over. */
  readonly facts: DatasetFacts;
  /** The tokenizer that made them. */
  readonly tokenizer: Tokenizer;
  readonly #ids: Uint32Array;
  readonly #starts: readonly number[];

  /**
   * Holds rows.
   *
   * @param facts Where they came from.
   * @param rows The rows.
   * @param tokenizer What made them.
   */
  constructor(facts: DatasetFacts, rows: readonly ArrayLike<number>[], tokenizer: Tokenizer) {
    this.facts = facts;
    this.tokenizer = tokenizer;
    const starts = [0];
    for (const { length } of rows) starts.push(starts.at(-1)! + length);
    this.#starts = starts;
    this.#ids = new Uint32Array(starts.at(-1)!);
    rows.forEach((row, i) => this.#ids.set(row, starts[i]!));
  }

  /** How many rows there are. */
  get size(): number {
    return this.#starts.length - 1;
  }

  /** The tokens of all rows together, beginning-of-text tokens and separators included. */
  get tokens(): number {
    return this.#ids.length;
  }

  /**
   * The token ids of a row; negative ones count from the last.
   *
   * @throws {RangeError} If there is no such row.
   */
  row(index: number): number[] {
    const at = index < 0 ? this.size + index : index;
    if (Number.isInteger(at) && at >= 0 && at < this.size) {
      return Array.from(this.#ids.subarray(this.#starts[at]!, this.#starts[at + 1]!));
    }
    throw new RangeError(
      `Cannot read row ${index} as it must be from ${-this.size} to ${this.size - 1}`,
    );
  }

  /** Goes through the rows. */
  *[Symbol.iterator](): Iterator<number[]> {
    for (let i = 0; i < this.size; i++) yield this.row(i);
  }

  /**
   * Some of the rows, chosen by a seed without putting any back, in the order in which they were drawn.
   *
   * @param count How many; all of them are a shuffled data set.
   * @param seed The seed: the same seed chooses the same rows.
   * @throws {RangeError} If there are not so many.
   */
  sample(count: number, seed: number): TokenDataset {
    if (!Number.isInteger(count) || count < 1 || count > this.size) {
      throw new RangeError(
        `Cannot choose rows as their number must be from 1 to ${this.size}: current value is ${count}`,
      );
    }
    const order = new RandomStream(seed, "rows").permutation(this.size).subarray(0, count);
    const rows = Array.from(order, (index) => this.row(index));
    const facts = {
      ...this.facts,
      source: `${count} of ${this.size} rows of ${this.facts.source}, seed ${seed}`,
      rows: count,
      shortRows: rows.filter(({ length }) => length < this.facts.length).length,
    };
    return new TokenDataset(facts, rows, this.tokenizer);
  }

  /** Draws the counts and the first rows. */
  [display](): Document {
    const { source, length, documents, tokens, leftOver, shortRows } = this.facts;
    const most = 8, mostTokens = 32;
    const number = (value: number) => value.toLocaleString("en");
    return table({
      title: `${number(this.size)} rows of ${
        shortRows > 0 ? `up to ${length}` : length
      } tokens of ${source}`,
      columns: [{ name: "row", align: "right" }, { name: "tokens", align: "right" }, {
        name: "first tokens",
      }],
      rows: Array.from({ length: Math.min(most, this.size) }, (_, i) => {
        const ids = this.row(i);
        const shown = ids.slice(0, mostTokens).map((id) => tokenText(this.tokenizer.token(id)));
        return [
          String(i),
          String(ids.length),
          shown.join(" ") + (ids.length > mostTokens ? " ..." : ""),
        ];
      }),
      caption: [
        `${number(documents)} documents of ${number(tokens)} tokens`,
        leftOver > 0 ? `${number(leftOver)} tokens left over, in no row` : "no token left over",
        ...shortRows > 0 ? [`${number(shortRows)} rows are shorter`] : [],
        ...this.size > most ? [`the first ${most} rows are shown`] : [],
      ].join(" · "),
    });
  }

  /** Shows the same in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** Where the rows came from, without the rows; `[...dataset]` are those. */
  toJSON(): DatasetFacts {
    return this.facts;
  }
}

/**
 * Cuts texts into rows of tokens, as `tokenize_and_concatenate` of TransformerLens and the activation stores of SAELens
 * do: documents are joined with the end-of-text token between them and cut into rows of one length, each of which begins
 * with the beginning-of-text token where the tokenizer's settings say so. What fills no row is dropped, and the data set
 * says how many tokens that were.
 *
 * @param tokenizer A tokenizer, or a model that has one.
 * @param texts The documents: a list, `jsonLines(path)`, `textFile(path)`, or anything that brings texts.
 * @param options The length of a row, and what stands where.
 * @returns The rows; the promise draws itself.
 * @throws {RangeError} If an option is outside its range, no row comes out, or the tokenizer lacks a token that is needed.
 *
 * @example
 * ```ts
 * import { heldOutTexts, load, tokenDataset } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const texts = (await heldOutTexts()).slice(0, 100).map(({ text }) => text);
 * const dataset = await tokenDataset(model, texts, { length: 64 });
 * if (dataset.row(3).length !== 64) throw new Error("every row has 64 tokens");
 * ```
 */
export function tokenDataset(
  tokenizer: TokenizerSource,
  texts: Iterable<string> | AsyncIterable<string>,
  options: ChunkOptions,
): DrawnPromise<TokenDataset> {
  return drawn(() => collect(tokenizer, texts, options));
}

async function collect(
  source: TokenizerSource,
  texts: Iterable<string> | AsyncIterable<string>,
  options: ChunkOptions,
): Promise<TokenDataset> {
  const { tokenizer, rows, counts, start, separator } = chunkTokens(source, texts, options);
  const list: Uint32Array[] = [];
  for await (const row of rows) list.push(Uint32Array.from(row));
  if (list.length === 0) {
    throw new RangeError(
      `Cannot make a data set as a row of ${options.length} tokens must come out: ${counts.documents} documents with ${counts.tokens} tokens fill none` +
        (counts.tokens > 0 ? '; remainder: "keep" keeps shorter rows' : ""),
    );
  }
  return new TokenDataset(
    {
      source: texts instanceof Texts ? texts.title : "the given texts",
      length: options.length,
      beginning: start.length > 0,
      separator: separator[0] ?? null,
      ...counts,
    },
    list,
    tokenizer,
  );
}
