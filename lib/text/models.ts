/**
 * Models: how a word is cut into tokens. The searches of Unigram and WordPiece are those of `@huggingface/tokenizers`;
 * what is ours is that every token knows which part of the word it stands for, and bytes where a character is unknown.
 *
 * @module
 */

import { pairMerger } from "./byte_pairs.ts";
import { Unigram, WordPiece } from "./hf_tokenizers.ts";
import type { Part } from "./tokenizer_json.ts";
import { toBytes } from "./utf8.ts";

/** One token of a word. */
export interface Cut {
  /** The row of the vocabulary. */
  readonly id: number;
  /** Where in the word it begins, in UTF-16 units. */
  readonly from: number;
  /** Where in the word it ends. */
  readonly to: number;
}

/** A vocabulary and the way to cut a word into its entries. */
export interface Model {
  /** The kind of the model, as the file calls it. */
  readonly type: string;
  /** Each entry of the vocabulary, spelt as in the file, by its id. */
  readonly entries: ReadonlyMap<number, string>;
  /** The id of each entry. */
  readonly ids: ReadonlyMap<string, number>;
  /** What begins an entry that continues a word (WordPiece); empty elsewhere. */
  readonly prefix: string;
  /** What ends an entry that ends a word (GPT-1, CLIP); empty elsewhere. */
  readonly suffix: string;
  /** Cuts a word. */
  cut(word: string): Cut[];
}

/**
 * Reads the `model` of a `tokenizer.json`.
 *
 * @throws {SyntaxError} If its type is unknown or a field is not what it must be.
 */
export function model(part: Part): Model {
  // Files older than 0.9 leave the type out.
  switch (part.text("type", "")) {
    case "BPE":
      return bytePairs(part);
    case "Unigram":
      return unigram(part);
    case "WordPiece":
      return wordPieces(part);
    case "WordLevel":
      return words(part);
    case "":
      if (Array.isArray(part.value("vocab"))) return unigram(part);
      return part.has("merges") ? bytePairs(part) : wordPieces(part);
    default:
      return part.refuse("type", "one of BPE, Unigram, WordLevel, WordPiece");
  }
}

/** Byte-pair encoding, of bytes in letters or of characters with bytes for what is unknown. */
function bytePairs(part: Part): Model {
  const ids = vocabulary(part);
  if (part.number("dropout", 0) !== 0) part.refuse("dropout", "null, as encoding knows no chance");
  const prefix = part.text("continuing_subword_prefix", "");
  const suffix = part.text("end_of_word_suffix", "");
  const ignoreMerges = part.flag("ignore_merges", false);
  const unknown = unknownId(part, ids);
  const fuses = part.flag("fuse_unk", false);
  const bytes = byteIds(part, ids);
  const search = pairMerger(part, ids, { prefix, suffix });

  return {
    ...entriesOf(ids),
    type: "BPE",
    prefix,
    suffix,
    cut(word) {
      const whole = ignoreMerges ? ids.get(word) : undefined;
      if (whole !== undefined) return [{ id: whole, from: 0, to: word.length }];
      const cuts: Cut[] = [];
      const pieces = search(word);
      pieces.ids.forEach((id, index) => {
        const from = pieces.starts[index]!;
        const to = pieces.starts[index + 1] ?? word.length;
        if (id >= 0) cuts.push({ id, from, to });
        else addUnknown(cuts, word.slice(from, to), from, to, bytes, unknown, fuses);
      });
      return cuts;
    },
  };
}

/** The unigram language model of SentencePiece: Kudo 2018, https://arxiv.org/abs/1804.10959. */
function unigram(part: Part): Model {
  const vocab = part.value("vocab");
  const isEntry = (entry: unknown): boolean =>
    Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "number";
  if (!Array.isArray(vocab) || vocab.length === 0) part.refuse("vocab", "a list of [text, score]");
  const wrong = vocab.findIndex((entry) => !isEntry(entry));
  if (wrong >= 0) part.refuse("vocab", `a list of [text, score], and entry ${wrong} is none`);
  const entries = vocab as [string, number][];
  const ids = new Map(entries.map(([text], id) => [text, id]));
  const unknown = part.has("unk_id") ? part.number("unk_id") : undefined;
  if (unknown !== undefined && entries[unknown] === undefined) {
    part.refuse("unk_id", `the id of an entry, from 0 to ${entries.length - 1}`);
  }
  const bytes = byteIds(part, ids);
  const search = new Unigram({ type: "Unigram", vocab: entries, unk_id: unknown ?? null }, "");

  return {
    entries: new Map(entries.map(([text], id) => [id, text])),
    ids,
    type: "Unigram",
    prefix: "",
    suffix: "",
    cut(word) {
      const cuts: Cut[] = [];
      // Unknown characters in a row are one unknown piece, in bytes or as one token.
      let from = 0;
      let unknownFrom = -1;
      const flush = (): void => {
        if (unknownFrom < 0) return;
        addUnknown(cuts, word.slice(unknownFrom, from), unknownFrom, from, bytes, unknown, true);
        unknownFrom = -1;
      };
      for (const piece of search.tokenize(word)) {
        const id = ids.get(piece);
        if (id === undefined || id === unknown) {
          if (unknownFrom < 0) unknownFrom = from;
        } else {
          flush();
          cuts.push({ id, from, to: from + piece.length });
        }
        from += piece.length;
      }
      flush();
      return cuts;
    },
  };
}

