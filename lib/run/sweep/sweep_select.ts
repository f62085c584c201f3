/**
 * A part of a sweep.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import { selectCode } from "./sweep_code.ts";
import { placeAlong, type SweepSelection } from "./sweep_place.ts";
import type { SweepAxis, SweepValues } from "./sweep_values.ts";

const purpose = "select of a sweep";

/**
 * Keeps some places of axes, examples and metrics.
 *
 * @param data What was swept.
 * @param selection What is kept of each axis, of `example` and of `metric`; the rest is kept whole.
 * @returns The part, with numbers of its own. An axis of one place that was not given as a list is gone.
 */
export function selectSweep(data: SweepValues, selection: SweepSelection): SweepValues {
  const { axes, metrics, examples } = data, names = axes.map(({ name }) => name);
  refuseUnknownOptions(purpose, selection, [...names, "example", "metric"]);
  const chosen = axes.map((axis) => placesOf(selection, axis, data.prompts));
  const variants = chosen.reduce<number[]>(
    (found, places, axis) =>
      found.flatMap((variant) =>
        places.map((place) => variant * axes[axis]!.labels.length + place)
      ),
    [0],
  );
  const numbered = Array.from({ length: examples }, (_, i) => String(i));
  const rows = placesOf(selection, { name: "example", labels: numbered });
  const labels = metrics.map(({ label }) => label);
  const columns = placesOf(selection, { name: "metric", labels });
  const table = (numbers: Float64Array, of: readonly number[]) =>
    Float64Array.from(
      of.flatMap((variant) =>
        rows.flatMap((row) =>
          columns.map((column) => numbers[(variant * examples + row) * metrics.length + column]!)
        )
      ),
    );
  const kept = axes.flatMap((axis, i) => {
    if (selection[axis.name] !== undefined && !Array.isArray(selection[axis.name])) return [];
    const take = (labels: readonly string[]) => chosen[i]!.map((place) => labels[place]!);
    const { cleanLabels } = axis;
    return [{
      ...axis,
      labels: take(axis.labels),
      ...(cleanLabels && { cleanLabels: take(cleanLabels) }),
    }];
  });
  return {
    ...data,
    ...data.code && {
      code: selectCode(data.code, {
        places: Object.fromEntries(names.map((name, i) => [name, chosen[i]!])),
        gone: names.filter((name) => !kept.some((axis) => axis.name === name)),
        examples: selection["example"] === undefined ? undefined : rows,
        metrics: columns,
      }),
    },
    axes: kept,
    shape: kept.map(({ labels }) => labels.length),
    variants: variants.map((variant) => data.variants[variant]!),
    examples: rows.length,
    metrics: columns.map((column) => metrics[column]!),
    values: table(data.values, variants),
    baseline: table(data.baseline, [0]),
    reference: data.reference && table(data.reference, [0]),
    done: Uint8Array.from(variants, (variant) => data.done[variant]!),
    skipped: Uint8Array.from(variants, (variant) => data.skipped[variant]!),
    prompts: some(data.prompts, rows),
    references: data.references && some(data.references, rows),
  };
}

/** The prompts of some examples; values that were made by hand may have none. */
const some = <T>(prompts: readonly T[], rows: readonly number[]): readonly T[] =>
  rows.flatMap((row) => row in prompts ? [prompts[row]!] : []);

/** Which places of an axis are kept. */
function placesOf(
  selection: SweepSelection,
  axis: Pick<SweepAxis, "name" | "labels">,
  prompts: SweepValues["prompts"] = [],
): readonly number[] {
  const { name, labels } = axis, given = selection[name];
  if (given === undefined) return labels.map((_, i) => i);
  const list: readonly (number | string)[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) {
    throw new RangeError(`Cannot ${purpose} as ${name} must have one place or more: there is none`);
  }
  return list.map((one) => placeAlong(purpose, axis, one, prompts));
}
