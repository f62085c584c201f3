/**
 * Edits by a function.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import { editText, type SiteName, type Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall, givenText } from "../edit_where.ts";

/** Runs a function on the touched part alone. */
export interface ApplyEdit extends Where {
  /** What is done. */
  readonly kind: "apply";
  /** The site. */
  readonly at: SiteName;
  /** Takes the touched part, its axes in the site's order, and returns what takes its place, of the same shape. */
  readonly change: (part: tf.Tensor) => tf.Tensor;
}

/**
 * Makes an edit that runs a function on the touched part; it must be synchronous.
 *
 * It is called once for all examples whose touched columns are the same, so that prompts of different lengths may come
 * one after the other, and in a generation once a pass.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param change Takes the part and returns what takes its place, of the same shape.
 * @param where Which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { apply } from "@innerworks/innerworks";
 * const edit = apply("blocks.0.mlp.post", (x) => x.clipByValue(0, 1));
 * if (edit.kind !== "apply") throw new Error("not an edit by a function");
 * ```
 */
export function apply(
  at: SiteName,
  change: (part: tf.Tensor) => tf.Tensor,
  where: Where = {},
): ApplyEdit {
  checkCall({ kind: "apply", at, given: arguments, before: 2 });
  return { kind: "apply", at, change, ...where };
}

/** How a function is applied. */
export const applyKind: EditKind<ApplyEdit> = {
  fields: { change: "needed" },
  check(edit) {
    if (typeof edit.change === "function") return;
    throw new TypeError(
      `Cannot ${editText(edit)} as the change must be a function: current value is ${
        givenText(edit.change)
      }`,
    );
  },
  change: (edit, part) =>
    returned(`${editText(edit)} as the function`, edit.change(part), part.shape),
};

/**
 * What a function of the user's returned, if it is a tensor of a shape.
 *
 * @param what The function, as an error begins after "Cannot".
 * @param result What it returned.
 * @param shape The shape that it had to keep.
 * @throws {TypeError} If it is something else.
 */
export function returned(what: string, result: unknown, shape: readonly number[]): tf.Tensor {
  if (!(result instanceof tf.Tensor)) {
    throw new TypeError(
      `Cannot ${what} must return a tensor, and not a promise of one: it returned ${
        result instanceof Promise ? "a promise" : result === null ? "null" : typeof result
      }`,
    );
  }
  if (result.shape.join() === shape.join()) return result.cast("float32");
  throw new TypeError(
    `Cannot ${what} must return the shape that it was given: it made [${
      result.shape.join(", ")
    }] of [${shape.join(", ")}]`,
  );
}
