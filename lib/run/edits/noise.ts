/**
 * Gaussian noise, as causal tracing adds to the embeddings of a subject.
 *
 * Meng et al., "Locating and Editing Factual Associations in GPT", 2022, https://arxiv.org/abs/2202.05262.
 *
 * @module
 */

import { RandomStream } from "../../stats/mod.ts";
import { tf } from "../../tensor/mod.ts";
import type { SiteName, Where } from "../edit.ts";
import type { EditKind, EditPlace } from "../edit_kind.ts";
import { checkCall } from "../edit_where.ts";
import { finite, seedOf } from "../edit_number.ts";
import { positionAxis } from "../selection.ts";

/** Adds normal noise. */
export interface NoiseEdit extends Where {
  /** What is done. */
  readonly kind: "noise";
  /** The site. */
  readonly at: SiteName;
  /** The standard deviation of each number's noise. */
  readonly deviation: number;
  /** What the noise is drawn from. */
  readonly seed: number;
}

/**
 * Makes an edit that adds normal noise. The noise of a token depends on the seed, the site, the number of its example and
 * its position alone: not on padding, on other examples, on which part is touched, or on how the run is cut into passes.
 * All texts that `generate` writes after a prompt have the noise that `run` gives that prompt.
 *
 * @param at The site, or a pattern with `*` for several, each with noise of its own.
 * @param options The deviation, the seed, and which part of the site.
 * @throws {RangeError} If the deviation is negative or not finite, or the seed is no integer.
 *
 * @example
 * ```ts
 * import { noise } from "@innerworks/innerworks";
 * const edit = noise("embed", { deviation: 0.3, seed: 1, positions: { from: 0, to: 2 } });
 * if (edit.deviation !== 0.3) throw new Error("the deviation is lost");
 * ```
 */
export function noise(
  at: SiteName,
  options: Where & { readonly deviation: number; readonly seed: number },
): NoiseEdit {
  const example = "{ deviation: 0.1, seed: 0 }";
  checkCall({ kind: "noise", at, given: arguments, before: 1, example });
  const { deviation, seed, ...where } = options ?? {};
  const edit: NoiseEdit = { kind: "noise", at, deviation, seed, ...where };
  noiseKind.check!(edit);
  return edit;
}

/** How noise is added. */
export const noiseKind: EditKind<NoiseEdit> = {
  fields: { deviation: "needed", seed: "needed" },
  check({ deviation, seed }) {
    if (finite(deviation, "deviation") < 0) {
      throw new RangeError(
        `Cannot make an edit as its deviation must be 0 or more: current value is ${deviation}`,
      );
    }
    seedOf(seed);
  },
  change: (edit, part, place) => part.add(drawn(edit, part, place)),
};

/** The noise of a part. Each token's is drawn for all heads and neurons, and those that are touched are taken. */
function drawn({ deviation, seed }: NoiseEdit, part: tf.Tensor, place: EditPlace): tf.Tensor {
  const { axes, piece, reach, window, model, site } = place;
  const batch = axes.indexOf("batch"), query = positionAxis(axes), key = axes.indexOf("key");
  // A pass may come by with the touched heads alone.
  const shape = model.shapeOf(site, 1, 1), heads = axes[0] === "head" ? shape[0]! : 1;
  const headList = axes[0] === "head" ? reach.indices[0] ?? range(heads) : [0];
  const values = new Float32Array(part.size),
    rows = part.shape[batch]!,
    columns = part.shape[query]!;
  const width = part.shape.at(-1)!;
  for (let row = 0; row < rows; row++) {
    const place = reach.examples[piece.examples[row]!]!;
    const { start, example = place } = window.rows[place]!;
    const lasts = key < 0
      ? reach.indices.at(-1) ?? range(shape.at(-1)!)
      : piece.keys.map((column) => column - start);
    const count = Math.max(...lasts) + 1;
    for (let column = 0; column < columns; column++) {
      const label = `noise/${site}/${example}/${piece.columns[column]! - start}`;
      const random = new RandomStream(seed, label);
      // Keys stand outside and heads inside, so that more keys leave the noise of the first ones as it is.
      const token = Float64Array.from({ length: heads * count }, () => random.normal());
      headList.forEach((head, h) =>
        lasts.forEach((last, i) => {
          values[((h * rows + row) * columns + column) * width + i] = deviation *
            token[last * heads + head]!;
        })
      );
    }
  }
  return tf.tensor(values, part.shape);
}

const range = (size: number) => Array.from({ length: size }, (_, i) => i);
