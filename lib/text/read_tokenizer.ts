/**
 * Reads the tokenizer of a checkpoint from its folder.
 *
 * @module
 */

import { join } from "node:path";
import { readSentencePiece } from "./sentence_piece.ts";
import { Tokenizer } from "./tokenizer.ts";
import { Part } from "./tokenizer_json.ts";
import { joinVocabulary } from "./vocabulary_files.ts";

/** The files of a checkpoint that its tokenizer is read from, those that a hub may lack included. */
export const tokenizerFiles: readonly string[] = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "generation_config.json",
  "config.json",
  "vocab.json",
  "merges.txt",
  "tokenizer.model",
  "spiece.model",
];

/** Files of tokenizers that are not read, for what to do instead. */
const foreign = ["vocab.txt", "tekken.json", "tokenizer.tiktoken", "qwen.tiktoken", "vocab.bpe"];

/**
 * Reads the tokenizer of a checkpoint from its folder: `tokenizer.json`, else `vocab.json` with `merges.txt`, else
 * SentencePiece's `tokenizer.model` or `spiece.model`; with it what other files say of special tokens, chats and the end
 * of a text.
 *
 * @param folder The path of the folder.
 * @returns The tokenizer; null if the folder has no file of one.
 * @throws {SyntaxError} If a file is not what it must be; the message begins with `Cannot read <file> as`.
 *
 * @example Usage
 * ```ts
 * import { readTokenizer } from "@innerworks/innerworks";
 *
 * console.log(await readTokenizer("no/such/folder")); // null
 * ```
 */
export async function readTokenizer(folder: string): Promise<Tokenizer | null> {
  const part = async (name: string): Promise<Part | null> => {
    const text = await read(join(folder, name));
    return text === null ? null : Part.whole(join(folder, name), parsed(join(folder, name), text));
  };
  const config = merged(
    await part("tokenizer_config.json"),
    await part("special_tokens_map.json"),
    join(folder, "tokenizer_config.json"),
  );
  const options = {
    file: join(folder, "tokenizer.json"),
    generationConfig: (await part("generation_config.json") ?? await part("config.json"))?.fields,
    chatTemplate: await readTemplates(folder),
  };
  const whole = await part("tokenizer.json");
  if (whole !== null) return Tokenizer.fromJson(whole.fields, config?.fields, options);

  const vocabulary = await part("vocab.json");
  const merges = await read(join(folder, "merges.txt"));
  if (vocabulary !== null && merges !== null) {
    const added = await part("added_tokens.json");
    const { json, tokens } = joinVocabulary(vocabulary, merges, config, added);
    return Tokenizer.fromJson(json, { ...tokens, ...config?.fields }, options);
  }
  for (const name of ["tokenizer.model", "spiece.model"]) {
    const file = join(folder, name);
    const bytes = await found(file, "file", Deno.readFile(file));
    if (bytes === null) continue;
    return Tokenizer.fromJson(readSentencePiece(bytes, file, config), config?.fields, options);
  }
  const lone = vocabulary !== null ? "merges.txt" : merges !== null ? "vocab.json" : null;
  if (lone !== null) {
    throw new SyntaxError(
      `Cannot read ${
        join(folder, lone)
      } as it must stand beside the other half of the vocabulary: there is none`,
    );
  }
  for (const name of foreign) await refuse(join(folder, name));
  return null;
}

/** Says what to do with a file that is not read, if it is there. */
async function refuse(file: string): Promise<void> {
  if (await found(file, "file", Deno.stat(file)) === null) return;
  throw new SyntaxError(
    `Cannot read ${file} as a tokenizer must be in tokenizer.json, vocab.json with merges.txt, or tokenizer.model: ` +
      "AutoTokenizer.from_pretrained(...).save_pretrained(...) of transformers writes a tokenizer.json",
  );
}

/** Joins the names of special tokens to a configuration, which goes before them. */
function merged(config: Part | null, tokens: Part | null, file: string): Part | null {
  if (tokens === null) return config;
  return Part.whole(file, { ...tokens.fields, ...config?.fields });
}

/** Reads the chat templates that stand in files of their own, by name. */
async function readTemplates(folder: string): Promise<Record<string, string>> {
  const templates: Record<string, string> = {};
  const main = await read(join(folder, "chat_template.jinja"));
  if (main !== null) templates["default"] = main;
  const more = join(folder, "additional_chat_templates");
  if (await found(more, "folder", Deno.stat(more)) === null) return templates;
  for await (const { name } of Deno.readDir(more)) {
    const text = name.endsWith(".jinja") ? await read(join(more, name)) : null;
    if (text !== null) templates[name.slice(0, -".jinja".length)] = text;
  }
  return templates;
}

/** Reads a text file; null if there is none. */
function read(file: string): Promise<string | null> {
  return found(file, "text file", Deno.readTextFile(file));
}

/** Waits for a file; null if there is none. */
async function found<T>(file: string, kind: string, content: Promise<T>): Promise<T | null> {
  try {
    return await content;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new SyntaxError(
      `Cannot read ${file} as it must be a readable ${kind}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file} as it must be JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
