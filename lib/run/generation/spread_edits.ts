/**
 * From edits of prompts to edits of the rows of a batch, where each prompt has several rows.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import { Cache } from "../cache.ts";
import { derangement } from "../derangement.ts";
import { type Edit, editText } from "../edit.ts";
import { asTensor, type GivenValue, shapeOfValue } from "../value.ts";
import { type CacheValue, isSource, ofCache, ofRun, type RunValue } from "../value_source.ts";

/** A batch in which each prompt has several rows, one after another. */
interface Copies {
  /** How many prompts there are. */
  readonly prompts: number;
  /** How many rows each has. */
  readonly copies: number;
}

/**
 * Makes edits of some prompts edits of all copies of these prompts; what an edit takes from another prompt, each copy
 * takes from that prompt's copy of the same number. Of a value with a row for each prompt, each copy has its prompt's.
 *
 * @param edits The edits; their examples are prompts.
 * @param prompts How many prompts there are.
 * @param copies How many rows each prompt has, one after another.
 * @param made Takes the tensors that are made for the edits; the caller frees them.
 * @returns The edits, their examples rows, in the same order.
 * @throws {RangeError} If an example is no prompt.
 */
export function spreadEdits(
  edits: readonly Edit[],
  prompts: number,
  copies: number,
  made: tf.Tensor[],
): readonly Edit[] {
  if (copies === 1) return edits;
  const batch = { prompts, copies };
  return edits.map((edit) => {
    const all = Array.from({ length: prompts }, (_, prompt) => prompt);
    const touched = edit.examples === undefined ? all : rowsOf(edit, edit.examples, prompts);
    const changed: Record<string, unknown> = { ...edit };
    if (edit.examples !== undefined) changed.examples = copied(touched, batch);
    for (const [name, value] of Object.entries(dealtOut(edit, prompts))) {
      if (value instanceof Cache) {
        const given = spreadCache(ofCache(value), touched, batch);
        // A cache of one row stands for any number of them, and a freeze takes nothing but a cache.
        if (given.examples === undefined) continue;
        refuseFreeze(edit, copies);
        changed[name] = given;
      } else if (isSource(value)) {
        changed[name] = value.from === "cache"
          ? spreadCache(value, touched, batch)
          : spreadRun(edit, value, touched, batch);
      } else if (name === "value" && value != null) {
        changed[name] = spreadGiven(edit, value as GivenValue, touched.length, { copies, made });
      }
    }
    return changed as unknown as Edit;
  });
}

/** The fields of an edit; a seed that deals out the rows of a batch becomes the rows that it deals out. */
function dealtOut(edit: Edit, prompts: number): Record<string, unknown> {
  if (edit.kind !== "resample" || !("seed" in edit.source)) return { ...edit };
  const rows = derangement(prompts, edit.source.seed);
  const touched = edit.examples === undefined
    ? [...rows.keys()]
    : rowsOf(edit, edit.examples, prompts);
  return { ...edit, source: ofRun({ examples: touched.map((prompt) => rows[prompt]!) }) };
}

/** The row of each copy of some prompts. */
function copied(list: readonly number[], { copies }: Copies): number[] {
  return list.flatMap((prompt) =>
    Array.from({ length: copies }, (_, copy) => prompt * copies + copy)
  );
}

/** Prompts counted from 0. */
function rowsOf(edit: Edit, examples: number | readonly number[], prompts: number): number[] {
  return ([examples].flat() as number[]).map((example) => {
    const prompt = example < 0 ? prompts + example : example;
    if (Number.isInteger(prompt) && prompt >= 0 && prompt < prompts) return prompt;
    throw new RangeError(
      `Cannot ${editText(edit)} as examples must be from ${-prompts} to ${
        prompts - 1
      }: current value is ${example}`,
    );
  });
}

/** Numbers that were given: with a row for each touched prompt these rows are repeated, else one row does for all. */
function spreadGiven(
  edit: Edit,
  value: GivenValue,
  touched: number,
  { copies, made }: { readonly copies: number; readonly made: tf.Tensor[] },
): GivenValue {
  // In every site two axes stand within the batch: those of position and width, or of query and key.
  const shape = shapeOfValue(value, editText(edit)), axis = shape.length - 3;
  if (axis < 0 || touched === 1 || shape[axis] !== touched) return value;
  const rows = Int32Array.from({ length: touched * copies }, (_, row) => Math.floor(row / copies));
  const spread = tf.tidy(() => tf.gather(asTensor(value, editText(edit)), tf.tensor1d(rows), axis));
  made.push(spread);
  return spread;
}

/** Values of another run, whose rows are not copied: each of its rows is given to all copies. */
function spreadCache(
  value: CacheValue,
  touched: readonly number[],
  { copies }: Copies,
): CacheValue {
  const { examples } = value;
  const repeated = (list: readonly number[]) =>
    list.flatMap((row) => Array<number>(copies).fill(row));
  if (examples === undefined) {
    return value.cache.window.rows.length === 1 ? value : { ...value, examples: repeated(touched) };
  }
  const list = [examples].flat() as number[];
  return list.length === 1 ? value : { ...value, examples: repeated(list) };
}

/** Values of this very run: of another prompt, the copy of the same number. */
function spreadRun(
  edit: Edit,
  value: RunValue,
  touched: readonly number[],
  batch: Copies,
): RunValue {
  if (value.examples === undefined) return value;
  const rows = rowsOf(edit, value.examples, batch.prompts);
  const each = rows.length === 1 ? touched.map(() => rows[0]!) : rows;
  return { ...value, examples: copied(each, batch) };
}

function refuseFreeze(edit: Edit, copies: number): void {
  if (edit.kind !== "freeze") return;
  throw new RangeError(
    `Cannot ${
      editText(edit)
    } as its source must have one row where each prompt has ${copies} texts: use replace() with ofCache()`,
  );
}
