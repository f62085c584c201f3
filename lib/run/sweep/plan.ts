/**
 * What of a sweep is run, where each variant begins and which run together.
 *
 * @module
 */

import type { Site, Transformer } from "../../model/mod.ts";
import { kindOf } from "../check_edit.ts";
import type { Edit } from "../edit.ts";
import { Instrument } from "../instrument.ts";
import { needsPlainRun } from "../planned_edit.ts";
import { isSource } from "../value_source.ts";
import type { BaseRun } from "./base_run.ts";
import { type Entry, entryOf, lastColumn } from "./entry.ts";
import { blockOf, blocksOf, type FirstTouch, firstTouch } from "./first_touch.ts";
import type { NarrowHeads } from "../narrow_heads.ts";
import type { Variant } from "./variant.ts";
import { sitesOfWay, touchedHeads, touchesKeys, type WayIn, wayInto } from "./way_in.ts";

/** A variant that is ready to run. */
export interface PlannedVariant extends FirstTouch {
  /** Its place in the sweep. */
  readonly index: number;
  /** Makes its edits. */
  readonly instrument: Instrument;
  /** The blocks in which it edits, or reads for later edits. */
  readonly blocks: ReadonlySet<number>;
  /** How it enters a wave; null where it runs in a group of its own kind. */
  readonly entry: Entry;
  /** The column after the last that the block where it enters changes. */
  readonly to: number;
  /** What of that block it leaves as it is, where it enters within. */
  readonly way: WayIn | null;
  /** The heads of that block that are run or write anew; null where there are none. */
  readonly heads: NarrowHeads | null;
}

/** Variants that run together. */
export interface VariantGroup {
  /** The column at which they begin; null in a wave, where each begins at its own. */
  readonly column: number | null;
  /** The variants, those that begin at an early layer first. */
  readonly variants: readonly PlannedVariant[];
}

/** Kinds of edits whose outcome can be told from the value of the run without edits, and no other. */
const COMPARED: ReadonlySet<string> = new Set(["replace", "zero", "mean", "scale", "add"]);

/** The sites at which it pays to compare what variants put with what is there, and those that freezes need. */
export function comparedSites(
  base: Pick<BaseRun, "model">,
  variants: readonly (Variant | null)[],
): Set<Site> {
  const { model } = base, sites = new Set<Site>(), known = new Map<string, readonly Site[]>();
  const matching = (at: string) => {
    const found = known.get(at) ?? model.match(at, "sweep");
    known.set(at, found);
    return found;
  };
  for (const { edits } of variants.filter((own) => own !== null)) {
    for (const site of needsPlainRun(model, edits)) sites.add(site);
    for (const site of earlySources(model, edits)) sites.add(site);
    if (!comparable(edits)) continue;
    for (const { at } of edits) for (const site of matching(at)) sites.add(site);
  }
  return sites;
}

/** The sites that edits read values of before the first block that they touch. */
function earlySources(model: Transformer, edits: Variant["edits"]): readonly Site[] {
  const { layers } = model.architecture;
  const read = edits.flatMap((edit) =>
    readsElsewhere(edit) ? [(edit as { readonly value: { readonly at: string } }).value.at] : []
  );
  if (read.length === 0) return [];
  const touched = edits.flatMap(({ at }) => model.match(at, "sweep"));
  const first = Math.min(...touched.map((site) => blockOf(site, layers)));
  return read.map((at) => model.site(at, "take a value of"))
    .filter((site) => blockOf(site, layers) < first);
}

const comparable = (edits: Variant["edits"]) =>
  edits.length > 0 &&
  edits.every((edit) =>
    COMPARED.has(edit.kind) && !kindOf(edit).needsPlain?.(edit) &&
    // A copy of the stream for each head is too much to keep for that, and what comes from elsewhere in the run may not be there.
    !/_input$/.test(edit.at) && !readsElsewhere(edit)
  );

/** Whether an edit takes a value of another site of its own run. */
function readsElsewhere(edit: Edit): boolean {
  const { value } = edit as { readonly value?: unknown };
  return isSource(value) && value.from === "run" && value.at !== undefined;
}

/**
 * Makes a variant ready.
 *
 * @param variant The variant.
 * @param index Its place.
 * @param base The run without edits.
 * @param read The first and the last column that are read.
 * @returns The variant, or null where its edits put what is there already, or change nothing that is read.
 */
