/**
 * Text of seedling's curriculum that it was not trained on.
 *
 * @module
 */

/** A document of the held-out text. */
export interface HeldOutText {
  /** Which part of the curriculum it belongs to. */
  readonly kind: string;
  /** The text. */
  readonly text: string;
}

/**
 * Reads the held-out documents of seedling's curriculum, made under a seed that training never used.
 *
 * @example
 * ```ts
 * import { heldOutTexts } from "@innerworks/innerworks";
 * const texts = await heldOutTexts();
 * if (texts.length < 1000) throw new Error("some are missing");
 * ```
 */
export async function heldOutTexts(): Promise<readonly HeldOutText[]> {
  const text = await Deno.readTextFile(new URL("./texts/heldout.jsonl", import.meta.url));
  return text.split("\n").filter((line) => line !== "").map((line) =>
    JSON.parse(line) as HeldOutText
  );
}
