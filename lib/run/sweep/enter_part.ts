/**
 * Variants that enter a wave within a block: of that block only what comes behind their edits is run, in the columns that these touch.
 *
 * @module
 */

import type { GivenSite, Pass } from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import { pickedColumns } from "./base_run.ts";
import type { PlannedVariant } from "./plan.ts";
import { RowsObserver } from "./rows_observer.ts";
import { mixOfTouched, rowsOfMix } from "./touched_mix.ts";
import { withResults } from "./touched_results.ts";
import type { GroupContext } from "./variant_group.ts";

/** What such variants are run with. */
export interface EnterPartContext extends GroupContext {
  /** The most tokens of a call. */
  readonly most: number;
  /** Takes variants whose streams behind the block, from a column on, are given; the streams are its own then. */
  readonly enter: (variants: readonly PlannedVariant[], column: number, stream: tf.Tensor) => void;
}

/** Columns `from` to before `to`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Runs what is left of a block for variants that begin within it.
 *
 * @param variants The variants.
 * @param layer The block.
 * @param context The run without edits, and who takes the variants.
 */
export async function enterPart(
  variants: readonly PlannedVariant[],
  layer: number,
  context: EnterPartContext,
): Promise<void> {
  const { base, readOut, most } = context, last = layer === base.model.architecture.layers - 1;
  // Of the last block only what is read goes on.
  const stretch = ({ column, to }: PlannedVariant): Stretch => ({
    from: last ? Math.max(column, readOut.first) : column,
    to,
  });
  const alike = Map.groupBy(variants, (own) => {
    const { from, to } = stretch(own), heads = own.heads && rowsOfMix(own, base);
    const { given, results } = own.way!;
    return [to - from, given, results, heads ? [heads.alike, heads.most] : []].join(" ");
  });
  for (const list of alike.values()) {
    const [first] = list as [PlannedVariant], { from, to } = stretch(first);
    const byTokens = Math.floor(most / (base.tokens.length * (to - from)));
    const byHeads = first.heads ? rowsOfMix(first, base).most : Infinity;
    for (const own of inParts(list, Math.max(1, Math.min(byTokens, byHeads)))) {
      await enterAlike(own, own.map(stretch), layer, context);
    }
  }
}

/** Runs variants that go on from the same sites in as many columns. */
async function enterAlike(
  variants: readonly PlannedVariant[],
  stretches: readonly Stretch[],
  layer: number,
  { base, signal, enter }: EnterPartContext,
): Promise<void> {
  const { model, layout: { window } } = base, batch = base.tokens.length;
  const columns = stretches[0]!.to - stretches[0]!.from, rows = variants.length * batch;
  // Every row is a variant's of an example, its columns those that the variant touches.
  const places = stretches.flatMap(({ from }) =>
    Array.from(
      { length: batch * columns },
      (_, i) => Math.floor(i / columns) * window.to + from + i % columns,
    )
  );
  const stream = base.columns(layer, places, [rows, columns]);
  const given: Partial<Record<GivenSite, tf.Tensor>> = {};
  for (const name of variants[0]!.way!.given) {
    given[name] = name === "attn.z" && variants[0]!.heads
      ? mixOfTouched(variants, layer, { base, places, columns })
      : pickedColumns(base.given(`blocks.${layer}.${name}`), places, [rows, columns]);
  }
  if (variants[0]!.way!.results) {
    const plain = given.attn_out!, wanted = { base, places, columns };
    variants.forEach(({ instrument, heads }, i) =>
      instrument.narrow(stretches[i]!.from, stretches[i]!.to, heads)
    );
    given.attn_out = withResults(variants, plain, wanted);
    plain.dispose();
  }
  variants.forEach(({ instrument }, i) => instrument.narrow(stretches[i]!.from, stretches[i]!.to));
  const ids = Array.from({ length: rows }, () => Array<number>(columns).fill(0));
  const pass: Pass = { ids, start: { layer, stream, given }, stop: layer + 1 };
  const instruments = variants.map(({ instrument }) => instrument);
  let after: tf.Tensor;
  try {
    const steps = model.forward(pass, new RowsObserver(model, batch, instruments));
    after = await inSlices(steps, signal);
  } finally {
    tf.dispose([stream, ...Object.values(given)]);
  }
  for (const [from, list] of Map.groupBy(variants.keys(), (slot) => stretches[slot]!.from)) {
    const own = list.map((slot) => variants[slot]!);
    enter(own, from, whole(after, list, { layer, from, base }));
  }
  after.dispose();
}

/** The rows of some variants with the columns that follow those that were run. */
function whole(
  after: tf.Tensor,
  slots: readonly number[],
  { layer, from, base }: {
    readonly layer: number;
    readonly from: number;
    readonly base: GroupContext["base"];
  },
): tf.Tensor {
  const batch = base.tokens.length, to = from + after.shape[1]!;
  return tf.tidy(() => {
    const list = slots.flatMap((slot) =>
      Array.from({ length: batch }, (_, example) => slot * batch + example)
    );
    const changed = tf.gather(after, tf.tensor1d(list, "int32"));
    if (to === base.layout.window.to) return changed;
    const rest = tf.tile(base.stream(layer + 1, to), [slots.length, 1, 1]);
    return tf.concat([changed, rest], 1);
  });
}

/** A list in parts of so many at most. */
export function inParts<T>(list: readonly T[], most: number): T[][] {
  return Array.from(
    { length: Math.ceil(list.length / most) },
    (_, i) => list.slice(i * most, (i + 1) * most),
  );
}
