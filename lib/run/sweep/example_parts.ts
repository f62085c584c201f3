/**
 * Sweeps of more prompts than the runs without edits may take memory for: some prompts at a time.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { sizesOf } from "../capture.ts";
import type { Metric } from "../metrics/mod.ts";
import { isEach, type Spans } from "../spans.ts";
import type { Sides } from "./sweep_prompts.ts";
import type { SweepValues } from "./sweep_values.ts";
import { type GridBuilder, isGridBuilder, type Variant } from "./variant.ts";
import { sitesOfWay, wayInto } from "./way_in.ts";

/** Some of the prompts of a sweep. */
export interface ExamplePart extends Sides {
  /** Which they are. */
  readonly rows: readonly number[];
}

/**
 * Cuts what is swept into parts whose runs without edits each take at most so many bytes, or hold one prompt or pair.
 *
 * Lists of edits are not cut, as an edit may name prompts by their number or hold a value for each of them; nor is what is measured
 * by a metric of all prompts together alone.
 *
 * @param sides The prompts.
 * @param call What is made of them.
 * @param memory The bytes.
 */
export function exampleParts(
  sides: Sides,
  { model, variants, metrics }: {
    readonly model: Transformer;
    readonly variants: readonly Variant[] | GridBuilder;
    readonly metrics: readonly Metric[];
  },
  memory: number,
): readonly ExamplePart[] {
  const { tokens, source, spans } = sides, count = tokens.length;
  const rows = tokens.map((_, row) => row);
  if (!isGridBuilder(variants) || !metrics.every(({ some }) => some)) return [{ ...sides, rows }];
  const longest = Math.max(...[...tokens, ...source ?? []].map(({ ids }) => ids.length));
  const each = bytesOf(model, variants, longest) * (source ? 2 : 1);
  const parts = Math.ceil(count / Math.max(1, Math.floor(memory / each)));
  return Array.from({ length: parts }, (_, part) => {
    const cut = <T>(list: readonly T[]) =>
      list.slice(Math.floor(part * count / parts), Math.floor((part + 1) * count / parts));
    const cutSpan = (own: Spans[string]): Spans[string] =>
      isEach(own) && own.length === count ? cut(own) : own;
    return {
      ...sides,
      rows: cut(rows),
      tokens: cut(tokens),
      source: source && cut(source),
      ...spans && {
        spans: Object.fromEntries(Object.entries(spans).map(([name, own]) => [name, cutSpan(own)])),
      },
    };
  });
}

/** The bytes of the streams, keys, values, captured sites and those that variants go on from, of one prompt. */
function bytesOf(model: Transformer, builder: GridBuilder, columns: number): number {
  const kept = model.match("*").filter((site) =>
    /^blocks\.\d+\.(resid_pre|attn\.[kv])$/.test(site)
  );
  const last = kept.findLast((site) => site.endsWith("resid_pre"))!, sites = builder.sites(model);
  const given = new Set(sites.flatMap((site) => {
    const way = wayInto(model, [site]);
    return way ? sitesOfWay(way) : [];
  }));
  return [...kept, last, ...sites, ...given].reduce(
    (sum, site) => sum + sizesOf(model, [site], 1, columns)[0]!.bytes,
    0,
  );
}

/**
 * Puts sweeps of the same variants over different prompts together.
 *
 * @param parts The sweeps, in the order of their prompts.
 * @param asked How many prompts there are in all.
 * @returns The sweep of all these prompts. A variant is done where it is done in every part, and was skipped where all skipped it.
 */
export function joinExamples(parts: readonly SweepValues[], asked: number): SweepValues {
  const [first] = parts as [SweepValues], { metrics, variants } = first;
  const examples = parts.reduce((sum, part) => sum + part.examples, 0);
  /** Rows of `[variant, example, metric]`, part by part within each variant. */
  const together = (count: number, of: (part: SweepValues) => Float64Array) => {
    const all = new Float64Array(count * examples * metrics.length);
    let before = 0;
    for (const part of parts) {
      const size = part.examples * metrics.length, numbers = of(part);
      for (let variant = 0; variant < count; variant++) {
        const row = numbers.subarray(variant * size, (variant + 1) * size);
        all.set(row, variant * examples * metrics.length + before);
      }
      before += size;
    }
    return all;
  };
  const all = (name: "done" | "skipped") =>
    first[name].map((_, variant) => Number(parts.every((part) => part[name][variant] === 1)));
  return {
    ...first,
    examples,
    ...examples < asked && { asked },
    values: together(variants.length, ({ values }) => values),
    baseline: together(1, ({ baseline }) => baseline),
    reference: first.reference && together(1, ({ reference }) => reference!),
    done: all("done"),
    skipped: all("skipped"),
    prompts: parts.flatMap(({ prompts }) => prompts),
    references: first.references && parts.flatMap(({ references }) => references!),
  };
}
