/**
 * The tokens at both ends of products with the whole vocabulary.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { BothEnds } from "./end_list.ts";
import type { VocabularyRange } from "./vocabulary_basis.ts";
import { namedEnds, type VocabularyEnds } from "./vocabulary_ends.ts";

/** How many rows are multiplied together: a weight is read once for all of them. */
export const ROWS_TOGETHER = 2048;

/** The multiplications of one product: few enough for it to take no longer than a slice. */
const WORK = 2 ** 29.5;

/**
 * Multiplies rows with the vocabulary, a stretch of tokens after the other, and keeps the tokens at both ends of each row.
 * Many rows with few tokens at a time make better use of a weight than few rows with all of it, which is read anew for each.
 *
 * @param model The model.
 * @param rows The rows, `[row, width]`; they stay the caller's.
 * @param work How many tokens are kept at each end, and what makes `[row, vocabulary]` of rows and a stretch of tokens.
 * @returns The ends of each row.
 */
export function* productEnds(
  model: Transformer,
  rows: tf.Tensor,
  { count, project }: {
    readonly count: number;
    readonly project: (rows: tf.Tensor, range: VocabularyRange) => tf.Tensor;
  },
): Generator<void, VocabularyEnds[]> {
  const { vocabulary } = model.architecture, [total, inner] = rows.shape as [number, number];
  const found: VocabularyEnds[] = [];
  for (let from = 0; from < total; from += ROWS_TOGETHER) {
    const size = Math.min(ROWS_TOGETHER, total - from),
      own = tf.slice(rows, [from, 0], [size, inner]);
    const ends = Array.from({ length: size }, () => new BothEnds(count));
    const step = Math.max(1, Math.floor(WORK / (size * inner)));
    try {
      for (let first = 0; first < vocabulary; first += step, yield) {
        const width = Math.min(step, vocabulary - first), made = project(own, [first, width]);
        const values = made.dataSync<"float32">();
        ends.forEach((each, row) =>
          each.take(values.subarray(row * width, (row + 1) * width), first)
        );
        made.dispose();
      }
    } finally {
      own.dispose();
    }
    for (const each of ends) found.push(namedEnds(model, each));
  }
  return found;
}
