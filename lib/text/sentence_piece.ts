/**
 * SentencePiece's own file, `tokenizer.model`: a message of protocol buffers with the pieces, their scores, and how texts
 * are normalized (`sentencepiece_model.proto`).
 *
 * @module
 */

import type { Part } from "./tokenizer_json.ts";
import { fromBytes } from "./utf8.ts";

/** How pieces are used, by the numbers of the file. */
const unknownType = 2, controlType = 3, userType = 4;

interface Piece {
  readonly text: string;
  readonly score: number;
  readonly type: number;
}

/** What transformers' classes put round a text, where `tokenizer_config.json` does not say. */
const round: Readonly<Record<string, { readonly first?: number; readonly last?: number }>> = {
  LlamaTokenizer: { first: 1 },
  CodeLlamaTokenizer: { first: 1 },
  GemmaTokenizer: { first: 1 },
  T5Tokenizer: { last: 1 },
};

/**
 * Reads `tokenizer.model` as what `tokenizer.json` would hold.
 *
 * @param bytes The file.
 * @param file Its name, for messages.
 * @param config The whole `tokenizer_config.json`, whose class says what goes round a text.
 * @throws {SyntaxError} If the file is not SentencePiece's, or of a kind that is not known, or the class is not.
 */
export function readSentencePiece(
  bytes: Uint8Array,
  file: string,
  config: Part | null,
): Record<string, unknown> {
  const refuse = (must: string): never => {
    throw new SyntaxError(`Cannot read ${file} as ${must}`);
  };
  const { pieces, kind, fallsBack, unknown, normalizer } = readModel(bytes, refuse);
  if (kind !== 1 && kind !== 2) {
    refuse(`its model must be unigram or bpe: current value is ${kind}`);
  }
  const named = (config?.text("tokenizer_class", "") ?? "").replace(/Fast$/, "");
  const around = round[named] ??
    refuse(
      `tokenizer_config.json must name one of ${Object.keys(round).join(", ")} where there is no ` +
        `tokenizer.json (AutoTokenizer in transformers writes one): current value is "${named}"`,
    );
  const added = pieces.flatMap(({ text, type }, id) => {
    if (type !== unknownType && type !== controlType && type !== userType) return [];
    return [{ id, content: text, special: type !== userType, normalized: false }];
  });
  const prefix = normalizer.prefix;
  const space = "\u2581";
  const steps = [
    ...(normalizer.charsmap === ""
      ? []
      : [{ type: "Precompiled", precompiled_charsmap: normalizer.charsmap, longest: true }]),
    ...(normalizer.joins
      ? [
        { type: "Replace", pattern: { Regex: " {2,}" }, content: " " },
        // Not ^ and $, which in these files mean lines.
        { type: "Replace", pattern: { Regex: "(?<![\\s\\S]) | (?![\\s\\S])" }, content: "" },
      ]
      : []),
    ...(prefix ? [{ type: "Prepend", prepend: space }] : []),
    { type: "Replace", pattern: { String: " " }, content: space },
  ];
  return {
    added_tokens: added,
    normalizer: { type: "Sequence", normalizers: steps },
    // Words of a unigram model are searched one by one, which finds the same.
    pre_tokenizer: kind === 1 ? { type: "Metaspace", prepend_scheme: "never", split: true } : null,
    post_processor: template(pieces, around),
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: space }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(prefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: kind === 1
      ? {
        type: "Unigram",
        vocab: pieces.map(({ text, score }) => [text, score]),
        unk_id: unknown,
        byte_fallback: fallsBack,
      }
      : {
        type: "BPE",
        vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
        merges: mergesOf(pieces),
        unk_token: pieces[unknown]?.text ?? null,
        fuse_unk: true,
        byte_fallback: fallsBack,
      },
  };
}

