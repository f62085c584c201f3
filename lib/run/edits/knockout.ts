/**
 * Attention knockout: a query no longer sees a key.
 *
 * Geva et al., "Dissecting Recall of Factual Associations in Auto-Regressive Language Models", 2023,
 * https://arxiv.org/abs/2304.14767: the score is −∞ before the softmax, so that what is left of the row sums to 1.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import { editText, type SiteName, type Where } from "../edit.ts";
import type { EditKind, EditTarget } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";
import { columnsOf, columnsWithin, indicesOf } from "../resolve.ts";

/** Keeps queries from seeing keys. */
export interface KnockoutEdit extends Where {
  /** What is done. */
  readonly kind: "knockout";
  /** The site: scores or pattern. */
  readonly at: SiteName;
  /** Pairs of a query's and a key's position, in the place of positions and keys. */
  readonly pairs?: readonly (readonly [query: number, key: number])[];
}

/** Where attention is knocked out: its scores or pattern, or the layer by its number or as `blocks.3`. */
export type KnockoutSite = SiteName | number | `blocks.${number | "*"}`;

/**
 * Makes an edit that keeps queries from seeing keys; the rest of each row is renormalised. A query must have a key left.
 *
 * @param at A layer, or its `attn.scores` or `attn.pattern`: the numbers are the same, but an edit of scores shows in
 * the capture of scores too.
 * @param where The queries as `positions` (all where left out) or `steps`, and the `keys` that none of them sees; or
 * `pairs` of a query's and a key's position. Heads and examples as everywhere.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { knockout, load, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const edits = [knockout(2, { positions: -1, keys: [1, 2] })];
 * using result = await run(model, "The capital of Poland is", {
 *   edits,
 *   capture: ["blocks.2.attn.pattern"],
 * });
 * ```
 */
export function knockout(
  at: KnockoutSite,
  where: Where & Pick<KnockoutEdit, "pairs"> = {},
): KnockoutEdit {
  checkCall({
    kind: "knockout",
    at,
    given: arguments,
    before: 1,
    example: "{ positions: -1, keys: 0 }",
  });
  if (typeof at === "number" && !(Number.isInteger(at) && at >= 0)) {
    throw new RangeError(
      `Cannot knockout as a layer must be a whole number from 0 on, negative ones do not count from the end: ` +
        `current value is ${at}`,
    );
  }
  const site = typeof at === "number" ? `blocks.${at}` : at;
  const full = /^blocks\.(\d+|\*)$/.test(site) ? `${site}.attn.scores` : site;
  return { kind: "knockout", at: full as SiteName, ...where };
}

/** For a touched example, what columns of keys each of its columns no longer sees. */
function hiddenKeys(
  edit: KnockoutEdit,
  target: EditTarget,
  at: number,
): (column: number) => ReadonlySet<number> {
  const { reach, window, mode } = target, { purpose } = reach, row = reach.examples[at]!;
  const { start, length } = window.rows[row]!;
  if (!edit.pairs) {
    const wanted = { purpose, positions: edit.keys, name: "keys" } as const;
    const keys = columnsWithin(columnsOf(wanted, window, row, mode), 0, window.to).columns;
    const all = new Set(keys);
    return () => all;
  }
  const byQuery = new Map<number, Set<number>>();
  for (const [query, key] of placedPairs(edit.pairs, purpose, row, length)) {
    const known = byQuery.get(start + query) ?? new Set();
    byQuery.set(start + query, known.add(start + key));
  }
  return (query) => byQuery.get(query) ?? new Set();
}

/** The pairs in an example's prompt, counted from its start. */
function placedPairs(
  pairs: readonly (readonly [query: number, key: number])[],
  purpose: string,
  example: number,
  size: number,
): readonly (readonly [query: number, key: number])[] {
  const of = ` in example ${example}`;
  const at = (position: number) => indicesOf(position, { purpose, name: "pairs", size, of })[0]!;
  const found = pairs.map(([query, key]) => [at(query), at(key)] as const);
  const texts = found.map(String), twice = texts.find((pair, i) => texts.indexOf(pair) !== i);
  if (twice === undefined) return found;
  throw new RangeError(
    `Cannot ${purpose} as its pairs must differ: ${twice} stands there twice${of}`,
  );
}

