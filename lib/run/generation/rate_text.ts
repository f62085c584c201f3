/**
 * How likely a model finds a given text.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { inSlices } from "../../tensor/mod.ts";
import type { Edit } from "../edit.ts";
import { Instrument } from "../instrument.ts";
import { logSumExp } from "../run_result.ts";

/** What a text is rated with. */
export interface RatingOptions {
  /** The edits of a generation; the text stands where generated tokens stand. */
  readonly edits: readonly Edit[];
  /** Named spans of the prompt. */
  readonly spans?: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/**
 * Computes the probability of each token of a text after a prompt, in one pass.
 *
 * @param model The model.
 * @param prompt The ids of the prompt.
 * @param text The ids of the text, as if the model had written them.
 * @param options Edits and the spans that they name.
 * @returns A probability for each token of the text, from 0 to 1.
 */
export async function rateText(
  model: Transformer,
  prompt: readonly number[],
  text: readonly number[],
  { edits, spans }: RatingOptions,
): Promise<number[]> {
  if (text.length === 0) return [];
  // Nothing follows the last token that would have to be computed.
  const ids = [...prompt, ...text.slice(0, -1)];
  const window = {
    rows: [{ start: 0, length: prompt.length }],
    from: 0,
    to: ids.length,
    ...spans ? { spans } : {},
  };
  const instrument = new Instrument(model, new Set(), edits, window, { generates: true });
  try {
    const logits = await inSlices(model.forward({ ids: [ids] }, instrument));
    try {
      const values = await logits.data<"float32">(), vocabulary = logits.shape[2];
      return text.map((id, i) => {
        const start = (prompt.length - 1 + i) * vocabulary;
        return Math.exp(values[start + id]! - logSumExp(values, start, vocabulary));
      });
    } finally {
      logits.dispose();
    }
  } finally {
    instrument.dispose();
    instrument.cache.dispose();
  }
}
