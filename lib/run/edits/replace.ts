/**
 * Replacement by given numbers, such as those of another run (activation patching).
 *
 * @module
 */

import type { SiteName, Value, Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";

/** Puts a value in the place of what the run computed. */
export interface ReplaceEdit extends Where {
  /** What is done. */
  readonly kind: "replace";
  /** The site. */
  readonly at: SiteName;
  /** What is put there; missing leading axes are repeated. */
  readonly value: Value;
}

/**
 * Makes an edit that puts a value in the place of what the run computed.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param value What is put there. Its axes are the part's last ones: `[width]` is put at every touched position,
 * `[position, width]` at each touched position its own row, in the order in which `where` or the span gives them. At
 * `attn.pattern` weights are taken as they are, also those of later keys; later scores stay masked.
 * @param where Which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { load, ofCache, replace, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using clean = await run(model, "The capital of Poland is", { capture: ["blocks.1.resid_post"] });
 * // The last token's stream of one run in the place of the last token's of another.
 * const patch = replace("blocks.1.resid_post", ofCache(clean.cache), { positions: -1 });
 * await run(model, "The capital of France is", { edits: [patch] });
 * ```
 */
export function replace(at: SiteName, value: Value, where: Where = {}): ReplaceEdit {
  checkCall({ kind: "replace", at, given: arguments, before: 2 });
  return { kind: "replace", at, value, ...where };
}

/** How a value is put. */
export const replaceKind: EditKind<ReplaceEdit> = {
  fields: { value: "needed" },
  values: ({ value }) => ({ value }),
  change: (_edit, _, place) => place.value("value"),
};
