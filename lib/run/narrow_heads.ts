/**
 * Passes that come by with some heads of a block alone.
 *
 * @module
 */

import type { Site } from "../model/mod.ts";

/** The heads that a pass comes by with, in their order. */
export interface NarrowHeads {
  /** Query heads. */
  readonly queries: readonly number[];
  /** Heads of keys and values. */
  readonly keys: readonly number[];
}

/** Whether the heads of a site are those of keys and values. */
export function isOfKeys(site: Site): boolean {
  return /\.attn\.(rot_k|[kv])(_|$)/.test(site);
}

/** The heads that a pass comes by with at a site. */
export function headsAt(site: Site, heads: NarrowHeads): readonly number[] {
  return isOfKeys(site) ? heads.keys : heads.queries;
}
