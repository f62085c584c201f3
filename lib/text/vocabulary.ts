/**
 * A vocabulary: what each id stands for, and what ids in a row spell.
 *
 * @module
 */

import type { AddedToken } from "./added_tokens.ts";
import type { Decoder } from "./decoders.ts";
import type { Model } from "./models.ts";
import type { Token } from "./token.ts";
import { TokenBytes } from "./token_bytes.ts";
import { fromBytes } from "./utf8.ts";

/** A token without its place. */
export type Entry = Omit<Token, "start" | "end">;

/** Tokens by id. */
export class Vocabulary {
  /** One more than the largest id. */
  readonly size: number;
  readonly #model: Model;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #decoder: Decoder;
  // Tokens of one id share text and bytes, so that a long text is cheap to hold.
  readonly #entries = new Map<number, Entry>();

  /** Joins the model's entries with the added tokens, which go first where both have an id. */
  constructor(model: Model, added: readonly AddedToken[], decoder: Decoder) {
    this.#model = model;
    this.#added = new Map(added.map((token) => [token.id, token]));
    this.#decoder = decoder;
    let largest = -1;
    for (const id of model.entries.keys()) largest = Math.max(largest, id);
    for (const id of this.#added.keys()) largest = Math.max(largest, id);
    this.size = largest + 1;
  }

  /** Whether a token has the id. */
  has(id: number): boolean {
    return this.#added.has(id) || this.#model.entries.has(id);
  }

  /**
   * Finds what an id stands for.
   *
   * @throws {RangeError} If no token has the id.
   */
  entry(id: number): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const added = this.#added.get(id);
    const spelt = added?.content ?? this.#model.entries.get(id);
    if (spelt === undefined) {
      const inside = Number.isInteger(id) && id >= 0 && id < this.size;
      throw new RangeError(
        inside
          ? `Cannot find token ${id} as an id must be in the vocabulary: this one is left out`
          : `Cannot find token ${id} as an id must be an integer from 0 to ${this.size - 1}`,
      );
    }
    const bytes = TokenBytes.from(this.#decoder.bytes(spelt, added !== undefined));
    // WordPiece marks what continues a word, and nothing else tells "##ing" from "ing".
    const text = this.#model.type === "WordPiece" ? spelt : fromBytes(bytes);
    const entry: Entry = { id, text, bytes, special: added?.special ?? false };
    this.#entries.set(id, entry);
    return entry;
  }

  /**
   * Spells entries in a row.
   *
   * @returns The bytes of the text, and where those of each entry end.
   */
  join(entries: readonly Entry[]): { bytes: Uint8Array; ends: number[] } {
    const length = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const all = new Uint8Array(length);
    const ends: number[] = [];
    let at = 0;
    for (const { bytes } of entries) {
      all.set(bytes, at);
      ends.push(at += bytes.length);
    }
    const { character, start, end } = this.#decoder.trim;
    const dropped = character.charCodeAt(0);
    let from = 0;
    while (from < start && all[from] === dropped) from++;
    let to = length;
    while (length - to < end && to > from && all[to - 1] === dropped) to--;
    return {
      bytes: all.subarray(from, to),
      ends: ends.map((place) => Math.min(Math.max(place, from), to) - from),
    };
  }
}
