/**
 * What the name of a weight means, brackets included.
 *
 * @module
 */

import { findWeightPlace, type WeightPlace } from "./weight_places.ts";
import type { Weights } from "./weights.ts";

/** A weight to be read or replaced: one place, or the same of every layer, and indices that pick a part. */
export interface WeightTarget {
  /** The name as it was given. */
  readonly name: string;
  /** The names of the axes that are left after the picks. */
  readonly axes: readonly string[];
  /** Their sizes. */
  readonly shape: readonly number[];
  /** The places, one for each layer where it is stacked. */
  readonly places: readonly WeightPlace[];
  /** Whether the first axis is the layer. */
  readonly stacked: boolean;
  /** The indices to pick in each place, in turn: an axis among those left, and an index of it. */
  readonly picks: readonly (readonly [axis: number, index: number])[];
}

/**
 * Finds a weight by a name such as `W_E`, `blocks.3.attn.W_Q`, `W_Q` (of all layers) or `W_Q[layer 3][head 1]`.
 *
 * @param purpose What is done with the weight, for the error, such as "replace".
 * @throws {RangeError} If there is none of that name, or it has no such index.
 */
export function findWeightTarget(weights: Weights, name: string, purpose: string): WeightTarget {
  const [, base, brackets] = /^([^[\]]*)((?:\[\w+ -?\d+\])*)$/.exec(name) ?? [];
  if (base === undefined) {
    throw new RangeError(
      `Cannot ${purpose} ${
        JSON.stringify(name)
      } as what follows the name of a weight must be picks such as [head 1]`,
    );
  }
  const wanted = [...brackets!.matchAll(/\[(\w+) (-?\d+)\]/g)]
    .map(([, axis, index]) => [axis!, Number(index)] as const);
  const { layers } = weights.architecture;
  const group = /^[Wb]_(?:([QKVO])|in|out|gate)$/.exec(base);
  if (!group) {
    const place = findWeightPlace(weights, base, purpose);
    return picked({ ...place, name, places: [place], stacked: false, picks: [] }, wanted, purpose);
  }
  const titles = Array.from(
    { length: layers },
    (_, layer) => `blocks.${layer}.${group[1] ? "attn" : "mlp"}.${base}`,
  );
  const places = titles.map((title) => findWeightPlace(weights, title, purpose));
  const { axes, shape } = places[0]!;
  const all = { name, axes: ["layer", ...axes], shape: [layers, ...shape], places, stacked: true };
  return picked({ ...all, picks: [] }, wanted, purpose);
}

function picked(
  target: WeightTarget,
  wanted: readonly (readonly [axis: string, index: number])[],
  purpose: string,
): WeightTarget {
  return wanted.reduce<WeightTarget>((target, [axis, index]) => {
    const { name, axes, shape, stacked } = target, at = axes.indexOf(axis);
    const refuse = (why: string) =>
      new RangeError(
        `Cannot ${purpose} ${JSON.stringify(name)} as ${why}: current value is [${axis} ${index}]`,
      );
    if (at < 0) throw refuse(`the axes to pick from are ${axes.join(", ")}`);
    const size = shape[at]!, place = index < 0 ? size + index : index;
    if (place < 0 || place >= size) {
      throw refuse(`${axis} must be from ${-size} to ${size - 1}`);
    }
    const rest = {
      name,
      axes: axes.filter((_, i) => i !== at),
      shape: shape.filter((_, i) => i !== at),
    };
    if (axis === "layer") {
      return { ...rest, places: [target.places[place]!], stacked: false, picks: target.picks };
    }
    const within = at - (stacked ? 1 : 0);
    return { ...target, ...rest, picks: [...target.picks, [within, place]] };
  }, target);
}
