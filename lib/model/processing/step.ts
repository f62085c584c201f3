/**
 * What the ways of processing weights have in common: each rewrites a draft, slot by slot.
 *
 * @module
 */

import { drawn, type DrawnPromise, refuseUnknownOptions } from "../../show/mod.ts";
import { inSlices } from "../../tensor/mod.ts";
import { derivedModel } from "../derived_model.ts";
import type { Transformer } from "../transformer.ts";
import { WeightDraft } from "../weight_draft.ts";

/** Options for the functions that process weights. */
export interface ProcessingOptions {
  /** Stops the work; nothing is made then, and the model is as it was. */
  readonly signal?: AbortSignal;
}

/** One way of rewriting weights so that the model computes the same. */
export interface ProcessingStep {
  /** What is done, for errors, such as "fold the norms". */
  readonly purpose: string;
  /** What was done, for the provenance. */
  readonly change: string;
  /** Why a draft does not admit it, as what must hold and what does; null where it does. */
  readonly refusal: (draft: WeightDraft) => string | null;
  /** Rewrites a draft, giving way after each slot. */
  readonly apply: (draft: WeightDraft) => Generator<void, void>;
}

/** How {@linkcode processed} goes about it. */
interface Choices {
  /** Stops the work. */
  readonly signal?: AbortSignal | undefined;
  /** Whether steps that the model does not admit are left out, and named as such, rather than refused. */
  readonly leaveOut?: boolean;
}

/** Does one step that was asked for by name. */
export function processedBy(
  model: Transformer,
  name: string,
  step: ProcessingStep,
  options: ProcessingOptions,
): DrawnPromise<Transformer> {
  const work = async () => {
    refuseUnknownOptions(step.purpose, options, ["signal"]);
    return await processed(model, [[name, step]], options);
  };
  return drawn(work);
}

/** Makes a model whose weights went through some steps in turn. */
export async function processed(
  model: Transformer,
  steps: readonly [name: string, step: ProcessingStep][],
  { signal, leaveOut = false }: Choices = {},
): Promise<Transformer> {
  const draft = new WeightDraft(model.weights), changes: string[] = [];
  const work = function* (): Generator<void, void> {
    for (const [name, { purpose, change, refusal, apply }] of steps) {
      // Asked in turn, for folded norms may bring the biases that a later step folds.
      const why = refusal(draft);
      if (why === null) {
        yield* apply(draft);
        changes.push(change);
      } else if (leaveOut) {
        changes.push(`${name} left out: ${why}`);
      } else {
        throw new TypeError(`Cannot ${purpose} of ${model.provenance.name} as ${why}`);
      }
    }
  };
  try {
    signal?.throwIfAborted();
    await inSlices(work(), signal);
    return derivedModel(model, draft, { suffix: "processed", changes });
  } finally {
    draft.dispose();
  }
}
