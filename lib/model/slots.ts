/**
 * Lists the tensors that a checkpoint must hold for a model.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { Family, ModuleNames } from "./family.ts";
import {
  columnsOf,
  numbersOf,
  type Part,
  raised,
  reordered,
  rowsOf,
  stacked,
} from "./stored_part.ts";
import { fusedOrder } from "./fused_order.ts";

/** A tensor that a checkpoint must hold by our own names, with its shape in the file. */
export interface Slot {
  /** The name in the checkpoint, below the base prefix; several where the weight is put together. */
  readonly name: string | readonly string[];
  /** The shape in the file, of each where there are several. */
  readonly shape: readonly number[];
  /** What of it the weight is. @default {all of it} */
  readonly part?: Part;
}

/** What the checkpoint of a model calls its modules. */
export function moduleNames({ modules }: Family, architecture: Architecture): ModuleNames {
  return typeof modules === "function" ? modules(architecture) : modules;
}

/** Lists the slots of a model by our own names. */
export function* slots(family: Family, architecture: Architecture): Generator<[string, Slot]> {
  const modules = moduleNames(family, architecture);
  const { width, vocabulary, positions, layers, biases, norm, position } = architecture;
  const { embeddingWidth, embeddingNorm = false, finalNorm = true } = architecture;
  const own = slotMaker(family);
  const normed = (slot: string, name: string) =>
    own.norm(slot, name, { shape: [width], gains: norm.gains ?? true, bias: biases.norm });
  const embedded = embeddingWidth ?? width;
  yield ["embed", { name: `${modules.embed}.weight`, shape: [vocabulary, embedded] }];
  if (embedded !== width) {
    yield* own.map("embed.in", modules.embedIn!, [embedded, width], false);
    yield* own.map("unembed.in", modules.unembedIn!, [width, embedded], false);
  }
  if (position.kind === "learned") {
    const offset = family.positionOffset ?? 0, name = `${modules.positions}.weight`;
    yield ["positions", {
      name,
      shape: [offset + positions, width],
      ...offset === 0 ? {} : { part: rowsOf(offset, positions, width) },
    }];
  }
  if (embeddingNorm) yield* normed("embed_ln", modules.embedNorm!);
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => name.replace("{layer}", String(layer));
    const block = `blocks.${layer}`;
    for (
      const [slot, name] of [
        ["ln1", modules.ln1],
        ["ln1_post", modules.ln1Post],
        ["ln2", modules.ln2],
        ["ln2_post", modules.ln2Post],
      ] as const
    ) {
      if (name !== undefined && hasNorm(architecture, slot)) {
        yield* normed(`${block}.${slot}`, at(name));
      }
    }
    yield* attentionSlots(family, architecture, block, at);
    yield* architecture.mixture
      ? expertSlots(family, architecture, block, at)
      : feedForwardSlots(family, architecture, block, at);
  }
  if (finalNorm) yield* normed("ln_final", modules.finalNorm!);
  if (biases.unembed) {
    yield ["unembed.bias", { name: `${family.unembed}.bias`, shape: [vocabulary] }];
  }
}

/** Whether the blocks of an architecture have a norm. */
export function hasNorm(
  { norms = "before", sharedNorm = false }: Architecture,
  name: "ln1" | "ln1_post" | "ln2" | "ln2_post",
): boolean {
  if (name.endsWith("_post")) return norms === "after" || norms === "around";
  return norms !== "after" && !(name === "ln2" && sharedNorm);
}

/** Where a layer's names stand and how its number is put in. */
type At = (name: string) => string;

/** Makes slots of linear maps and norms in the layout of a family. */
function slotMaker(family: Family) {
  return {
    *map(
      slot: string,
      name: string,
      [inputs, outputs]: readonly [number, number],
      bias: boolean,
    ): Generator<[string, Slot]> {
      const shape = family.layout === "in out" ? [inputs, outputs] : [outputs, inputs];
      yield [`${slot}.matrix`, { name: `${name}.weight`, shape }];
      if (bias) yield [`${slot}.bias`, { name: `${name}.bias`, shape: [outputs] }];
    },
    *norm(
      slot: string,
      name: string,
      { shape, gains, bias }: { shape: readonly number[]; gains: boolean; bias: boolean },
    ): Generator<[string, Slot]> {
      const offset = family.gainOffset ?? 0;
      if (gains) {
        yield [`${slot}.gain`, {
          name: `${name}.weight`,
          shape,
          ...offset === 0 ? {} : { part: raised(shape, offset) },
        }];
      }
      if (bias) yield [`${slot}.bias`, { name: `${name}.bias`, shape }];
    },
  };
}

