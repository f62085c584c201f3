/**
 * What must hold between the prompts of one batch.
 *
 * @module
 */

import type { PromptTokens } from "../model/mod.ts";

/**
 * The one length of all prompts.
 *
 * @throws {RangeError} If their lengths differ; the error names the first that does.
 */
export function sameLength(prompts: readonly PromptTokens[]): number {
  const length = prompts[0]!.ids.length;
  const odd = prompts.findIndex(({ ids }) => ids.length !== length);
  if (odd < 0) return length;
  throw new RangeError(
    `Cannot run prompts of different lengths in one batch as they must have as many tokens as the first, ${length}: ` +
      `prompt ${odd} has ${prompts[odd]!.ids.length}; run it by itself`,
  );
}
