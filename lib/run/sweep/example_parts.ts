/**
 * Sweeps of more prompts than the runs without edits may take memory for: some prompts at a time.
 *
 * @module
 */

import type { Transformer } from "../../model/mod.ts";
import { formatNumber } from "../../show/mod.ts";
import { sizesOf } from "../capture.ts";
import { editText } from "../edit.ts";
import type { Metric } from "../metrics/mod.ts";
import { isEach, type Spans } from "../spans.ts";
import type { Sides } from "./sweep_prompts.ts";
import { comparedSites } from "./plan.ts";
import type { SweepValues } from "./sweep_values.ts";
import { type GridBuilder, isGridBuilder, type Variant } from "./variant.ts";
import { whyWhole } from "./variants_of_part.ts";
import { givenSites, sitesOfWay, wayInto } from "./way_in.ts";

/** Some of the prompts of a sweep. */
export interface ExamplePart extends Sides {
  /** Which they are. */
  readonly rows: readonly number[];
}

/** What is made of the prompts of a sweep. */
export interface PartedSweep {
  /** The model. */
  readonly model: Transformer;
  /** The variants. */
  readonly variants: readonly Variant[] | GridBuilder;
  /** What is measured. */
  readonly metrics: readonly Metric[];
}

/**
 * Cuts what is swept into parts whose runs without edits each take at most so many bytes, or hold one prompt or pair.
 *
 * @param sides The prompts.
 * @param call What is made of them.
 * @param memory The bytes.
 * @throws {RangeError} If there is not enough memory for all prompts, and an edit or a metric is of all of them together.
 */
export function exampleParts(
  sides: Sides,
  call: PartedSweep,
  memory: number,
): readonly ExamplePart[] {
  const { tokens, source, spans } = sides, count = tokens.length;
  const rows = tokens.map((_, row) => row), each = bytesOfPrompt(sides, call);
  const parts = Math.ceil(count / Math.max(1, Math.floor(memory / each)));
  if (parts === 1) return [{ ...sides, rows }];
  refuseWhole(call, { count, bytes: each * count, memory });
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

/** Refuses what cannot be had of some prompts at a time. */
function refuseWhole(
  { model, variants, metrics }: PartedSweep,
  { count, bytes, memory }: {
    readonly count: number;
    readonly bytes: number;
    readonly memory: number;
  },
): void {
  const refuse = (why: string) => {
    const needed = Math.ceil(Math.log2(bytes));
    throw new RangeError(
      `Cannot sweep ${count} prompts as their runs without edits must fit into memory, or be made one part after the other: they ` +
        `take about ${formatNumber(bytes / 2 ** 20)} MiB of ${
          formatNumber(memory / 2 ** 20)
        }, and ${why}. ` +
        `Give fewer prompts, or memory: 2 ** ${needed}`,
    );
  };
  const metric = metrics.find(({ some }) => !some);
  if (metric) {
    return refuse(
      `the metric ${metric.label} is of all prompts together; divisible() makes one that is not`,
    );
  }
  if (isGridBuilder(variants)) return;
  for (const [index, { edits }] of variants.entries()) {
    for (const edit of edits) {
      const why = whyWhole(edit, model);
      if (why) return refuse(`variant ${index} ${why}, ${editText(edit)}`);
    }
  }
}

/**
 * The bytes of the streams, keys, values, captured sites and those that variants go on from, of one prompt or pair, and of its
 * logits where a metric reads all of these.
 */
function bytesOfPrompt({ tokens, source }: Sides, call: PartedSweep): number {
  const { model, variants, metrics } = call;
  const columns = Math.max(...[...tokens, ...source ?? []].map(({ ids }) => ids.length));
  const kept = model.match("*").filter((site) =>
    /^blocks\.\d+\.(resid_pre|attn\.[kv])$/.test(site)
  );
  const last = kept.findLast((site) => site.endsWith("resid_pre"))!;
  const captured = isGridBuilder(variants)
    ? variants.sites(model)
    : [...comparedSites({ model }, variants)];
  const given = isGridBuilder(variants)
    ? captured.flatMap((site) => {
      const way = wayInto(model, [site]);
      return way ? sitesOfWay(way) : [];
    })
    : givenSites(model, variants);
  const bytes = [...kept, last, ...captured, ...new Set(given)].reduce(
    (sum, site) => sum + sizesOf(model, [site], 1, columns)[0]!.bytes,
    0,
  );
  return bytes * (source ? 2 : 1) + logitBytes(tokens, { model, metrics });
}

/** The bytes of the logits of one prompt, and of as many log-probabilities; none where metrics are sums of a few. */
function logitBytes(
  tokens: Sides["tokens"],
  { model, metrics }: Pick<PartedSweep, "model" | "metrics">,
): number {
  const context = { model, tokens };
  if (metrics.every((metric) => metric.sums?.(context))) return 0;
  const read = metrics.flatMap((metric) => metric.positions(context).map(({ length }) => length));
  return 8 * Math.max(...read) * model.architecture.vocabulary;
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
