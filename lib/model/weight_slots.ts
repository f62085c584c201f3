/**
 * Finds the tensors of a checkpoint that a model needs, and holds the checkpoint to exactly those.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { Family } from "./family.ts";
import { type Checkpoint, CheckpointError, type StoredTensor } from "./files/mod.ts";
import { type Slot, slots } from "./slots.ts";
import { StoredPart } from "./stored_part.ts";

const FLOATS = new Set(["F32", "F16", "BF16", "F64"]);

/**
 * Matches a checkpoint with the slots of a model.
 *
 * Names count with and without the family's base prefix, and norms may be spelled `gamma` and `beta`.
 *
 * @returns The stored tensor of every slot.
 * @throws {CheckpointError} If a tensor is missing, left over, of another shape or not of floating point.
 */
export function resolveSlots(
  checkpoint: Checkpoint,
  family: Family,
  architecture: Architecture,
): ReadonlyMap<string, StoredTensor> {
  const stored = plainNames(checkpoint, family);
  const found = new Map<string, StoredTensor>();
  const taken = new Set<string>();
  const one = (name: string, shape: readonly number[], required: boolean) => {
    const tensor = stored.get(name);
    if (!tensor && !required) return null;
    if (!tensor) throw missing(checkpoint, family, name, shape);
    if (!FLOATS.has(tensor.dtype)) {
      throw mismatch(tensor, "dtype must be F32, F16, BF16 or F64", tensor.dtype);
    }
    if (tensor.shape.join() !== shape.join()) {
      throw mismatch(tensor, `shape must be [${shape.join(", ")}]`, tensor.shape);
    }
    taken.add(name);
    return tensor;
  };
  const take = (slot: string, { name, shape, part }: Slot, required: boolean) => {
    const tensors = [name].flat().map((each) => one(each, shape, required));
    if (tensors[0]) {
      found.set(slot, part ? new StoredPart(tensors as StoredTensor[], part) : tensors[0]);
    }
  };
  for (const [slot, wanted] of slots(family, architecture)) take(slot, wanted, true);
  const unembed = {
    name: `${family.unembed}.weight`,
    shape: [architecture.vocabulary, architecture.embeddingWidth ?? architecture.width],
  };
  take("unembed", unembed, !architecture.tied);
  // Beside the weights, only buffers that the family names may stand in a file.
  const extra = [...stored].find(([name, tensor]) =>
    !taken.has(name) &&
    !family.buffers.some((buffer) => buffer.test(plainName(tensor.name, family)))
  )?.[1];
  if (extra) {
    throw new CheckpointError(
      extra.file,
      `every tensor must be one that the family ${family.name} with ${architecture.layers} layers reads: this one is left over`,
      { tensor: extra.name },
    );
  }
  return found;
}

/** A tensor's name without the base prefix, and with today's words for a norm's gain and bias. */
export function plainName(name: string, family: Family): string {
  const base = [family.base, ...family.otherBases ?? []].find((base) => name.startsWith(base));
  const bare = name.slice(base?.length ?? 0);
  return bare.replace(/\.gamma$/, ".weight").replace(/\.beta$/, ".bias");
}

function plainNames(checkpoint: Checkpoint, family: Family): Map<string, StoredTensor> {
  const names = new Map<string, StoredTensor>();
  for (const tensor of checkpoint.tensors.values()) {
    const name = plainName(tensor.name, family);
    const rival = names.get(name);
    if (rival) {
      throw new CheckpointError(
        tensor.file,
        `each weight must stand in the file once: "${rival.name}" is the same weight`,
        { tensor: tensor.name },
      );
    }
    names.set(name, tensor);
  }
  return names;
}

function missing(
  checkpoint: Checkpoint,
  family: Family,
  name: string,
  shape: readonly number[],
): CheckpointError {
  const file = checkpoint.files[0] ?? "the checkpoint";
  const full = name.startsWith(family.unembed) ? name : `${family.base}${name}`;
  return new CheckpointError(file, `it must have shape [${shape.join(", ")}]: it is missing`, {
    tensor: full,
  });
}

function mismatch(tensor: StoredTensor, expected: string, found: unknown): CheckpointError {
  return new CheckpointError(tensor.file, `its ${expected}`, {
    tensor: tensor.name,
    current: found,
  });
}
