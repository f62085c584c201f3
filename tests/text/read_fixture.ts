/** The tokenizers of `tests/fixtures/text`, the one that ships with the library, and Python's answers. */

import { Tokenizer } from "../../lib/text/mod.ts";

const folder = new URL("../fixtures/text/", import.meta.url);
const seedling = new URL("../../lib/zoo/models/seedling/", import.meta.url);

/** Parses a JSON file. */
function parse(url: URL): Record<string, unknown> {
  return JSON.parse(Deno.readTextFileSync(url));
}

/** Reads a tokenizer file by the name of the tokenizer. */
export function tokenizerJson(name: string): Record<string, unknown> {
  return parse(
    name === "seedling" ? new URL("tokenizer.json", seedling) : new URL(`${name}.json`, folder),
  );
}

/** Builds a tokenizer by its name, without settings of its own for beginning and end. */
export function tokenizer(name: string): Tokenizer {
  return Tokenizer.fromJson(tokenizerJson(name), undefined, { file: `${name}.json` });
}

/** Builds the tokenizer that ships with the library, with its settings. */
export function shippedTokenizer(): Tokenizer {
  return Tokenizer.fromJson(
    tokenizerJson("seedling"),
    parse(new URL("tokenizer_config.json", seedling)),
  );
}

/** What Python's tokenizers makes of one text. */
export interface ReferenceRow {
  /** Start and end of each token in turn, in UTF-16 units. */
  readonly offsets: number[];
  /** The ids. */
  readonly ids: number[];
  /** The text that the ids decode to. */
  readonly decoded: string;
}

/** What Python's tokenizers makes of the texts; see `make.py` beside it. */
export interface Reference {
  /** The texts. */
  readonly texts: string[];
  /** Its answers for each tokenizer, text by text. */
  readonly tokenizers: Record<string, ReferenceRow[]>;
  /** Its offsets for single pre-tokenizers and normalizers. */
  readonly pieces: {
    readonly pre_tokenizer: unknown;
    readonly normalizer: unknown;
    readonly rows: { readonly offsets: number[] }[];
  }[];
}

/** Reads Python's answers. */
export function reference(): Reference {
  return parse(new URL("reference.json", folder)) as unknown as Reference;
}

/** Reads a packed file of the folder. */
export async function unpack<T>(name: string): Promise<T> {
  const file = await Deno.open(new URL(name, folder));
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).json();
}

/** Builds a tokenizer of single letters, for settings that do not need more. */
export function letters(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const vocab = Object.fromEntries([..."?abcdefgh <>"].map((letter, id) => [letter, id]));
  return {
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: "[\\s\\S]" },
      behavior: "Isolated",
      invert: false,
    },
    decoder: { type: "Fuse" },
    model: { type: "WordLevel", vocab, unk_token: "?" },
    ...changes,
  };
}

/** Numbers from 0 up to a bound, the same for the same seed (mulberry32). */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = state + 0x6D2B79F5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) % below;
  };
}
