/**
 * Zero ablation.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { SiteName, Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";

/** Puts zeros. */
export interface ZeroEdit extends Where {
  /** What is done. */
  readonly kind: "zero";
  /** The site. */
  readonly at: SiteName;
}

/**
 * Makes an edit that puts zeros.
 *
 * @param at The site, or a pattern with `*` for several, such as `blocks.*.attn.z`; each must have what `where` names.
 * @param where Which part of it.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { zero } from "@innerworks/innerworks";
 * const edit = zero("blocks.3.attn.z", { heads: [1, 5] });
 * if (edit.kind !== "zero") throw new Error("not an edit that zeroes");
 * ```
 */
export function zero(at: SiteName, where: Where = {}): ZeroEdit {
  checkCall({ kind: "zero", at, given: arguments, before: 1 });
  return { kind: "zero", at, ...where };
}

/** How zeros are put. */
export const zeroKind: EditKind<ZeroEdit> = {
  fields: {},
  change: (_, part) => tf.zerosLike(part),
};
