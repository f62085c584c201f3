/**
 * Mean ablation.
 *
 * Wang et al., "Interpretability in the Wild", 2022, https://arxiv.org/abs/2211.00593, ablate by the mean over a
 * reference data set whose positions are aligned.
 *
 * @module
 */

import { tf } from "../../tensor/mod.ts";
import type { SiteName, Where } from "../edit.ts";
import type { EditKind, EditPlace, EditTarget } from "../edit_kind.ts";
import { checkCall, givenText } from "../edit_where.ts";
import { editText } from "../edit.ts";
import { Means } from "../means.ts";
import { positionAxis } from "../selection.ts";
import { pick } from "../value.ts";

/** Puts the mean over a data set. */
export interface MeanEdit extends Where {
  /** What is done. */
  readonly kind: "mean";
  /** The site. */
  readonly at: SiteName;
  /** The means. */
  readonly source: Means;
}

/**
 * Makes an edit that puts what a site holds on average over a data set: with means by position, at each position of the
 * prompt that position's own mean, for which prompts must be as long as those of the data set.
 *
 * @param at The site, or a pattern with `*` for several.
 * @param source The means, as `meanOver` takes them.
 * @param where Which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { load, mean, meanOver, run } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const means = await meanOver(model, ["One day.", "Two keys."], { sites: ["attn.z"] });
 * await run(model, "The capital of Poland is", {
 *   edits: [mean("blocks.3.attn.z", means, { heads: 1 })],
 * });
 * ```
 */
export function mean(at: SiteName, source: Means, where: Where = {}): MeanEdit {
  checkCall({ kind: "mean", at, given: arguments, before: 2 });
  return { kind: "mean", at, source, ...where };
}

/** How a mean is put. */
export const meanKind: EditKind<MeanEdit> = {
  fields: { source: "needed" },
  check(edit) {
    if (edit.source instanceof Means) return;
    throw new TypeError(
      `Cannot ${editText(edit)} as its source must be the means over a data set: ` +
        `current value is ${givenText(edit.source, "")}`,
    );
  },
  admit(edit, target) {
    const { site, axes, reach, window } = target, { axes: own, shape } = edit.source.of(site);
    const place = positionOf(own), wanted = expected(axes, place >= 0);
    const sizes = target.model.shapeOf(site, 1, 1);
    const fits = own.join() === wanted.join() &&
      own.every((axis, i) =>
        ["position", "query", "key"].includes(axis) || shape[i] === sizes[axes.indexOf(axis)]
      );
    if (!fits) {
      throw new TypeError(
        `Cannot ${reach.purpose} as the means must be [${wanted.join(", ")}]: they are [${
          own.join(", ")
        }] of sizes ${shape.join(", ")}`,
      );
    }
    if (place < 0) return;
    for (const row of reach.examples) {
      const { length } = window.rows[row]!;
      if (length === shape[place]) continue;
      throw new RangeError(
        `Cannot ${reach.purpose} as means by position are over prompts of ${
          shape[place]
        } tokens, and the prompt ` +
          `must be as long: example ${row} has ${length}`,
      );
    }
    if (target.mode.generates && edit.positions === undefined && edit.steps !== "prompt") {
      throw new RangeError(
        `Cannot ${reach.purpose} as generated tokens have no mean by position: say positions, or steps "prompt"`,
      );
    }
  },
  change(edit, part, place) {
    const { axes: own } = edit.source.of(place.site), at = positionOf(own);
    // Heads and neurons first, then the positions of each example, which padding may shift.
    const fixed = own.reduce<tf.Tensor>((mean, axis, i) => {
      const list = axis === "position" || axis === "query" || axis === "key"
        ? null
        : place.reach.indices[place.axes.indexOf(axis)]!;
      return list ? pick(mean, i, list) : mean;
    }, edit.source.get(place.site));
    const batch = place.axes.indexOf("batch"), query = positionAxis(place.axes);
    if (at < 0) {
      return tf.broadcastTo(fixed.expandDims(batch).expandDims(query), part.shape);
    }
    const each = place.piece.examples.map((example) => rowsOf(fixed, own, example, place));
    return tf.concat(
      each.map((rows) => tf.broadcastTo(rows.expandDims(batch), oneOf(part, batch))),
      batch,
    );
  },
};

/** The means of an example's touched positions. */
function rowsOf(
  mean: tf.Tensor,
  own: readonly string[],
  example: number,
  { reach, window, piece }: EditPlace,
): tf.Tensor {
  const { start } = window.rows[reach.examples[example]!]!;
  const rows = pick(mean, positionOf(own), piece.columns.map((column) => column - start));
  const key = own.indexOf("key");
  return key < 0 ? rows : pick(rows, key, piece.keys.map((column) => column - start));
}

/** The shape of one example of a part. */
function oneOf(part: tf.Tensor, batch: number): number[] {
  return part.shape.map((size, i) => i === batch ? 1 : size);
}

/** The axis of positions in a mean; −1 where positions were averaged over. */
function positionOf(own: readonly string[]): number {
  return positionAxis(own);
}

/** The axes that a mean of a site must have. */
function expected(axes: EditTarget["axes"], byPosition: boolean): string[] {
  const gone = byPosition ? ["batch"] : ["batch", "position", "query"];
  return axes.filter((axis) => !gone.includes(axis));
}
