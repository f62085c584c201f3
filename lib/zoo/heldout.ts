/**
 * Text of seedling's curriculum that it was not trained on.
 *
 * @module
 */

import { join } from "node:path";
import { shippedFiles } from "./shipped_files.ts";

/** A document of the held-out text. */
export interface HeldOutText {
  /** Which part of the curriculum it belongs to: `ioi` is the task "indirect objects", `years` is "greater-than". */
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
  const name = "heldout.jsonl";
  const folder = await shippedFiles(new URL("./texts/", import.meta.url), {
    [name]: "96f925fd3065a957185536c24a64eaedd9b8d3d302f340148d4d9647cee9b6a2",
  });
  const text = await Deno.readTextFile(join(folder, name));
  return text.split("\n").filter((line) => line !== "").map((line) =>
    JSON.parse(line) as HeldOutText
  );
}