export function plannedVariant(
  { edits }: Variant,
  index: number,
  base: BaseRun,
  read: { readonly first: number; readonly last: number },
): PlannedVariant | null {
  const { model, layout: { window } } = base;
  const instrument = new Instrument(model, new Set(), edits, window);
  instrument.givePlainValues(base.cache, false);
  const { column, ...first } = firstTouch(instrument.planned, model.architecture.layers);
  for (const site of first.early) instrument.hold(site, base.cache.get(site));
  const unread = edits.length === 0 || column > read.last;
  if (unread || comparable(edits) && changesNothing(instrument, base)) {
    instrument.dispose();
    return null;
  }
  const { planned } = instrument, blocks = blocksOf(planned, model.architecture.layers);
  const found = base.packs ? entryOf(model, { ...first, column, planned, blocks }) : null;
  const into = found === "part" ? wayInto(model, planned.map(({ site }) => site))! : null;
  // Nobody kept what that block held.
  const way = into && base.has(sitesOfWay(into)) ? into : null;
  const entry = into && !way ? "block" : found;
  const heads = way?.heads || way?.results ? touchedHeads(model, planned) : null;
  const to = touchesKeys(planned) ? window.to : lastColumn(planned) + 1;
  // Of the last block only what is read goes on.
  if (way && way.layer === model.architecture.layers - 1 && to <= read.first) {
    instrument.dispose();
    return null;
  }
  const own = { index, instrument, ...first, blocks, entry, to, way, heads };
  return { ...own, column: entry ? column : Math.min(column, read.first) };
}

/** Whether every edit puts what is there already. */
function changesNothing(instrument: Instrument, { cache }: BaseRun): boolean {
  const sites = new Set(instrument.planned.map(({ site }) => site));
  return [...sites].every((site) => instrument.leaves(site, cache.get(site)));
}

/** The work of one call: some 50 ms on a laptop, as signals are heard between two. */
const CALL = 8e9;

/**
 * How many tokens may go through a block in one call. It depends on the model alone, so that the same sweep is always cut the same
 * way, and gives the same numbers to the bit.
 */
export function tokensOfCall(
  { architecture: { width, neurons, gated, mixture } }: Transformer,
): number {
  const used = mixture ? mixture.chosen : 1;
  const token = 2 * width * (4 * width + (gated ? 3 : 2) * neurons * used);
  return Math.max(64, Math.min(4096, Math.floor(CALL / token)));
}

/** How much may run at once. */
export interface BatchLimits {
  /** How many variants a group may have. */
  readonly variants: number;
  /** How many tokens the streams of a wave may have. */
  readonly tokens: number;
}

/**
 * Puts variants into batches. Those that may enter a wave come from all over the sweep, so that a picture of some of them shows all
 * of it coarsely; the others make groups that begin at one column.
 *
 * @param variants The variants.
 * @param tokens How many tokens a variant has that begins at a column.
 * @param limits How much may run at once.
 */
export function batchesOf(
  variants: readonly PlannedVariant[],
  tokens: (column: number) => number,
  limits: BatchLimits,
): VariantGroup[] {
  const waves: PlannedVariant[][] = [], entering = variants.filter(({ entry }) => entry);
  const all = entering.reduce((sum, { column }) => sum + tokens(column), 0);
  let room = 0;
  for (const variant of spreadOut(entering)) {
    const own = tokens(variant.column);
    if (own > room) {
      // Where there are several, the first is small, so that something is seen soon.
      room = waves.length === 0 && all > limits.tokens ? limits.tokens / 4 : limits.tokens;
      waves.push([]);
    }
    waves.at(-1)!.push(variant);
    room -= own;
  }
  const groups = groupsOf(variants.filter(({ entry }) => !entry), limits.variants);
  return [...waves.map((variants) => ({ column: null, variants })), ...groups];
}

/**
 * Puts variants into groups that begin at one column, none of more than so many; groups from all over the prompt come early, so that
 * a picture of some of them shows all of it coarsely.
 */
export function groupsOf(variants: readonly PlannedVariant[], most: number): VariantGroup[] {
  const byColumn = new Map<number, PlannedVariant[]>();
  for (const variant of variants) {
    byColumn.set(variant.column, [...byColumn.get(variant.column) ?? [], variant]);
  }
  const columns = [...byColumn.keys()].sort((a, b) => a - b);
  return spreadOut(columns).flatMap((column) => {
    const own = byColumn.get(column)!.sort((a, b) => a.layer - b.layer);
    const count = Math.ceil(own.length / most), size = Math.ceil(own.length / count);
    return Array.from({ length: count }, (_, i) => ({
      column,
      variants: own.slice(i * size, (i + 1) * size),
    }));
  });
}

/** A list in an order in which any beginning is spread over all of it: the last, the middle, the quarters, and so on. */
function spreadOut<T>(list: readonly T[]): T[] {
  const order: T[] = [], seen = new Set<number>();
  for (let step = list.length; step >= 1; step = Math.floor(step / 2)) {
    for (let i = list.length - 1; i >= 0; i -= step) {
      if (!seen.has(i)) order.push(list[i]!);
      seen.add(i);
    }
  }
  return order;
}
