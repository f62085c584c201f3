/**
 * Models cut short: the first layers of a checkpoint, with its embedding and its final norm.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { Family } from "./family.ts";
import { slots } from "./slots.ts";
import { plainName } from "./weight_slots.ts";

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
 * @returns Whether a tensor of that name is of the first layers, or nothing that the family knows, which is to be refused
 * and not passed over. What belongs to later layers has no use, nor have buffers.
 */
export function usesOf(
  family: Family,
  whole: Architecture,
  first: number,
): (tensor: string) => boolean {
  const prefix = blockPrefix(family, whole);
  return (tensor) => {
    if (isBuffer(tensor, family)) return false;
    const name = plainName(tensor, family);
    const layer = name.startsWith(prefix) ? /^\d+(?=\.)/.exec(name.slice(prefix.length)) : null;
    return layer === null || Number(layer[0]) < first || Number(layer[0]) >= whole.layers;
  };
}

/** What stands before the number of the block in the names of its weights, such as `h.`. */
function blockPrefix(family: Family, whole: Architecture): string {
  for (const [slot, { name }] of slots(family, { ...whole, layers: 1 })) {
    const [first = ""] = [name].flat();
    if (slot.startsWith("blocks.0.")) return first.slice(0, first.search(/(?<=^|\.)0\./));
  }
  throw new Error(`Cannot find the blocks of ${family.name} as it must have some: it has none`);
}

function isBuffer(name: string, family: Family): boolean {
  return family.buffers.some((buffer) => buffer.test(plainName(name, family)));
}
