/**
 * Freezing: a part of the model that no longer answers to the other edits.
 *
 * @module
 */

import { Cache } from "../cache.ts";
import { editText, type SiteName, type Value, type Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall, givenText } from "../edit_where.ts";
import { ofCache } from "../value_source.ts";

/** Holds a site at what it was in another run. */
export interface FreezeEdit extends Where {
  /** What is done. */
  readonly kind: "freeze";
  /** The site. */
  readonly at: SiteName;
  /** The cache of the other run; left out, it is this run without edits. */
  readonly source?: Cache;
}

/**
 * Makes an edit that holds a site, such as `blocks.*.attn.pattern` or `blocks.*.ln2.scale`, at what it is without the
 * other edits, or at what a cache holds.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param where The cache as `source`, and which part of the site. Without a cache the run is made once more, unedited.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { freeze, load, run, zero } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * // What a head does to the logits by its own output alone, the later patterns staying as they were.
 * const edits = [zero("blocks.0.attn.z", { heads: 1 }), freeze("blocks.*.attn.pattern")];
 * await run(model, "The capital of Poland is", { edits });
 * ```
 */
export function freeze(
  at: SiteName,
  where: Where & { readonly source?: Cache } = {},
): FreezeEdit {
  checkCall({ kind: "freeze", at, given: arguments, before: 1 });
  return { kind: "freeze", at, ...where };
}

/** How a site is frozen. */
export const freezeKind: EditKind<FreezeEdit> = {
  fields: { source: "optional" },
  check(edit) {
    if (edit.source === undefined || edit.source instanceof Cache) return;
    throw new TypeError(
      `Cannot ${editText(edit)} as its source must be a cache, or left out: current value is ${
        givenText(edit.source)
      }`,
    );
  },
  admit(edit, { mode, reach }) {
    if (edit.source || !mode.generates || edit.positions !== undefined || edit.steps === "prompt") {
      return;
    }
    throw new RangeError(
      `Cannot ${reach.purpose} as generated tokens have no unedited run: say positions, steps "prompt", or a source`,
    );
  },
  needsPlain: ({ source }) => source === undefined,
  // Annotated for callers whose compiler tells "missing" from "undefined" otherwise than ours.
  values: ({ source }): Readonly<Record<string, Value>> =>
    source ? { source: ofCache(source) } : {},
  change: (_edit, _, place) => place.value("source"),
};
