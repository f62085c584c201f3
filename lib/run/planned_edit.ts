/**
 * Edits held against a model and the columns of a run, before anything is computed.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import type { Cache } from "./cache.ts";
import { checkEdit, kindOf } from "./check_edit.ts";
import { type Edit, editText, type Value, type Where } from "./edit.ts";
import type { AnyKind, EditTarget } from "./edit_kind.ts";
import { type Reach, reachOf } from "./selection.ts";
import { checkValue, type Fit, type GivenValue } from "./value.ts";
import { planOf, type PlanTarget, type ValuePlan } from "./value_plan.ts";
import { type CacheValue, isSource, ofCache } from "./value_source.ts";
import type { Window, WindowMode } from "./window.ts";

/** Where a value of an edit comes from. */
export type PlannedValue =
  | { readonly from: "given"; readonly value: GivenValue }
  | { readonly from: "cache"; readonly cache: Cache; readonly plan: ValuePlan }
  | { readonly from: "run"; readonly plan: ValuePlan };

/** An edit at one of its sites. */
export interface PlannedEdit {
  /** The edit. */
  readonly edit: Edit;
  /** Its place in the list. */
  readonly index: number;
  /** Its kind. */
  readonly kind: AnyKind;
  /** The site. */
  readonly site: Site;
  /** What it touches. */
  readonly reach: Reach;
  /** What it says of that. */
  readonly where: Where;
  /** The site as its kind is told of it. */
  readonly target: EditTarget;
  /** What its values have to fit. */
  readonly fit: Fit;
  /** Its values by name. */
  readonly plans: Readonly<Record<string, PlannedValue>>;
}

/**
 * The sites that a run without edits must be captured at, for edits that freeze a site at it; none for most lists.
 *
 * @param model The model.
 * @param edits The edits.
 */
export function needsPlainRun(model: Transformer, edits: readonly Edit[]): readonly Site[] {
  const sites = edits.filter((edit) => kindOf(edit).needsPlain?.(edit))
    .flatMap((edit) => sitesOf(model, edit));
  return [...new Set(sites)];
}

/** The sites of an edit; a pattern with `*` stands for all that fit, a bare name for none. */
export function sitesOf(
  model: Transformer,
  { at, kind }: Pick<Edit, "at" | "kind">,
): readonly Site[] {
  return at.includes("*") ? model.match(at, kind) : [model.site(at, kind)];
}

/**
 * Checks edits and works out what each touches.
 *
 * @throws {RangeError} If a site does not exist or an edit would touch nothing.
 * @throws {TypeError} If an edit has a field that its kind lacks, or lacks one that it must have.
 */
export function* plannedEdits(
  model: Transformer,
  edits: readonly Edit[],
  window: Window,
  mode: WindowMode,
): Generator<PlannedEdit> {
  for (const [index, edit] of edits.entries()) {
    checkEdit(edit);
    for (const site of sitesOf(model, edit)) {
      yield planned(model, edit, { index, site, window, mode });
    }
  }
}

interface Spot {
  readonly index: number;
  readonly site: Site;
  readonly window: Window;
  readonly mode: WindowMode;
}

function planned(model: Transformer, edit: Edit, { index, site, window, mode }: Spot): PlannedEdit {
  const kind = kindOf(edit), axes = model.axesOf(site), batch = window.rows.length;
  const shape = model.shapeOf(site, batch, window.to), where = kind.where?.(edit, window) ?? edit;
  // With a pattern the error names the site that does not admit the edit.
  const purpose = edit.at.includes("*") ? editText({ ...edit, at: site }) : editText(edit);
  const reach = reachOf(purpose, where, { axes, shape }, { window, mode });
  const width = axes.at(-1) === "key" ? 0 : shape.at(-1)!;
  const target: EditTarget = { model, site, axes, width, reach, window, mode };
  kind.admit?.(edit, target);
  const fit: Fit = { reach, shape, columns: mode.generates ? null : window.to };
  const values = Object.entries(kind.values?.(edit, batch) ?? {});
  const plans = values.map(([name, value]): [string, PlannedValue] => [
    name,
    plannedValue(name, value, { target, fit, where }),
  ]);
  if (reach.axes.includes("key")) refuseMasked(reach, target);
  return { edit, index, kind, site, reach, where, target, fit, plans: Object.fromEntries(plans) };
}

interface ValueSpot {
  readonly target: EditTarget;
  readonly fit: Fit;
  readonly where: Where;
}

function plannedValue(name: string, value: Value, { target, fit, where }: ValueSpot): PlannedValue {
  if (!isSource(value)) {
    checkValue(value as GivenValue, fit, name);
    return { from: "given", value: value as GivenValue };
  }
  const { model, site, reach, window, mode } = target;
  const to: PlanTarget = { reach, where, shape: fit.shape, window };
  if (value.from === "cache") return cachePlan(value, site, to);
  const source = value.at === undefined ? site : model.site(value.at, "take a value of");
  const order = model.match("*");
  if (order.indexOf(source) > order.indexOf(site)) {
    throw new RangeError(
      `Cannot ${reach.purpose} as its value must come from a site that the run reaches before: it is ${source}`,
    );
  }
  const axes = model.axesOf(source), shape = model.shapeOf(source, window.rows.length, window.to);
  return { from: "run", plan: planOf(value, { site: source, axes, shape, window, mode }, to) };
}

function cachePlan(
  value: CacheValue,
  site: Site,
  to: PlanTarget,
): PlannedValue & { from: "cache" } {
  const { cache } = value, at = (value.at ?? site) as Site;
  const source = {
    site: at,
    axes: cache.axes(at),
    shape: cache.get(at).shape,
    window: cache.window,
    mode: cache.mode,
  };
  return { from: "cache", cache, plan: planOf(value, source, to) };
}

/** Which numbers of an unedited run an edit takes. */
export function planOfCache(
  { reach, where, fit, site, target }: PlannedEdit,
  cache: Cache,
): ValuePlan {
  return cachePlan(ofCache(cache), site, { reach, where, shape: fit.shape, window: target.window })
    .plan;
}

/** Whether a value comes from this very run. */
export function readsRun(value: PlannedValue): value is PlannedValue & { readonly from: "run" } {
  return value.from === "run";
}

/** Refuses an edit of scores whose every cell is masked. */
function refuseMasked(
  { purpose, columns, keys, examples }: Reach,
  { window, site, mode }: EditTarget,
): void {
  if (!site.endsWith(".attn.scores") || keys === null) return;
  const seen = examples.some((_, at) => {
    const own = columns[at]!, key = keys[at]!;
    const query = "length" in own
      ? Math.max(...own)
      : Math.min(own.to, mode.generates ? Infinity : window.to) - 1;
    return ("length" in key ? Math.min(...key) : key.from) <= query;
  });
  if (seen) return;
  throw new RangeError(
    `Cannot ${purpose} as it must touch something: keys later than their query are masked, whatever an edit puts there`,
  );
}
