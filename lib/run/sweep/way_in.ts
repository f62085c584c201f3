/**
 * Where within a block a variant takes the run without edits up.
 *
 * @module
 */

import {
  type BlockSite,
  type GivenSite,
  headsStandAlone,
  keyHead,
  type Site,
  type Transformer,
} from "../../model/mod.ts";
import { isOfKeys, type NarrowHeads } from "../narrow_heads.ts";
import { type PlannedEdit, readsRun } from "../planned_edit.ts";
import type { Variant } from "./variant.ts";
import { blockOf } from "./first_touch.ts";

/** What of a block stays as it is before the sites that are edited. */
export interface WayIn {
  /** The block. */
  readonly layer: number;
  /** The sites from which the block goes on. */
  readonly given: readonly GivenSite[];
  /** Whether what heads mixed is made anew of their queries, keys and values, for the heads that are touched. */
  readonly heads: boolean;
  /** Whether what attention writes is changed by what the heads write that are touched. */
  readonly results: boolean;
}

/** The sites between the stream and what a head mixes that are that head's alone. */
const OF_HEADS = /^attn\.([qkv]_input|[qkv](_clipped|_normed)?|rot_[qk]|scores|pattern)$/;

/** What queries, keys and values of heads are made anew of. */
const PROJECTED: readonly BlockSite[] = ["attn.q", "attn.k", "attn.v"];

/**
 * Finds where a block is taken up whose sites are edited.
 *
 * @param model The model.
 * @param sites The sites.
 * @returns The way in; null where sites are in several blocks or outside of all, or where the whole block must be run.
 */
export function wayInto(model: Transformer, sites: readonly Site[]): WayIn | null {
  const { layers, parallel } = model.architecture;
  const [layer = -1, ...others] = new Set(sites.map((site) => blockOf(site, layers)));
  if (others.length > 0 || layer < 0 || layer >= layers) return null;
  const prefix = `blocks.${layer}.`, order = orderOf(model, layer);
  const places = sites.map((site) => order.get(site.slice(prefix.length))!);
  const at = (name: BlockSite) => order.get(name)!;
  const within = places.filter((place) => place <= at("attn_out"));
  const mixes = within.filter((place) => place < at("attn.z"));
  const names = sites.map((site) => site.slice(prefix.length));
  const alone = names.every((name) => order.get(name)! >= at("attn.z") || OF_HEADS.test(name));
  if (!alone || mixes.length > 0 && !headsStandAlone(model.architecture)) return null;
  const results = within.length > 0 && writesApart(model) &&
    within.every((place) => place === at("attn.result") || place === at("attn_out")) &&
    within.includes(at("attn.result"));
  const attention: GivenSite = !results && within.some((place) => place < at("attn_out"))
    ? "attn.z"
    : "attn_out";
  const reached = places.some((place) => place < at("mlp_in"));
  const network = !parallel && reached ? null : networkGiven(model, places, at);
  const given = network ? [attention, network] : [attention];
  return { layer, given, heads: mixes.length > 0, results };
}

/** Whether what heads write is added to the stream as it is. */
function writesApart({ architecture: { norms } }: Transformer): boolean {
  return norms !== "after" && norms !== "around";
}

/** Where the feed-forward network is taken up; null where all of it is run. */
function networkGiven(
  { architecture: { gated, mixture } }: Transformer,
  places: readonly number[],
  at: (name: BlockSite) => number,
): GivenSite | null {
  const first = Math.min(
    ...places.filter((place) => place >= at("mlp_in") && place <= at("mlp_out")),
  );
  if (first >= at("mlp_out")) return "mlp_out";
  if (mixture) return null;
  if (first >= at("mlp.post")) return "mlp.post";
  return !gated && first >= at("mlp.pre") ? "mlp.pre" : null;
}

const orders = new WeakMap<Transformer, Map<number, ReadonlyMap<string, number>>>();

/** The places of the sites of a block, found once: thousands of variants ask. */
function orderOf(model: Transformer, layer: number): ReadonlyMap<string, number> {
  const own = orders.get(model) ?? new Map<number, ReadonlyMap<string, number>>();
  orders.set(model, own);
  const prefix = `blocks.${layer}.`,
    known = own.get(layer) ??
      new Map(model.match(`${prefix}*`).map((site, i) => [site.slice(prefix.length), i]));
  own.set(layer, known);
  return known;
}

/** The sites that a way in reads of the run without edits. */
export function sitesOfWay({ layer, given, heads, results }: WayIn): readonly Site[] {
  return [...given, ...heads ? PROJECTED : [], ...results ? ["attn.z" as const] : []].map((
    name,
  ): Site => `blocks.${layer}.${name}`);
}

/** The sites that variants' ways in read of the run without edits. */
export function givenSites(
  model: Transformer,
  variants: readonly (Variant | null)[],
): ReadonlySet<Site> {
  const lists = new Map(
    variants.flatMap((variant) => {
      const names = variant?.edits.map(({ at }) => at) ?? [];
      return names.length > 0 ? [[names.join(), names] as const] : [];
    }),
  );
  return new Set([...lists.values()].flatMap((names) => {
    const way = wayInto(model, names.flatMap((at) => model.match(at, "sweep")));
    return way ? sitesOfWay(way) : [];
  }));
}

/** The heads of a block that are run or write anew where edits touch some of them. */
export function touchedHeads(model: Transformer, planned: readonly PlannedEdit[]): NarrowHeads {
  const { heads, keyValueHeads } = model.architecture;
  const range = (count: number) => Array.from({ length: count }, (_, head) => head);
  const names = (site: Site) => site.replace(/^blocks\.\d+\./, "");
  const touched = planned.filter(({ site }) =>
    OF_HEADS.test(names(site)) || names(site) === "attn.result"
  );
  // Such an edit may read other heads of its own site.
  if (touched.some(readsItself)) {
    return { queries: range(heads), keys: range(keyValueHeads) };
  }
  const groups = new Set<number>(), own = new Set<number>();
  for (const { site, reach } of touched) {
    const list = reach.indices[0] ?? range(isOfKeys(site) ? keyValueHeads : heads);
    for (const head of list) (isOfKeys(site) ? groups : own).add(head);
  }
  const keyOf = range(heads).map((head) => keyHead(model, head));
  if (groups.size === 0) {
    const queries = [...own].sort((a, b) => a - b);
    return queries.length === heads
      ? { queries, keys: range(keyValueHeads) }
      : { queries, keys: queries.map((head) => keyOf[head]!) };
  }
  // All that share keys and values are touched with them.
  for (const head of own) groups.add(keyOf[head]!);
  return {
    queries: range(heads).filter((head) => groups.has(keyOf[head]!)),
    keys: [...groups].sort((a, b) => a - b),
  };
}

const readsItself = ({ site, plans }: PlannedEdit) =>
  Object.values(plans).some((own) => readsRun(own) && own.plan.source.site === site);

/** Whether edits change what later queries read. */
export function touchesKeys(planned: readonly PlannedEdit[]): boolean {
  return planned.some(({ site }) => isOfKeys(site));
}
