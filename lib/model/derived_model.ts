/**
 * Models made from models.
 *
 * @module
 */

import { Transformer } from "./transformer.ts";
import type { WeightDraft } from "./weight_draft.ts";

/** How a derived model says what it is. */
export interface Derivation {
  /** One word for the name, such as "edited"; a name has it once. */
  readonly suffix: string;
  /** What was changed. */
  readonly changes: readonly string[];
}

/** Makes a model of changed weights, which it takes over. */
export function derivedModel(
  model: Transformer,
  draft: WeightDraft,
  { suffix, changes }: Derivation,
): Transformer {
  const { name, source, changes: before = [] } = model.provenance;
  const title = name.split(", ").includes(suffix) ? name : `${name}, ${suffix}`;
  const provenance = { name: title, source, changes: [...before, ...changes] };
  return new Transformer(draft.finish(), model.tokenizer, provenance);
}
