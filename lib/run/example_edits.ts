/**
 * Which edits of a run touch one of its examples.
 *
 * @module
 */

import { type Edit, editText } from "./edit.ts";
import { indicesOf } from "./resolve.ts";

/** An example of a run. */
export interface ExampleOf {
  /** Which it is, counted from 0. */
  readonly example: number;
  /** How many there are. */
  readonly examples: number;
}

/**
 * Picks the edits that touch an example: those that name no examples, or this one. What is shown of an example speaks of no
 * others.
 *
 * @param edits The edits of the run.
 * @param which The example.
 */
export function exampleEdits(
  edits: readonly Edit[],
  { example, examples: size }: ExampleOf,
): readonly Edit[] {
  return edits.filter((edit) =>
    edit.examples === undefined ||
    indicesOf(edit.examples, { purpose: editText(edit), name: "examples", size }).includes(example)
  );
}
