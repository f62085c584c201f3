/**
 * Where a variant first differs from the run without edits.
 *
 * @module
 */

import type { Site } from "../../model/mod.ts";
import { type PlannedEdit, readsRun } from "../planned_edit.ts";
import type { Columns } from "../resolve.ts";

/** Where a run may be taken up, so that all edits of a variant still come. */
export interface FirstTouch {
  /** The block; −1 where the embedding is edited, the number of layers where only what follows the last block is. */
  readonly layer: number;
  /** The column. */
  readonly column: number;
  /** The sites before that block whose values edits read: what the run without edits held there. */
  readonly early: ReadonlySet<Site>;
}

/**
 * Finds the first block and the first column that edits touch, or read values of once something is touched.
 *
 * @param edits The edits at each of their sites.
 * @param layers How many layers the model has.
 */
export function firstTouch(edits: readonly PlannedEdit[], layers: number): FirstTouch {
  const layer = Math.min(layers, ...edits.map(({ site }) => blockOf(site, layers)));
  const early = new Set<Site>();
  let column = Infinity;
  for (const planned of edits) {
    const { reach, plans } = planned, weightless = leavesUnseen(planned);
    reach.columns.forEach((own, at) => {
      const keys = weightless ? reach.keys?.[at] : undefined;
      column = Math.min(column, Math.max(firstOf(own), keys ? firstOf(keys) : 0));
    });
    for (const plan of Object.values(plans)) {
      if (!readsRun(plan)) continue;
      const { source, columns, keys } = plan.plan;
      if (blockOf(source.site, layers) < layer) {
        early.add(source.site);
        continue;
      }
      for (const own of [...columns, ...keys ?? []]) column = Math.min(column, firstOf(own));
    }
  }
  return { layer, column: column === Infinity ? 0 : column, early };
}

/** Kinds of edits that leave a weight of 0 as it is. */
const FACTORS: ReadonlySet<string> = new Set(["zero", "scale", "knockout"]);

/** Whether a query stays as it is that does not see the key: an edit may put weight on later keys, but not raise their scores. */
function leavesUnseen({ site, edit }: PlannedEdit): boolean {
  return !site.endsWith(".attn.pattern") || FACTORS.has(edit.kind);
}

/** The blocks in which edits touch or read something. */
export function blocksOf(edits: readonly PlannedEdit[], layers: number): ReadonlySet<number> {
  return new Set(edits.flatMap(({ site, plans }) => [
    blockOf(site, layers),
    ...Object.values(plans).flatMap((plan) =>
      readsRun(plan) ? [blockOf(plan.plan.source.site, layers)] : []
    ),
  ]));
}

/** The block of a site; −1 before the first, the number of layers after the last. */
export function blockOf(site: Site, layers: number): number {
  const block = /^blocks\.(\d+)\./.exec(site)?.[1];
  if (block !== undefined) return Number(block);
  return /^(pos_)?embed/.test(site) ? -1 : layers;
}

function firstOf(columns: Columns): number {
  if (!("length" in columns)) return columns.from;
  return columns.length === 0 ? Infinity : Math.min(...columns);
}
