/**
 * Which edits of a run touch one of its examples.
 *
 * @module
 */

import type { Where } from "./edit.ts";
import { indicesOf } from "./resolve.ts";

/** An example of a run. */
export interface ExampleOf {
  /** Which it is, counted from 0. */
  readonly example: number;
  /** How many there are. */
  readonly examples: number;
}

/** What a body of a trace changed: in a line, and in which examples. */
export interface TracedEdit extends Pick<Where, "examples"> {
  /** The change in a line. */
  readonly text: string;
}

/**
 * Picks the edits that touch an example: those that name no examples, or this one. What is shown of an example speaks of no
 * others.
 *
 * @param edits The edits of the run, or what is known of them.
 * @param which The example.
 */
export function exampleEdits<E extends Pick<Where, "examples">>(
  edits: readonly E[],
  { example, examples: size }: ExampleOf,
): readonly E[] {
  const wanted = { purpose: "tell which edits touch an example", name: "examples", size };
  return edits.filter(({ examples }) =>
    examples === undefined || indicesOf(examples, wanted).includes(example)
  );
}
