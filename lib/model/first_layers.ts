/**
 * Models cut short: the first layers of a checkpoint, with its embedding and its final norm.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { Family } from "./family.ts";
import { plainName, slots } from "./weight_slots.ts";

/**
 * The architecture of the first layers of a model.
 *
 * @param whole The architecture of the whole model.
 * @param first How many layers are kept.
 * @throws {RangeError} If the model has fewer, or none would be kept.
 */
export function firstLayers(whole: Architecture, first: number): Architecture {
  const { layers } = whole;
  if (!Number.isInteger(first) || first < 1 || first > layers) {
    throw new RangeError(
      `Cannot load the first layers of a model as first must be a whole number from 1 to ${layers}, its layers: current value is ${
        Deno.inspect(first, { depth: 0 })
      }`,
    );
  }
  // The lists of an architecture hold a value for each layer.
  const cut = Object.entries(whole).map(([name, value]) =>
    [name, Array.isArray(value) && value.length === layers ? value.slice(0, first) : value] as const
  );
  return { ...Object.fromEntries(cut) as unknown as Architecture, layers: first };
}

/**
 * Tells which tensors of a whole checkpoint its first layers have a use for.
 *
 * @returns Whether a tensor of that name is a weight of the first layers, or nothing that the family knows, which is to be
 * refused and not passed over. Weights of later layers and buffers have no use.
 */
export function usesOf(
  family: Family,
  whole: Architecture,
  first: number,
): (tensor: string) => boolean {
  if (first === whole.layers) return (name) => !isBuffer(name, family);
  const kept = new Set([...slots(family, firstLayers(whole, first))].map(([, { name }]) => name));
  const later = new Set(
    [...slots(family, whole)].map(([, { name }]) => name).filter((name) => !kept.has(name)),
  );
  return (name) => !isBuffer(name, family) && !later.has(plainName(name, family));
}

function isBuffer(name: string, family: Family): boolean {
  return family.buffers.some((buffer) => buffer.test(plainName(name, family)));
}
