/**
 * Older checkpoints: `vocab.json` with `merges.txt`, from before `tokenizer.json` joined them.
 *
 * @module
 */

import type { Part } from "./tokenizer_json.ts";

/** What the classes of transformers that read these files do; ours are named as `tokenizer_config.json` names them. */
interface Manner {
  /** The pattern that words are cut by, where it is not GPT-2's. */
  readonly pattern?: string;
  /** Whether texts are composed first. */
  readonly composes?: boolean;
  /** What goes round a text, where the configuration does not say. */
  readonly round?: readonly [first: string, last: string];
  /** Which token begins and ends texts, where the configuration does not say. */
  readonly token: string;
}

const qwen =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const end = "<|endoftext|>";

const manners: Readonly<Record<string, Manner>> = {
  GPT2Tokenizer: { token: end },
  CodeGenTokenizer: { token: end },
  GPTNeoXTokenizer: { token: end, composes: true },
  Qwen2Tokenizer: { token: end, composes: true, pattern: qwen },
  RobertaTokenizer: { token: "</s>", round: ["<s>", "</s>"] },
};

/** What {@linkcode joinVocabulary} makes. */
export interface JoinedVocabulary {
  /** What `tokenizer.json` would hold. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The tokens that the class itself names, where `tokenizer_config.json` does not. */
  readonly tokens: Readonly<Record<string, string>>;
}

/**
 * Joins `vocab.json` and `merges.txt` to what `tokenizer.json` would hold. Without a class in the configuration they are
 * read as GPT-2's, whose format they are.
 *
 * @param vocabulary The parsed `vocab.json`.
 * @param merges The text of `merges.txt`.
 * @param config The whole `tokenizer_config.json`, if there is one.
 * @param added The parsed `added_tokens.json`, if there is one: ids by text.
 * @throws {SyntaxError} If the class is not known, or a line of the merges is no pair.
 */
export function joinVocabulary(
  vocabulary: Part,
  merges: string,
  config: Part | null,
  added: Part | null,
): JoinedVocabulary {
  const manner = mannerOf(config);
  const ids = Object.fromEntries(vocabulary.names().map((text) => [text, vocabulary.number(text)]));
  const special = new Map<string, number>();
  const note = (text: string, id: number | undefined): void => {
    if (id !== undefined) special.set(text, id);
  };
  for (const text of added?.names() ?? []) note(text, added!.number(text));
  const tokens: Readonly<Record<string, string>> =
    config?.has("bos_token") || config?.has("eos_token")
      ? {}
      : { bos_token: manner.round?.[0] ?? manner.token, eos_token: manner.token };
  for (const text of [manner.token, ...manner.round ?? [], ...namedTokens(config)]) {
    note(text, special.get(text) ?? ids[text]);
  }
  const prefix = config?.flag("add_prefix_space", false) ?? false;
  const bytes = { type: "ByteLevel", add_prefix_space: prefix, trim_offsets: false };
  const split = {
    type: "Split",
    pattern: { Regex: manner.pattern ?? "" },
    behavior: "Isolated",
    invert: false,
  };
  const [first, last] = manner.round ?? [];
  const json = {
    normalizer: manner.composes ? { type: "NFC" } : null,
    pre_tokenizer: manner.pattern === undefined ? { ...bytes, use_regex: true } : {
      type: "Sequence",
      pretokenizers: [split, { ...bytes, use_regex: false }],
    },
    post_processor: first === undefined
      ? null
      : { type: "RobertaProcessing", cls: [first, ids[first]], sep: [last, ids[last!]] },
    decoder: { type: "ByteLevel" },
    added_tokens: [...special].map(([content, id]) => ({ id, content, special: true })),
    model: { type: "BPE", vocab: ids, merges: readMerges(merges) },
  };
  return { json, tokens };
}

/** Finds how the class that a configuration names reads the files. */
function mannerOf(config: Part | null): Manner {
  const named = config?.text("tokenizer_class", "GPT2Tokenizer") ?? "GPT2Tokenizer";
  const known = Object.keys(manners).join(", ");
  return manners[named.replace(/Fast$/, "")] ?? config!.refuse(
    "tokenizer_class",
    `one of ${known} where there is no tokenizer.json (AutoTokenizer in transformers writes one)`,
  );
}

/** The special tokens that a configuration names. */
function namedTokens(config: Part | null): string[] {
  const names = config?.names().filter((name) => name.endsWith("_token") && config.has(name)) ?? [];
  return names.flatMap((name) => {
    const value = config!.value(name);
    if (typeof value === "string") return [value];
    return typeof value === "object" ? [config!.part(name)!.text("content")] : [];
  });
}

/** Reads the lines of `merges.txt`. */
function readMerges(text: string): string[] {
  const lines = text.split(/\r?\n/);
  // The first line may say which version it is; a merge may begin with "#" as well.
  const from = lines[0]?.startsWith("#version") ? 1 : 0;
  const merges = lines.slice(from).filter((line) => line !== "");
  const wrong = merges.findIndex((line) => line.split(" ").length !== 2);
  if (wrong >= 0) {
    throw new SyntaxError(
      `Cannot read merges.txt as each line must be a pair: current value of line ${
        wrong + from + 1
      } is ${JSON.stringify(merges[wrong]!.slice(0, 40))}`,
    );
  }
  return merges;
}
