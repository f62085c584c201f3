/**
 * Where the numbers of a picture come from.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { PromptTokens } from "./prompt.ts";
import type { Transformer } from "./transformer.ts";

/** The version of the library, as `deno.json` has it. */
export const version = "0.1.0";

/** Prompts by their ids. */
type Ids = Pick<PromptTokens, "ids">;

/** A mark of prompts that come one after another: the first eight digits of the SHA-256 of their ids. */
export class PromptsMark {
  readonly #hash = createHash("sha256").update("[");
  #text: string | null = null;
  #count = 0;

  /** Takes prompts in. */
  add(prompts: readonly Ids[]): void {
    for (const { ids } of prompts) {
      this.#hash.update(`${this.#count++ > 0 ? "," : ""}${JSON.stringify(ids)}`);
    }
  }

  /** The mark of all that were taken in; no more can be then. */
  get text(): string {
    this.#text ??= this.#hash.update("]").digest("hex").slice(0, 8);
    return this.#text;
  }
}

/** What else is known of the numbers. */
export interface SourceLineOptions {
  /** The prompts, of whose ids the line has a mark. */
  readonly prompts?: readonly Ids[] | PromptsMark;
  /** The seed of chance. */
  readonly seed?: number;
}

/**
 * Says in a line which model gave some numbers: its name, where it was read from (on a hub with the commit), how its weights are
 * stored, how many changes were made since, the first eight digits of the SHA-256 of the prompts' ids, the seed, and the version
 * of the library.
 *
 * @param model The model.
 * @param options Prompts and seed.
 * @returns The line, for a caption.
 *
 * @example
 * ```ts
 * import { load, sourceLine } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const line = sourceLine(model, { prompts: model.tokenize("Mary"), seed: 1 });
 * if (!/^seedling, .* · prompt [0-9a-f]{8} · seed 1 · Innerworks /.test(line)) throw new Error(line);
 * ```
 */
export function sourceLine(model: Transformer, options: SourceLineOptions = {}): string {
  const { prompts, seed } = options, { name, source, changes = [] } = model.provenance;
  const read = [
    name,
    ...source === name ? [] : [`from ${source}`],
    model.weights.storedTypes.join(" and "),
    ...changes.length > 0
      ? [`changed ${changes.length === 1 ? "once" : `${changes.length} times`}`]
      : [],
  ].join(", ");
  return [
    read,
    ...prompts ? [`prompt ${markOf(prompts)}`] : [],
    ...seed === undefined ? [] : [`seed ${seed}`],
    `Innerworks ${version}`,
  ].join(" · ");
}

function markOf(prompts: readonly Ids[] | PromptsMark): string {
  if (prompts instanceof PromptsMark) return prompts.text;
  const mark = new PromptsMark();
  mark.add(prompts);
  return mark.text;
}
