/**
 * The streams of a model by number: 0 enters the first block, and as many as there are blocks is the last.
 *
 * @module
 */

import type { PromptTokens, Site, Transformer } from "../model/mod.ts";

/**
 * The number of a stream, negative ones counted from the last.
 *
 * @param model The model.
 * @param layer The number, from 0 to the number of blocks.
 * @param purpose What is done with it, as an error begins after "Cannot".
 * @throws {RangeError} If there is no such stream.
 */
export function streamNumber(model: Transformer, layer: number, purpose: string): number {
  const { layers } = model.architecture, at = layer < 0 ? layers + 1 + layer : layer;
  if (Number.isInteger(at) && at >= 0 && at <= layers) return at;
  throw new RangeError(
    `Cannot ${purpose} at layer ${layer} as it must be from ${
      -layers - 1
    } to ${layers}, the streams before each block and after the last`,
  );
}

/** The site of a stream: what enters a block, or what leaves the last one. */
export function streamSite({ architecture: { layers } }: Transformer, layer: number): Site {
  return layer === layers ? `blocks.${layers - 1}.resid_post` : `blocks.${layer}.resid_pre`;
}

/**
 * The one prompt of a list: a notebook, which is not type-checked, may give several.
 *
 * @throws {RangeError} If there are several.
 */
export function onePrompt(list: readonly PromptTokens[], purpose: string): PromptTokens {
  if (list.length === 1) return list[0]!;
  throw new RangeError(`Cannot ${purpose} as there must be one prompt: there are ${list.length}`);
}

/**
 * A position counted from 0.
 *
 * @throws {RangeError} If the prompt has no such position.
 */
export function positionIn(
  { ids: { length } }: PromptTokens,
  position: number,
  purpose: string,
): number {
  const at = position < 0 ? length + position : position;
  if (Number.isInteger(at) && at >= 0 && at < length) return at;
  throw new RangeError(
    `Cannot ${purpose} at position ${position} as it must be from ${-length} to ${
      length - 1
    }, the prompt's tokens`,
  );
}
