/**
 * Attention knockout: a query no longer sees a key.
 *
 * Geva et al., "Dissecting Recall of Factual Associations in Auto-Regressive Language Models", 2023,
 * https://arxiv.org/abs/2304.14767: the score is −∞ before the softmax, so that what is left of the row sums to 1.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import { editText, type Positions, type SiteName, type Where } from "../edit.ts";
import type { EditKind, EditTarget } from "../edit_kind.ts";
import { columnsOf, columnsWithin, indicesOf } from "../resolve.ts";
import { positionAxis } from "../selection.ts";

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
  const site = typeof at === "number" ? `blocks.${at}` : at;
  const full = /^blocks\.(\d+|\*)$/.test(site) ? `${site}.attn.scores` : site;
  return { kind: "knockout", at: full as SiteName, ...where };
}

/** For each touched example and each of its columns, the columns of the keys that it no longer sees. */
function hiddenKeys(
  edit: KnockoutEdit,
  target: EditTarget,
  at: number,
  column: number,
): Set<number> {
  const { reach, window, mode } = target, { purpose } = reach, row = reach.examples[at]!;
  const { start, length } = window.rows[row]!;
  if (edit.pairs) {
    const index = (position: number) =>
      indicesOf(position, { purpose, name: "pairs", size: length })[0]!;
    return new Set(
      edit.pairs.filter(([query]) => start + index(query) === column)
        .map(([, key]) => start + index(key)),
    );
  }
  const keys = columnsOf(
    { purpose, positions: edit.keys as Positions, name: "keys" },
    window,
    row,
    mode,
  );
  return new Set(columnsWithin(keys, 0, window.to).columns);
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
    for (const example of examples) {
      for (const position of pairs.flat()) {
        const of = ` in example ${example}`;
        indicesOf(position, { purpose, name: "pairs", size: rows[example]!.length, of });
      }
    }
    // A position may be said from the start and from the end; where prompts differ in length all must be one way.
    const { length } = rows[0]!, alike = rows.every((row) => row.length === length);
    const queries = pairs.map(([query]) => alike && query < 0 ? query + length : query);
    return { ...where, positions: [...new Set(queries)] };
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
    reach.examples.forEach((row, at) => {
      const { start } = window.rows[row]!,
        touched = columnsWithin(reach.columns[at]!, window.from, window.to);
      for (const column of touched.columns) {
        const hidden = [...hiddenKeys(edit, target, at, column)].filter((key) => key <= column);
        hides ||= hidden.length > 0;
        if (hidden.length <= column - start) continue;
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
      `Cannot ${reach.purpose} as it must touch something: no query sees a later key, with or without it`,
    );
  },
  change(edit, part, place) {
    const { piece, axes, site } = place, batch = axes.indexOf("batch");
    const [queries, keys] = [part.shape[positionAxis(axes)]!, part.shape.at(-1)!];
    const hidden = new Uint8Array(part.shape[batch]! * queries * keys),
      rows = new Uint8Array(hidden.length / keys);
    let cell = 0;
    for (const at of piece.examples) {
      for (const column of piece.columns) {
        const gone = hiddenKeys(edit, place, at, column);
        for (const key of piece.keys) {
          const hides = gone.has(key) && key <= column;
          if (hides) rows[Math.floor(cell / keys)] = 1;
          hidden[cell++] = Number(hides);
        }
      }
    }
    const mask = (values: Uint8Array, width: number) =>
      tf.tensor(values, [1, part.shape[batch]!, queries, width], "bool").broadcastTo(part.shape);
    const scores = site.endsWith("scores");
    const without = tf.where(mask(hidden, keys), tf.fill(part.shape, scores ? -Infinity : 0), part);
    // A row that loses nothing stays as it is, to the bit.
    return scores ? without : tf.where(mask(rows, 1), without.div(without.sum(-1, true)), part);
  },
};
