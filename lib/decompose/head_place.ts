/**
 * Heads by their places.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";

/** A query head of a layer. */
export interface HeadPlace {
  /** The layer. */
  readonly layer: number;
  /** The head. */
  readonly head: number;
}

/** A head as a label, such as `3.5`: layer 3, head 5. */
export function headText({ layer, head }: HeadPlace): string {
  return `${layer}.${head}`;
}

/** All heads of a model, layer by layer. */
export function allHeads({ architecture: { layers, heads } }: Transformer): HeadPlace[] {
  return Array.from({ length: layers * heads }, (_, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
  }));
}

/**
 * Reads a head that was asked for, counting negative numbers from the end.
 *
 * @param purpose What it is asked for, for the error.
 * @throws {RangeError} If the model has no such layer or head.
 * @throws {TypeError} If it is no head.
 */
export function headPlace(
  { architecture: { layers, heads } }: Transformer,
  place: HeadPlace,
  purpose: string,
): HeadPlace {
  if (typeof place !== "object" || place === null) {
    throw new TypeError(
      `Cannot ${purpose} as a head must be given as { layer, head }: current value is ${
        Deno.inspect(place, { depth: 1 })
      }`,
    );
  }
  const one = (name: "layer" | "head", count: number) => {
    const index = place[name], at = index < 0 ? count + index : index;
    if (Number.isInteger(at) && at >= 0 && at < count) return at;
    throw new RangeError(
      `Cannot ${purpose} as the ${name} must be from ${-count} to ${
        count - 1
      }: current value is ${index}`,
    );
  };
  return { layer: one("layer", layers), head: one("head", heads) };
}
