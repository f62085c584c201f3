/**
 * The text that frequencies are counted in.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";
import type { Examples } from "../run/mod.ts";
import { givingWay } from "../stats/mod.ts";
import { heldOutTexts } from "../zoo/mod.ts";

/** Rows of token ids, and what they are of. */
export interface CorpusRows {
  /** The ids of each text, without special tokens at their ends. */
  readonly rows: readonly (readonly number[])[];
  /** What the texts are. */
  readonly source: string;
}

/**
 * Reads texts into rows of tokens; without any, those that seedling was not trained on.
 *
 * @param model The model, for its tokenizer.
 * @param texts Texts or token ids, one after another.
 * @param purpose What they are read for, for errors.
 * @param signal Stops the reading.
 * @throws {TypeError} If they are texts and the model has no tokenizer, or they cannot be read one after another.
 * @throws {RangeError} If an id is outside the vocabulary.
 */
export async function corpusRows(
  model: Transformer,
  texts: Examples | undefined,
  purpose: string,
  signal?: AbortSignal,
): Promise<CorpusRows> {
  const own = texts ?? (await heldOutTexts()).map(({ text }) => text);
  const rows: (readonly number[])[] = [], pause = givingWay(signal);
  const list = typeof own === "string" || (Array.isArray(own) && typeof own[0] === "number")
    ? [own]
    : own;
  if (!list || !(Symbol.iterator in Object(list) || Symbol.asyncIterator in Object(list))) {
    throw new TypeError(
      `Cannot ${purpose} as texts must be texts or token ids, one after another: current value is ${
        Deno.inspect(texts, { depth: 0 })
      }`,
    );
  }
  for await (const text of list as AsyncIterable<string | readonly number[]>) {
    rows.push(rowOf(model, text, purpose));
    await pause();
  }
  return { rows, source: texts === undefined ? "seedling's held-out text" : "the texts given" };
}

/** The ids of one text, which may be longer than the model could read at once. */
function rowOf(
  model: Transformer,
  text: string | readonly number[],
  purpose: string,
): readonly number[] {
  if (typeof text === "string") {
    if (model.tokenizer) return model.tokenizer.encode(text, { beginning: false, end: false }).ids;
    throw new TypeError(
      `Cannot ${purpose} as texts must be token ids where the model has no tokenizer: current value is ${
        JSON.stringify(text.slice(0, 40))
      }`,
    );
  }
  const { vocabulary } = model.architecture;
  const fits = Array.isArray(text) &&
    text.every((id) => Number.isInteger(id) && id >= 0 && id < vocabulary);
  if (fits) return text;
  throw new RangeError(
    `Cannot ${purpose} as token ids must be lists of integers from 0 to ${
      vocabulary - 1
    }: current value is ${Deno.inspect(text, { iterableLimit: 8, depth: 1 })}`,
  );
}
