/**
 * Interchange within a subspace alone, as distributed alignment search does.
 *
 * Geiger et al., "Finding Alignments Between Interpretable Causal Variables and Distributed Neural Representations",
 * 2023, https://arxiv.org/abs/2303.02536.
 *
 * @module
 */

import { checkBasis, projected } from "../basis.ts";
import type { SiteName, Value, Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";
import type { GivenValue } from "../value.ts";

/** Puts a value's part within a subspace, and leaves the rest. */
export interface SwapSubspaceEdit extends Where {
  /** What is done. */
  readonly kind: "swapSubspace";
  /** The site. */
  readonly at: SiteName;
  /** The rows that span the subspace, `[rank, width]`, or one row. */
  readonly basis: GivenValue;
  /** Where the part within the subspace comes from. */
  readonly value: Value;
}

/**
 * Makes an edit that puts the part of a value that lies in a subspace in the place of the run's own, and leaves what is
 * at right angles to it.
 *
 * @param at The site, or a pattern with `*` for several; its last axis must be a space of vectors.
 * @param basis The rows that span the subspace, independent as for `project`.
 * @param value Numbers, or those of another run by `ofCache`, or of another row by `ofRun`.
 * @param where Which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { ofRun, swapSubspace } from "@innerworks/innerworks";
 * const edit = swapSubspace("blocks.2.resid_post", [1, 0, 0], ofRun({ examples: 1 }), { examples: 0 });
 * if (edit.kind !== "swapSubspace") throw new Error("not an edit that swaps");
 * ```
 */
export function swapSubspace(
  at: SiteName,
  basis: GivenValue,
  value: Value,
  where: Where = {},
): SwapSubspaceEdit {
  checkCall({ kind: "swapSubspace", at, given: arguments, before: 3 });
  return { kind: "swapSubspace", at, basis, value, ...where };
}

/** How a part within a subspace is put. */
export const swapSubspaceKind: EditKind<SwapSubspaceEdit> = {
  fields: { basis: "needed", value: "needed" },
  without: { neurons: "a subspace is one of whole vectors" },
  admit: ({ basis }, { axes, width, reach }) =>
    checkBasis(basis, { purpose: reach.purpose, axes, width }),
  values: ({ value }) => ({ value }),
  change: ({ basis }, part, place) =>
    part.add(projected(place.value("value").sub(part), basis, place.reach.purpose)),
};