function* attentionSlots(
  family: Family,
  architecture: Architecture,
  block: string,
  at: At,
): Generator<[string, Slot]> {
  const { width, heads, keyValueHeads, headWidth, biases, sinks = false } = architecture;
  const modules = moduleNames(family, architecture), own = slotMaker(family);
  const queries = heads * headWidth, keys = keyValueHeads * headWidth;
  if ("fused" in modules.attention) {
    const { fused, arrangement } = modules.attention, order = fusedOrder(arrangement, architecture);
    const made = own.map(
      `${block}.attn.fused`,
      at(fused),
      [width, queries + 2 * keys],
      biases.attention,
    );
    for (const [slot, wanted] of made) {
      yield [slot, order ? { ...wanted, part: reordered(order, wanted.shape) } : wanted];
    }
  } else {
    const { query, key, value } = modules.attention;
    yield* own.map(`${block}.attn.query`, at(query), [width, queries], biases.attention);
    yield* own.map(`${block}.attn.key`, at(key), [width, keys], biases.attention);
    yield* own.map(`${block}.attn.value`, at(value), [width, keys], biases.attention);
  }
  yield* queryKeySlots(family, architecture, block, at);
  if (sinks) yield [`${block}.attn.sinks`, { name: at(modules.sinks!), shape: [heads] }];
  const output = at(modules.attentionOutput);
  yield* own.map(`${block}.attn.output`, output, [queries, width], biases.attentionOutput);
}

function* queryKeySlots(
  family: Family,
  architecture: Architecture,
  block: string,
  at: At,
): Generator<[string, Slot]> {
  const { queryKeyNorm, heads, keyValueHeads, headWidth } = architecture;
  if (!queryKeyNorm) return;
  const modules = moduleNames(family, architecture), own = slotMaker(family);
  const { norm, over, byHead = false, bias = false } = queryKeyNorm;
  for (
    const [slot, name, count] of [
      [`${block}.attn.q_norm`, at(modules.queryNorm!), heads],
      [`${block}.attn.k_norm`, at(modules.keyNorm!), keyValueHeads],
    ] as const
  ) {
    if (name.includes("{head}")) {
      // A module for each head becomes a row for each.
      yield [`${slot}.gain`, {
        name: Array.from(
          { length: count },
          (_, head) => `${name.replace("{head}", String(head))}.weight`,
        ),
        shape: [headWidth],
        part: stacked(count, headWidth),
      }];
      continue;
    }
    const shape = over === "heads"
      ? [count * headWidth]
      : byHead
      ? [count, headWidth]
      : [headWidth];
    yield* own.norm(slot, name, { shape, gains: norm.gains ?? true, bias });
  }
}

function* feedForwardSlots(
  family: Family,
  architecture: Architecture,
  block: string,
  at: At,
): Generator<[string, Slot]> {
  const { width, neurons, gated, biases: { feedForward } } = architecture;
  const modules = moduleNames(family, architecture), own = slotMaker(family);
  const both = modules.feedForwardGateAndIn;
  if (both !== undefined) {
    const name = `${at(both)}.weight`, shape = [2 * neurons, width];
    yield [`${block}.mlp.gate.matrix`, { name, shape, part: rowsOf(0, neurons, width) }];
    yield [`${block}.mlp.in.matrix`, { name, shape, part: rowsOf(neurons, neurons, width) }];
  } else {
    yield* own.map(`${block}.mlp.in`, at(modules.feedForwardIn!), [width, neurons], feedForward);
    if (gated) {
      const gate = at(modules.feedForwardGate!);
      yield* own.map(`${block}.mlp.gate`, gate, [width, neurons], feedForward);
    }
  }
  yield* own.map(`${block}.mlp.out`, at(modules.feedForwardOut!), [neurons, width], feedForward);
}

function* expertSlots(
  family: Family,
  architecture: Architecture,
  block: string,
  at: At,
): Generator<[string, Slot]> {
  const { width, neurons, biases, mixture } = architecture, { experts, routerBias } = mixture!;
  const modules = moduleNames(family, architecture), own = slotMaker(family);
  yield* own.map(`${block}.moe.router`, at(modules.router!), [width, experts], routerBias);
  const names = modules.experts!;
  for (let expert = 0; expert < experts; expert++) {
    const slot = `${block}.moe.experts.${expert}`;
    if (!("gateAndIn" in names)) {
      const named = (name: string) => at(name).replace("{expert}", String(expert));
      yield* own.map(`${slot}.in`, named(names.in), [width, neurons], biases.feedForward);
      yield* own.map(`${slot}.gate`, named(names.gate), [width, neurons], biases.feedForward);
      yield* own.map(`${slot}.out`, named(names.out), [neurons, width], biases.feedForward);
      continue;
    }
    for (
      const [part, name, sizes, from, step] of [
        ["gate", names.gateAndIn, [width, 2 * neurons], 0, 2],
        ["in", names.gateAndIn, [width, 2 * neurons], 1, 2],
        ["out", names.out, [neurons, width], 0, 1],
      ] as const
    ) {
      yield [`${slot}.${part}.matrix`, {
        name: at(name),
        shape: [experts, ...sizes],
        part: columnsOf(expert, sizes, { from, step }),
      }];
      if (!biases.feedForward) continue;
      yield [`${slot}.${part}.bias`, {
        name: at(`${name}${names.bias}`),
        shape: [experts, sizes[1]],
        part: numbersOf(expert, sizes[1], { from, step }),
      }];
    }
  }
}
