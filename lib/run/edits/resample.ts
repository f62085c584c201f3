/**
 * Resample ablation: what the same site held elsewhere.
 *
 * Chan et al., "Causal Scrubbing", 2022; Zhang and Nanda, "Towards Best Practices of Activation Patching", 2024,
 * https://arxiv.org/abs/2309.16042.
 *
 * @module
 */

import { Cache } from "../cache.ts";
import { derangement } from "../derangement.ts";
import { editText, type SiteName, type Value, type Where } from "../edit.ts";
import type { EditKind } from "../edit_kind.ts";
import { checkCall, givenText } from "../edit_where.ts";
import { type CacheValue, isSource, ofCache, ofRun, type ValueWhere } from "../value_source.ts";

/** Puts what the same site held in another run, or in other rows of this batch. */
export interface ResampleEdit extends Where {
  /** What is done. */
  readonly kind: "resample";
  /** The site. */
  readonly at: SiteName;
  /** The cache of the other run, or the seed that deals out this batch's other rows. */
  readonly source: Cache | CacheValue | { readonly seed: number };
}

/**
 * Makes an edit that puts what the same site held in another run, or, from a seed, in other rows of this batch: each row
 * gets another's, none its own.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param source The cache of the other run, with its own positions by `ofCache`, or a seed.
 * @param where Which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { load, resample, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using other = await run(model, "The capital of France is", { capture: ["attn.z"] });
 * await run(model, "The capital of Poland is", {
 *   edits: [resample("blocks.*.attn.z", other.cache, { heads: 1 })],
 * });
 * ```
 */
export function resample(
  at: SiteName,
  source: Cache | CacheValue | { readonly seed: number },
  where: Where = {},
): ResampleEdit {
  checkCall({ kind: "resample", at, given: arguments, before: 2 });
  return { kind: "resample", at, source, ...where };
}

/** The value that a source stands for. */
function valueOf({ source, examples }: ResampleEdit, batch: number): Value {
  if (source instanceof Cache) return ofCache(source);
  if (isSource(source)) return source;
  const rows = derangement(batch, source.seed);
  const touched = examples === undefined
    ? [...rows]
    : list(examples).map((row) => rows[row < 0 ? batch + row : row]!);
  return ofRun({ examples: touched } as ValueWhere);
}

const list = (rows: number | readonly number[]) =>
  typeof rows === "number" ? [rows] : Array.from(rows);

/** How another run's numbers are put. */
export const resampleKind: EditKind<ResampleEdit> = {
  fields: { source: "needed" },
  check(edit) {
    const { source } = edit;
    if (source instanceof Cache || isSource(source)) return;
    if (Number.isSafeInteger(source?.seed) && Object.keys(source).length === 1) return;
    const what = `Cannot ${editText(edit)} as its source must be a cache or an integer seed`;
    if (typeof source === "object" && source !== null && "seed" in source) {
      throw new RangeError(`${what}: current seed is ${givenText(source.seed)}`);
    }
    throw new TypeError(`${what}: current value is ${givenText(source)}`);
  },
  values: (edit, batch) => ({ source: valueOf(edit, batch) }),
  change: (_edit, _, place) => place.value("source"),
};
