/**
 * How likely a model finds given texts.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { inSlices } from "../../tensor/mod.ts";
import type { Edit } from "../edit.ts";
import { Instrument } from "../instrument.ts";
import { givePlainValues } from "../plain_run.ts";
import { logSumExp } from "../run_result.ts";

/** A prompt and a text that follows it. */
export interface Continued {
  /** The ids of the prompt. */
  readonly prompt: readonly number[];
  /** The ids of the text, as if the model had written them. */
  readonly text: readonly number[];
}

/** What texts are rated with. */
export interface RatingOptions {
  /** The edits of a generation; the examples are the prompts, and the texts stand where generated tokens stand. */
  readonly edits: readonly Edit[];
  /** Named spans of each prompt. */
  readonly spans?: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/**
 * Computes the probability of each token of texts after prompts, all in one pass.
 *
 * @param model The model.
 * @param rows The prompts with their texts.
 * @param options Edits and the spans that they name.
 * @returns For each row a probability for each token of its text, from 0 to 1.
 */
export async function rateTexts(
  model: Transformer,
  rows: readonly Continued[],
  { edits, spans }: RatingOptions,
): Promise<number[][]> {
  const longest = Math.max(...rows.map(({ prompt }) => prompt.length));
  const most = Math.max(...rows.map(({ text }) => text.length));
  if (most === 0) return rows.map(() => []);
  const starts = rows.map(({ prompt }) => longest - prompt.length);
  // Nothing follows the last token that would have to be computed; shorter texts are filled up.
  const ids = rows.map(({ prompt, text }, row) => [
    ...Array<number>(starts[row]!).fill(0),
    ...prompt,
    ...Array.from({ length: most - 1 }, (_, i) => text[i] ?? 0),
  ]);
  const window = {
    rows: rows.map(({ prompt }, row) => ({ start: starts[row]!, length: prompt.length })),
    from: 0,
    to: longest + most - 1,
    ...spans ? { spans } : {},
  };
  const mode = { generates: true }, pass = { ids, starts };
  const instrument = new Instrument(model, new Set(), edits, window, mode);
  try {
    await givePlainValues({ model, pass, edits, window, mode, instrument });
    const logits = await inSlices(model.forward(pass, instrument));
    try {
      const values = await logits.data<"float32">(), [, columns, vocabulary] = logits.shape;
      return rows.map(({ text }, row) =>
        text.map((id, i) => {
          const start = (row * columns + longest - 1 + i) * vocabulary;
          return Math.exp(values[start + id]! - logSumExp(values, start, vocabulary));
        })
      );
    } finally {
      logits.dispose();
    }
  } finally {
    instrument.dispose();
    instrument.cache.dispose();
  }
}