/** How a key is hidden from a query. */
export const knockoutKind: EditKind<KnockoutEdit> = {
  fields: { pairs: "optional" },
  check(edit) {
    const { pairs } = edit, what = `Cannot ${editText(edit)} as`;
    if (pairs === undefined) {
      if (edit.keys !== undefined) return;
      throw new TypeError(
        `${what} it must say keys, or pairs of a query and a key: it says neither`,
      );
    }
    const other = (["positions", "keys", "steps"] as const).find((name) =>
      edit[name] !== undefined
    );
    if (other) {
      throw new TypeError(
        `${what} pairs stand in the place of positions and keys: it has ${other} too`,
      );
    }
    const fine = Array.isArray(pairs) && pairs.length > 0 &&
      pairs.every((pair) =>
        Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger)
      );
    if (fine) return;
    throw new TypeError(
      `${what} pairs must be a list of [query, key]: current value is ${JSON.stringify(pairs)}`,
    );
  },
  where(edit, { rows }) {
    const { keys: _, pairs, ...where } = edit;
    if (!pairs) return where;
    const purpose = editText(edit),
      examples = where.examples === undefined
        ? rows.map((_, i) => i)
        : indicesOf(where.examples, { purpose, name: "examples", size: rows.length });
    // A position may be said from the start and from the end, so that two pairs have one query in some prompts only.
    const placed = rows.map((): number[] => []);
    for (const example of examples) {
      const found = placedPairs(pairs, purpose, example, rows[example]!.length);
      placed[example] = [...new Set(found.map(([query]) => query))];
    }
    return { ...where, placed };
  },
  admit(edit, target) {
    const { axes, site, reach, window } = target;
    if (!axes.includes("key")) {
      throw new RangeError(
        `Cannot ${reach.purpose} as the site must be attn.scores or attn.pattern: its axes are ${
          axes.join(", ")
        }`,
      );
    }
    let hides = false;
    const { window: back, sinks } = attentionAt(target);
    reach.examples.forEach((row, at) => {
      const { start } = window.rows[row]!,
        touched = columnsWithin(reach.columns[at]!, window.from, window.to);
      const hidden = hiddenKeys(edit, target, at);
      for (const column of touched.columns) {
        let count = 0;
        for (const key of hidden(column)) count += Number(key <= column && column - key < back);
        hides ||= count > 0;
        if (sinks || count < Math.min(column - start + 1, back)) continue;
        throw new RangeError(
          `Cannot ${reach.purpose} as each query must have a key left: position ${
            column - start
          } of example ${row} ` +
            `would see nothing at ${site}`,
        );
      }
    });
    if (hides || target.mode.generates) return;
    throw new RangeError(
      `Cannot ${reach.purpose} as it must touch something: no query sees a later key${
        back < Infinity ? ", or one out of its window" : ""
      }, with or without it`,
    );
  },
  change(edit, part, place) {
    const { piece, site } = place, scores = site.endsWith("scores");
    const { window: back, sinks } = attentionAt(place);
    const examples = piece.examples.length, queries = piece.columns.length;
    const shape = [1, examples, queries, part.shape.at(-1)!];
    // What is added to scores, or what weights are multiplied by; and the rows that lose a weight.
    const mask = new Float32Array(examples * queries * piece.keys.length).fill(scores ? 0 : 1);
    const rows = new Float32Array(examples * queries);
    let cell = 0;
    piece.examples.forEach((at, example) => {
      const hidden = hiddenKeys(edit, place, at);
      piece.columns.forEach((column, query) => {
        const gone = hidden(column);
        for (const key of piece.keys) {
          if (gone.has(key) && key <= column && column - key < back) {
            mask[cell] = scores ? -Infinity : 0;
            rows[example * queries + query] = 1;
          }
          cell++;
        }
      });
    });
    if (scores) return part.add(tf.tensor(mask, shape));
    const without = part.mul<tf.Tensor>(tf.tensor(mask, shape));
    const lost = tf.tensor(rows, [1, examples, queries, 1]);
    // A row that loses nothing is divided by 1, and so stays as it is, to the bit.
    // With a sink, what is taken from keys is shared out among the other keys and the sink.
    const left = sinks ? tf.scalar(1).sub(part.sub(without).sum(-1, true)) : without.sum(-1, true);
    const sums = left.mul(lost).add(tf.scalar(1).sub(lost));
    return without.div(sums);
  },
};

/** How far back a site's queries see, and whether they may attend to nothing. */
function attentionAt({ model, site }: Pick<EditTarget, "model" | "site">): {
  window: number;
  sinks: boolean;
} {
  const { windows, sinks = false } = model.architecture;
  const layer = Number(/^blocks\.(\d+)/.exec(site)?.[1]);
  return { window: windows?.[layer] ?? Infinity, sinks };
}
