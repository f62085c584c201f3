/**
 * What of a sweep is run, where each variant begins and which run together.
 *
 * @module
 */

import type { Site, Transformer } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import { kindOf } from "../check_edit.ts";
import type { Edit } from "../edit.ts";
import { Instrument } from "../instrument.ts";
import { needsPlainRun } from "../planned_edit.ts";
import { isSource } from "../value_source.ts";
import type { BaseRun } from "./base_run.ts";
import { blockOf, blocksOf, type FirstTouch, firstTouch } from "./first_touch.ts";
import type { Variant } from "./variant.ts";

/** A variant that is ready to run. */
export interface PlannedVariant extends FirstTouch {
  /** Its place in the sweep. */
  readonly index: number;
  /** Makes its edits. */
  readonly instrument: Instrument;
  /** The blocks in which it edits, or reads for later edits. */
  readonly blocks: ReadonlySet<number>;
}

/** Variants that run together. */
export interface VariantGroup {
  /** The column at which they begin. */
  readonly column: number;
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
  const { model } = base, sites = new Set<Site>();
  for (const { edits } of variants.filter((own) => own !== null)) {
    for (const site of needsPlainRun(model, edits)) sites.add(site);
    for (const site of earlySources(model, edits)) sites.add(site);
    if (!comparable(edits)) continue;
    for (const { at } of edits) for (const site of model.match(at, "sweep")) sites.add(site);
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
 * @param last The last column that a variant may begin at, the first that is read.
 * @returns The variant, or null where its edits put what is there already.
 */
export function plannedVariant(
  { edits }: Variant,
  index: number,
  base: BaseRun,
  last: number,
): PlannedVariant | null {
  const { model, layout: { window } } = base;
  const instrument = new Instrument(model, new Set(), edits, window);
  instrument.givePlainValues(base.cache, false);
  const { column, ...first } = firstTouch(instrument.planned, model.architecture.layers);
  for (const site of first.early) instrument.hold(site, base.cache.get(site));
  if (edits.length === 0 || comparable(edits) && changesNothing(instrument, base)) {
    instrument.dispose();
    return null;
  }
  const blocks = blocksOf(instrument.planned, model.architecture.layers);
  return { index, instrument, ...first, column: Math.min(column, last), blocks };
}

/** Whether every edit puts what is there already. */
function changesNothing(instrument: Instrument, { cache }: BaseRun): boolean {
  const sites = new Set(instrument.planned.map(({ site }) => site));
  for (const site of sites) {
    const same = tf.tidy(() => {
      const before = cache.get(site), after = instrument.change(site, before);
      return after === before || equal(before.dataSync(), after.dataSync());
    });
    if (!same) return false;
  }
  return true;
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) {
    // Padding is NaN on both sides.
    if (a[i] !== b[i] && !(a[i] !== a[i] && b[i] !== b[i])) return false;
  }
  return true;
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
