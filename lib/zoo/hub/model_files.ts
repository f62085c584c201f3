/**
 * Which files of a model are fetched from a hub, and how long each may be.
 *
 * @module
 */

/** Files that say how text becomes tokens; a model may lack them. */
export const textFiles: readonly string[] = ["tokenizer.json", "tokenizer_config.json"];

/** What older models have in the place of `tokenizer.json`. */
export const olderTextFiles: readonly string[] = [
  "vocab.json",
  "merges.txt",
  "tokenizer.model",
  "spiece.model",
  "added_tokens.json",
];

/** Files that say more of special tokens, of conversations and of where a text ends; most models have some of them. */
export const extraTextFiles: readonly string[] = [
  "special_tokens_map.json",
  "chat_template.jinja",
  "generation_config.json",
];

const mebibyte = 2 ** 20;

/** The most bytes of a file by its name. */
const limits: Readonly<Record<string, number>> = {
  // As much as is read of them.
  "config.json": 4 * mebibyte,
  "model.safetensors.index.json": 4 * mebibyte,
  "tokenizer.json": 256 * mebibyte,
};

/**
 * The most bytes that a file may have.
 *
 * @param file Its name; shards of weights may have 1 TiB, files of settings 16 MiB.
 */
export function fileLimit(file: string): number {
  const own = Object.hasOwn(limits, file) ? limits[file] : undefined;
  return own ?? (file.endsWith(".safetensors") ? 2 ** 40 : 16 * mebibyte);
}
