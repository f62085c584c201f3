/**
 * Gradients as plain data.
 *
 * @module
 */

import type { LongRow } from "../../show/mod.ts";
import { editText } from "../edit.ts";
import type { Gradients } from "./gradients_result.ts";

/** {@linkcode Gradients} as plain data. */
export interface GradientsJson extends Pick<Gradients, "model" | "rules"> {
  /** The text of each prompt. */
  readonly prompts: readonly string[];
  /** The metric, in words. */
  readonly metric: string;
  /** Its value for each example. */
  readonly values: readonly number[];
  /** The edits, in words. */
  readonly edits: readonly string[];
  /** The rows of its table. */
  readonly rows: readonly LongRow[];
}

/** Writes gradients as plain data: what was differentiated, and their rows. */
export function gradientsJson(found: Gradients): GradientsJson {
  const { model, prompts, metric, values, rules, edits } = found;
  return {
    model,
    prompts: prompts.map(({ text }) => text),
    metric: metric.label,
    values: [...values],
    rules,
    edits: edits.map(editText),
    rows: found.table().rows,
  };
}
