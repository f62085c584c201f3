/**
 * Variants made for all prompts of a sweep, for some of them.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { Cache } from "../cache.ts";
import { type Edit, editText } from "../edit.ts";
import { indicesOf } from "../resolve.ts";
import { shapeOfValue } from "../value.ts";
import { isSource, ofCache } from "../value_source.ts";
import type { ExamplePart } from "./example_parts.ts";
import type { Sides } from "./sweep_prompts.ts";
import { textOf, type Variant } from "./variant.ts";

/** Kinds of edits that treat each prompt by itself, values that they are given aside. */
const BY_ROW: ReadonlySet<string> = new Set([
  ...["zero", "scale", "knockout", "noise", "mean", "project", "freeze", "splice"],
  ...["replace", "add", "swapSubspace", "resample"],
]);

/** What an edit may be given beside where. */
type Given = Edit & {
  readonly value?: unknown;
  readonly source?: unknown;
  readonly edits?: readonly Edit[];
};

/**
 * Says why an edit cannot be made of some prompts at a time.
 *
 * @param edit The edit.
 * @param model The model.
 * @returns The reason, as it follows the edit in an error; null where it can.
 */
export function whyWhole(edit: Edit, model: Transformer): string | null {
  const { kind, at, value, source, edits } = edit as Given;
  if (!BY_ROW.has(kind)) return "may look at all prompts together";
  if (edits?.some((own) => !["zero", "scale"].includes(own.kind))) {
    return "may look at all prompts together";
  }
  if (typeof source === "object" && source !== null && "seed" in source) {
    return "takes values of other prompts";
  }
  if (value === undefined) return null;
  if (isSource(value)) {
    const other = value.from === "run" && value.examples !== undefined;
    return other ? "takes values of other prompts" : null;
  }
  const shape = shapeOfValue(value as number, editText(edit));
  const [site] = model.match(at, "sweep"), axes = model.axesOf(site!);
  const batch = shape.length - (axes.length - axes.indexOf("batch"));
  return batch >= 0 && shape[batch]! > 1 ? "holds a value for each prompt" : null;
}

/** Refuses variants that a grid made for some prompts where they name prompts by their number among all. */
export function refuseNamedExamples(variants: readonly (Variant | null)[]): void {
  for (const edit of variants.flatMap((variant) => variant?.edits ?? [])) {
    const { source } = edit as Given;
    const seeded = typeof source === "object" && source !== null && "seed" in source;
    if (edit.examples === undefined && !seeded) continue;
    throw new RangeError(
      `Cannot sweep some prompts at a time, as memory has it, as no edit of a grid may name prompts: one is ${
        editText(edit)
      }; give more memory`,
    );
  }
}

/** The variants for some prompts; edits of others alone are left out. */
export function variantsOfPart(
  variants: readonly Variant[],
  { rows }: Pick<ExamplePart, "rows">,
  { tokens }: Pick<Sides, "tokens">,
): readonly Variant[] {
  return variants.map((variant) => ({
    edits: variant.edits.flatMap((edit) => editOfPart(edit, rows, tokens.length)),
    label: textOf(variant),
  }));
}

/** An edit for some prompts, or none. */
function editOfPart(edit: Edit, rows: readonly number[], size: number): Edit[] {
  const { examples } = edit, places = new Map(rows.map((row, place) => [row, place]));
  const touched = examples === undefined
    ? Array.from({ length: size }, (_, row) => row)
    : indicesOf(examples, { purpose: editText(edit), name: "examples", size });
  const kept = touched.flatMap((row, at) => places.has(row) ? [at] : []);
  if (kept.length === 0) return [];
  const where = examples === undefined
    ? {}
    : { examples: kept.map((at) => places.get(touched[at]!)!) };
  const { value, source } = edit as Given;
  const cut = (own: unknown) =>
    ofRows(own instanceof Cache ? ofCache(own) : own, kept.map((at) => [at, touched[at]!]));
  if (edit.kind === "freeze" && source) {
    // The same, of some rows of the cache.
    const { source: _, ...rest } = edit;
    return [{ ...rest, ...where, kind: "replace", value: cut(source) } as Edit];
  }
  return [{
    ...edit,
    ...where,
    ...value !== undefined ? { value: cut(value) } : {},
    ...edit.kind === "resample" ? { source: cut(source) } : {},
  } as Edit];
}

/** A value of another run, of the rows of some touched examples: their places among all that are touched, and their numbers. */
function ofRows(value: unknown, kept: readonly (readonly [at: number, row: number])[]): unknown {
  if (!isSource(value) || value.from !== "cache") return value;
  const { cache, examples } = value, count = cache.window.rows.length;
  if (examples === undefined) {
    return count === 1 ? value : { ...value, examples: kept.map(([, row]) => row) };
  }
  if (typeof examples === "number" || examples.length === 1) return value;
  return { ...value, examples: kept.map(([at]) => examples[at]!) };
}