/** Builds the template of a class: the control piece `<s>` or `<bos>` first, `</s>` or `<eos>` last. */
function template(
  pieces: readonly Piece[],
  { first, last }: { readonly first?: number; readonly last?: number },
): unknown {
  const find = (...names: string[]): string | undefined =>
    names.find((name) => pieces.some(({ text, type }) => text === name && type === controlType));
  const item = (name: string | undefined): unknown[] =>
    name === undefined ? [] : [{ SpecialToken: { id: name } }];
  return {
    type: "TemplateProcessing",
    single: [
      ...(first === undefined ? [] : item(find("<s>", "<bos>"))),
      { Sequence: { id: "A" } },
      ...(last === undefined ? [] : item(find("</s>", "<eos>"))),
    ],
  };
}

/**
 * Finds the merges that SentencePiece's search makes: it joins the neighbours whose joined piece has the best score, so
 * every way to cut a piece into two is a merge, in the order of the pieces' scores.
 */
function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const ids = new Map(pieces.map(({ text }, id) => [text, id]));
  const merges: { pair: [string, string]; score: number; first: number; second: number }[] = [];
  for (const { text, score, type } of pieces) {
    if (type === unknownType || type === controlType) continue;
    for (let at = 1; at < text.length; at++) {
      const pair: [string, string] = [text.slice(0, at), text.slice(at)];
      const [first, second] = [ids.get(pair[0]), ids.get(pair[1])];
      if (first !== undefined && second !== undefined) merges.push({ pair, score, first, second });
    }
  }
  merges.sort((a, b) => b.score - a.score || a.first - b.first || a.second - b.second);
  return merges.map(({ pair }) => pair);
}

/** Reads the message. */
function readModel(bytes: Uint8Array, refuse: (must: string) => never): {
  pieces: Piece[];
  kind: number;
  fallsBack: boolean;
  unknown: number;
  normalizer: { charsmap: string; prefix: boolean; joins: boolean };
} {
  const pieces: Piece[] = [];
  const normalizer = { charsmap: "", prefix: true, joins: true };
  let [kind, fallsBack, suffixes] = [1, false, false];
  for (const [field, value] of fields(bytes, refuse)) {
    if (typeof value === "number") continue;
    if (field === 1) {
      let [text, score, type] = ["", 0, 1];
      for (const [part, inner] of fields(value, refuse)) {
        if (part === 1 && typeof inner !== "number") text = fromBytes(inner);
        if (part === 2 && typeof inner !== "number") score = view(inner).getFloat32(0, true);
        if (part === 3 && typeof inner === "number") type = inner;
      }
      pieces.push({ text, score, type });
    } else if (field === 2) {
      for (const [part, inner] of fields(value, refuse)) {
        if (part === 3) kind = inner as number;
        if (part === 24) suffixes = inner === 1;
        if (part === 35) fallsBack = inner === 1;
      }
    } else if (field === 3) {
      for (const [part, inner] of fields(value, refuse)) {
        if (part === 2) normalizer.charsmap = base64(inner as Uint8Array);
        if (part === 3) normalizer.prefix = inner === 1;
        if (part === 4) normalizer.joins = inner === 1;
      }
    }
  }
  if (pieces.length === 0) refuse("it must hold pieces: there is none");
  if (suffixes) refuse("spaces must stand before words: treat_whitespace_as_suffix is true");
  return { pieces, kind, fallsBack, normalizer, unknown: pieces.findIndex((x) => x.type === 2) };
}

/** Reads the fields of a message: numbers, and the bytes of everything else. */
function* fields(
  bytes: Uint8Array,
  refuse: (must: string) => never,
): Generator<[field: number, value: number | Uint8Array]> {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++] ?? refuse("it must be a whole file of SentencePiece: it ends early");
      value += (byte & 0x7F) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return refuse("it must be a file of SentencePiece: a number in it has no end");
  };
  while (at < bytes.length) {
    const tag = number();
    const kind = tag & 7;
    if (kind === 0) {
      yield [tag >>> 3, number()];
      continue;
    }
    if (kind !== 1 && kind !== 2 && kind !== 5) {
      refuse(`it must be a file of SentencePiece: a field of kind ${kind} stands at byte ${at}`);
    }
    const length = kind === 2 ? number() : kind === 1 ? 8 : 4;
    if (at + length > bytes.length) {
      refuse("it must be a whole file of SentencePiece: it ends early");
    }
    yield [tag >>> 3, bytes.subarray(at, at += length)];
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
