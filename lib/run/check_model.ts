/**
 * Refuses what is no model.
 *
 * @module
 */

import { Transformer } from "../model/mod.ts";

/**
 * Checks that a model was given: the kernel of a notebook does not check types, and `load` gives a promise.
 *
 * @param model What was given.
 * @param purpose What it was given for, such as "run".
 * @throws {TypeError} If it is none.
 */
export function checkModel(model: unknown, purpose: string): asserts model is Transformer {
  if (model instanceof Transformer) return;
  const what = model instanceof Promise
    ? "a promise; write await before load(...)"
    : typeof model === "string"
    // A name of a model has no spaces: what has is a prompt.
    ? /\s/.test(model)
      ? "text; the model comes first, and the prompt after it"
      : `text; write await load(${JSON.stringify(model)})`
    : model === null || model === undefined
    ? String(model)
    : `a value of type ${typeof model}`;
  throw new TypeError(
    `Cannot ${purpose} as the model must be one that load gives: current value is ${what}`,
  );
}
