/**
 * What the heads of a block mix, where edits touch queries, keys, values, scores or patterns: the heads that are touched are run, all
 * others mix what they did.
 *
 * @module
 */

import { mixOfHeads, type Site } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { BaseRun } from "./base_run.ts";
import type { PlannedVariant } from "./plan.ts";
import { RowsObserver } from "./rows_observer.ts";

/** Variants that begin within so many columns run their heads together, from the first of these on. */
const COLUMNS = 32;

/** The most numbers of heads that are run at once. */
const NUMBERS = 2 ** 22;

/** How the heads of a variant may be run. */
export interface RowsOfMix {
  /** Variants may run together where this is the same. */
  readonly alike: string;
  /** How many may. */
  readonly most: number;
}

/** Says which variants may run their heads together, and how many. */
export function rowsOfMix(
  { heads, column }: Pick<PlannedVariant, "heads" | "column">,
  { tokens, layout: { window }, model }: Pick<BaseRun, "tokens" | "layout" | "model">,
): RowsOfMix {
  const { queries, keys } = heads!, { headWidth } = model.architecture;
  const stretch = Math.floor(column / COLUMNS), columns = window.to - stretch * COLUMNS;
  const each = tokens.length * columns * queries.length * (4 * headWidth + 2 * window.to);
  return {
    alike: [queries.length, keys.length, stretch].join(),
    most: Math.max(1, Math.floor(NUMBERS / each)),
  };
}

/** Which columns are wanted. */
export interface WantedMix {
  /** The run without edits. */
  readonly base: BaseRun;
  /** For each row and column the place among `example · position`. */
  readonly places: readonly number[];
  /** How many columns each row has. */
  readonly columns: number;
}

/**
 * Makes what all heads mix of variants' rows.
 *
 * @param variants The variants, which may run their heads together.
 * @param layer The block.
 * @param wanted The columns.
 * @returns What heads mix, `[head, variant · example, position, head_width]`; the caller's to free.
 */
export function mixOfTouched(
  variants: readonly PlannedVariant[],
  layer: number,
  { base, places, columns }: WantedMix,
): tf.Tensor {
  const first = Math.min(...variants.map(({ column }) => column));
  const plain = base.given(`blocks.${layer}.attn.z`),
    [heads, batch, all, width] = plain.shape as [
      number,
      number,
      number,
      number,
    ];
  return tf.tidy(() => {
    const made = run(variants, layer, base, first), rows = variants.length * batch;
    const slots = variants.map((own) => own.heads!.queries);
    const list = new Int32Array(heads * rows * columns), run1 = all - first;
    // Rows of heads that are touched stand behind those of the run without edits.
    for (let head = 0, at = 0; head < heads; head++) {
      for (let row = 0; row < rows; row++) {
        const slot = slots[Math.floor(row / batch)]!.indexOf(head);
        for (let column = 0; column < columns; column++) {
          const place = places[row * columns + column]!;
          list[at++] = slot < 0
            ? head * batch * all + place
            : (heads * batch * all) + (slot * rows + row) * run1 + place % all - first;
        }
      }
    }
    const both = tf.concat([plain.reshape([-1, width]), made.reshape([-1, width])]);
    return tf.gather(both, tf.tensor1d(list, "int32")).reshape([heads, rows, columns, width]);
  });
}

/** Runs the touched heads of variants from a column on, `[head, variant · example, position, head_width]`. */
function run(
  variants: readonly PlannedVariant[],
  layer: number,
  base: BaseRun,
  first: number,
): tf.Tensor {
  const { model, layout: { window } } = base, batch = base.tokens.length;
  for (const { instrument, heads } of variants) instrument.narrow(first, window.to, heads);
  const lists = (name: "queries" | "keys") => variants.map(({ heads }) => heads![name]);
  const queries = lists("queries"), keys = lists("keys");
  const part = (name: "q" | "k" | "v") => {
    const site: Site = `blocks.${layer}.attn.${name}`;
    return headsOf(base.given(site), name === "q" ? queries : keys, [first, window.to]);
  };
  const before = base.keysAndValues(layer);
  const past = first > 0
    ? { key: headsOf(before.key, keys, [0, first]), value: headsOf(before.value, keys, [0, first]) }
    : null;
  const some = {
    layer,
    first,
    length: window.to,
    heads: variants.map(({ heads }) => ({ ...heads!, rows: batch })),
    parts: { q: part("q"), k: part("k"), v: part("v") },
    past,
    stream: tf.tile(base.stream(layer, first), [variants.length, 1, 1]),
  };
  const instruments = variants.map(({ instrument }) => instrument);
  return mixOfHeads(model, some, new RowsObserver(model, batch, instruments));
}

/** Each variant's own heads of all examples, `[head, variant · example, column, head_width]`. */
function headsOf(
  x: tf.Tensor,
  heads: readonly (readonly number[])[],
  [from, to]: readonly [number, number],
): tf.Tensor {
  const [, batch, columns, width] = x.shape as [number, number, number, number];
  const count = heads[0]!.length, own = to - from;
  const list = new Int32Array(count * heads.length * batch);
  let at = 0;
  for (let slot = 0; slot < count; slot++) {
    for (const variant of heads) {
      for (let example = 0; example < batch; example++) {
        list[at++] = variant[slot]! * batch + example;
      }
    }
  }
  const cut = tf.slice(x.reshape([-1, columns, width]), [0, from, 0], [-1, own, width]);
  return tf.gather(cut, tf.tensor1d(list, "int32"))
    .reshape([count, heads.length * batch, own, width]);
}
