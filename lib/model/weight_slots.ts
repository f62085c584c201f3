/**
 * Finds the tensors of a checkpoint that a model needs, and holds the checkpoint to exactly those.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { Family } from "./family.ts";
import { type Checkpoint, CheckpointError, type StoredTensor } from "./files/mod.ts";

/** The tensors that a checkpoint must hold by our own names, each with its shape in the file. */
export interface Slot {
  /** The name in the checkpoint, below the base prefix. */
  readonly name: string;
  /** The shape in the file. */
  readonly shape: readonly number[];
}

const FLOATS = new Set(["F32", "F16", "BF16", "F64"]);

/** Lists the slots of one block, or the outer ones, by our own names. */
export function* slots(family: Family, architecture: Architecture): Generator<[string, Slot]> {
  const { modules } = family;
  const { width, vocabulary, positions, layers, heads, keyValueHeads, headWidth, neurons, biases } =
    architecture;
  const map = function* (
    slot: string,
    name: string,
    inputs: number,
    outputs: number,
    bias: boolean,
  ): Generator<[string, Slot]> {
    const shape = family.layout === "in out" ? [inputs, outputs] : [outputs, inputs];
    yield [`${slot}.matrix`, { name: `${name}.weight`, shape }];
    if (bias) yield [`${slot}.bias`, { name: `${name}.bias`, shape: [outputs] }];
  };
  const norm = function* (slot: string, name: string): Generator<[string, Slot]> {
    yield [`${slot}.gain`, { name: `${name}.weight`, shape: [width] }];
    if (biases.norm) yield [`${slot}.bias`, { name: `${name}.bias`, shape: [width] }];
  };
  yield ["embed", { name: `${modules.embed}.weight`, shape: [vocabulary, width] }];
  if (modules.positions !== undefined) {
    yield ["positions", { name: `${modules.positions}.weight`, shape: [positions, width] }];
  }
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => name.replace("{layer}", String(layer));
    const block = `blocks.${layer}`;
    yield* norm(`${block}.ln1`, at(modules.ln1));
    yield* norm(`${block}.ln2`, at(modules.ln2));
    const queries = heads * headWidth, keys = keyValueHeads * headWidth;
    if ("fused" in modules.attention) {
      const fused = at(modules.attention.fused);
      yield* map(`${block}.attn.fused`, fused, width, queries + 2 * keys, biases.attention);
    } else {
      const { query, key, value } = modules.attention;
      yield* map(`${block}.attn.query`, at(query), width, queries, biases.attention);
      yield* map(`${block}.attn.key`, at(key), width, keys, biases.attention);
      yield* map(`${block}.attn.value`, at(value), width, keys, biases.attention);
    }
    const output = at(modules.attentionOutput);
    yield* map(`${block}.attn.output`, output, queries, width, biases.attentionOutput);
    yield* map(`${block}.mlp.in`, at(modules.feedForwardIn), width, neurons, biases.feedForward);
    if (modules.feedForwardGate !== undefined) {
      const gate = at(modules.feedForwardGate);
      yield* map(`${block}.mlp.gate`, gate, width, neurons, biases.feedForward);
    }
    yield* map(`${block}.mlp.out`, at(modules.feedForwardOut), neurons, width, biases.feedForward);
  }
  yield* norm("ln_final", modules.finalNorm);
}

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
  const take = (slot: string, { name, shape }: Slot, required: boolean) => {
    const tensor = stored.get(name);
    if (!tensor && !required) return;
    if (!tensor) throw missing(checkpoint, family, name, shape);
    if (!FLOATS.has(tensor.dtype)) {
      throw mismatch(tensor, "dtype must be F32, F16, BF16 or F64", tensor.dtype);
    }
    if (tensor.shape.join() !== shape.join()) {
      throw mismatch(tensor, `shape must be [${shape.join(", ")}]`, tensor.shape);
    }
    stored.delete(name);
    found.set(slot, tensor);
  };
  for (const [slot, wanted] of slots(family, architecture)) take(slot, wanted, true);
  const unembed = {
    name: `${family.unembed}.weight`,
    shape: [architecture.vocabulary, architecture.width],
  };
  take("unembed", unembed, !architecture.tied);
  // Beside the weights, only buffers that the family names may stand in a file.
  const extra = [...stored.values()].find((tensor) =>
    !family.buffers.some((buffer) => buffer.test(plainName(tensor.name, family)))
  );
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
  const bare = name.startsWith(family.base) ? name.slice(family.base.length) : name;
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
