/**
 * How variants enter a wave: behind what they change, so that from there on nobody looks at their rows.
 *
 * @module
 */

import { keysStay, type Site, type Transformer } from "../../model/mod.ts";
import { type PlannedEdit, readsRun } from "../planned_edit.ts";
import type { Columns } from "../resolve.ts";
import type { FirstTouch } from "./first_touch.ts";
import { wayInto } from "./way_in.ts";

/**
 * Where a variant enters: `stream` at the beginning of a block, its stream changed; `part` within a block, in the heads and the
 * columns alone that it touches; `block` after a block, which is run with its edits; null where it edits several blocks, or
 * what is behind the last.
 */
export type Entry = "stream" | "part" | "block" | null;

/** What is known of a variant. */
export interface Entering extends FirstTouch {
  /** Its edits. */
  readonly planned: readonly PlannedEdit[];
  /** The blocks in which it edits or reads something. */
  readonly blocks: ReadonlySet<number>;
}

/**
 * Says how a variant enters.
 *
 * @param model The model.
 * @param variant The variant.
 */
export function entryOf(model: Transformer, { planned, layer, blocks, early }: Entering): Entry {
  const { layers } = model.architecture;
  const own = [...blocks].filter((block) => block >= layer);
  if (own.length !== 1 || layer < 0 || layer >= layers) return null;
  const outside = (source: Site, site: Site) => source !== site && !early.has(source);
  const reads = planned.some(({ site, plans }) =>
    Object.values(plans).some((plan) => readsRun(plan) && outside(plan.plan.source.site, site))
  );
  if (reads) return "block";
  const sites = planned.map(({ site }) => site);
  if (sites.every((site) => site === `blocks.${layer}.resid_pre`)) return "stream";
  return wayInto(model, sites) ? "part" : "block";
}

/** The last column that edits touch. */
export function lastColumn(planned: readonly PlannedEdit[]): number {
  return Math.max(...planned.flatMap(({ reach }) => reach.columns.map(lastOf)));
}

const lastOf = (columns: Columns) => "length" in columns ? Math.max(...columns) : columns.to - 1;

/** Whether rows of several lengths may be packed: positions turn by the same angles whatever the length. */
export function mayPack({ architecture }: Transformer, columns: number): boolean {
  return keysStay(architecture, 1, columns);
}