/** WordPiece: the longest entry from the left, again and again; Schuster and Nakajima 2012. */
function wordPieces(part: Part): Model {
  const ids = vocabulary(part);
  const prefix = part.text("continuing_subword_prefix", "##");
  const unknownText = part.text("unk_token", "[UNK]");
  const unknown = unknownId(part, ids, unknownText);
  const search = new WordPiece({
    type: "WordPiece",
    vocab: Object.fromEntries(ids),
    unk_token: unknownText,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: part.number("max_input_chars_per_word", 100),
  });

  return {
    ...entriesOf(ids),
    type: "WordPiece",
    prefix,
    suffix: "",
    cut(word) {
      const pieces = search.encode([word]);
      if (pieces.length === 1) {
        const id = ids.get(pieces[0]!) ?? unknown;
        return id === undefined ? missing(word) : [{ id, from: 0, to: word.length }];
      }
      let from = 0;
      return pieces.map((piece, index) => {
        const to = from + piece.length - (index === 0 ? 0 : prefix.length);
        const cut = { id: ids.get(piece)!, from, to };
        from = to;
        return cut;
      });
    },
  };
}

/** A vocabulary of whole words. */
function words(part: Part): Model {
  const ids = vocabulary(part);
  const unknown = unknownId(part, ids, part.text("unk_token", "<unk>"));
  return {
    ...entriesOf(ids),
    type: "WordLevel",
    prefix: "",
    suffix: "",
    cut(word) {
      const id = ids.get(word) ?? unknown;
      return id === undefined ? missing(word) : [{ id, from: 0, to: word.length }];
    },
  };
}

/** Adds what stands for a piece that has no entry: its bytes where the vocabulary has them, else the unknown token. */
function addUnknown(
  cuts: Cut[],
  piece: string,
  from: number,
  to: number,
  bytes: readonly number[] | null,
  unknown: number | undefined,
  fuses: boolean,
): void {
  const last = cuts.at(-1);
  if (bytes !== null) {
    let at = from;
    for (const character of piece) {
      const end = at + character.length;
      for (const byte of toBytes(character)) cuts.push({ id: bytes[byte]!, from: at, to: end });
      at = end;
    }
  } else if (unknown === undefined) {
    missing(piece);
  } else if (fuses && last?.id === unknown && last.to === from) {
    cuts[cuts.length - 1] = { id: unknown, from: last.from, to };
  } else {
    cuts.push({ id: unknown, from, to });
  }
}

/** Says that a piece of text has no token. */
function missing(piece: string): never {
  const text = piece.length > 40 ? piece.slice(0, 40) + "…" : piece;
  throw new RangeError(
    `Cannot encode ${JSON.stringify(text)} as each piece must have a token: ` +
      "the vocabulary has neither it nor an unknown token",
  );
}

/** The ids of the 256 byte tokens (`<0x00>` to `<0xFF>`), where the model falls back on bytes. */
function byteIds(part: Part, ids: ReadonlyMap<string, number>): number[] | null {
  if (!part.flag("byte_fallback", false)) return null;
  return Array.from({ length: 256 }, (_, byte) => {
    const name = `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
    return ids.get(name) ?? part.refuse("byte_fallback", `false, as the vocabulary lacks ${name}`);
  });
}

/** The id of the unknown token, if the file names one. */
function unknownId(
  part: Part,
  ids: ReadonlyMap<string, number>,
  name: string = part.text("unk_token", ""),
): number | undefined {
  const id = ids.get(name);
  if (id === undefined && part.has("unk_token")) part.refuse("unk_token", "in the vocabulary");
  return id;
}

/** Reads a vocabulary: each text once, with an id of its own. */
function vocabulary(part: Part): Map<string, number> {
  const vocab = part.value("vocab");
  if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab)) {
    part.refuse("vocab", "an object of ids by text");
  }
  const ids = new Map<string, number>();
  const seen = new Set<number>();
  for (const [text, id] of Object.entries(vocab as Record<string, unknown>)) {
    const right = Number.isInteger(id) && (id as number) >= 0 && (id as number) < 2 ** 31;
    if (!right || seen.has(id as number)) {
      part.refuse(
        "vocab",
        `an object of ids, each an integer from 0 on and used once, and that of ` +
          `${JSON.stringify(text)} is ${JSON.stringify(id)}`,
      );
    }
    seen.add(id as number);
    ids.set(text, id as number);
  }
  return ids;
}

/** The two directions of a vocabulary. */
function entriesOf(ids: ReadonlyMap<string, number>): Pick<Model, "ids" | "entries"> {
  return { ids, entries: new Map([...ids].map(([text, id]) => [id, text])) };
}
