/**
 * Where each weight stands: the names of weights, and how their axes lie in the slots of a model.
 *
 * @module
 */

import { splitHeads, tf } from "../tensor/mod.ts";
import { nearestNames, quotedNames } from "../show/mod.ts";
import { hasNorm } from "./slots.ts";
import type { HeadColumns, Weights } from "./weights.ts";

/** One weight: a slot, or the part of one that belongs to queries, keys or values. */
export interface WeightPlace {
  /** The name, such as `blocks.3.attn.W_Q`. */
  readonly name: string;
  /** The names of the axes, outermost first. */
  readonly axes: readonly string[];
  /** The sizes of the axes. */
  readonly shape: readonly number[];
  /** The slot that it stands in. */
  readonly slot: string;
  /** The size of the slot's tensor, a matrix as `[in, out]`. */
  readonly whole: readonly number[];
  /** Reads the weight out of the slot's tensor, or its gradient out of that of the tensor. */
  readonly cut: (whole: tf.Tensor) => tf.Tensor;
  /** Puts the weight into the slot's tensor and leaves all else there as it was. */
  readonly put: (whole: tf.Tensor, part: tf.Tensor) => tf.Tensor;
}

/** A block's linear maps but for queries, keys and values: the slot, and the axes of inputs and outputs. */
const MAPS: Readonly<Record<string, readonly [slot: string, inputs: string, outputs: string]>> = {
  "attn.O": ["attn.output", "head head_width", "width"],
  "mlp.in": ["mlp.in", "width", "neuron"],
  "mlp.gate": ["mlp.gate", "width", "neuron"],
  "mlp.out": ["mlp.out", "neuron", "width"],
  "moe.router": ["moe.router", "width", "expert"],
};

/**
 * The names of all weights that a model has or may be given, in the order of a forward pass.
 *
 * @example
 * ```ts
 * import { load, weightNames } from "@innerworks/innerworks";
 *
 * const model = await load("seedling");
 * console.log(weightNames(model.weights).slice(0, 3)); // ["W_E", "W_pos", "blocks.0.ln1.w"]
 * ```
 */
export function weightNames({ architecture }: Weights): string[] {
  const { layers, gated, norm, position, mixture, queryKeyNorm, sinks = false } = architecture;
  const { embeddingNorm = false, finalNorm = true, embeddingWidth } = architecture;
  const norms = (name: string) =>
    !(norm.gains ?? true) ? [] : norm.kind === "layer" ? [`${name}.w`, `${name}.b`] : [`${name}.w`];
  const blockNorm = (name: "ln1" | "ln2" | "ln1_post" | "ln2_post") =>
    hasNorm(architecture, name) ? norms(name) : [];
  const maps = (group: string, parts: string) =>
    parts.split(" ").flatMap((part) => [`${group}.W_${part}`, `${group}.b_${part}`]);
  const parts = gated ? "gate in out" : "in out";
  const headNorm = queryKeyNorm?.bias ? ["w", "b"] : ["w"];
  const block = [
    ...blockNorm("ln1"),
    ...maps("attn", "Q K V"),
    ...queryKeyNorm
      ? ["q_norm", "k_norm"].flatMap((name) => headNorm.map((letter) => `attn.${name}.${letter}`))
      : [],
    ...sinks ? ["attn.sinks"] : [],
    ...maps("attn", "O"),
    ...blockNorm("ln1_post"),
    ...blockNorm("ln2"),
    ...mixture
      ? [
        ...maps("moe", "router"),
        ...Array.from({ length: mixture.experts }, (_, e) => maps(`moe.experts.${e}`, parts))
          .flat(),
      ]
      : maps("mlp", parts),
    ...blockNorm("ln2_post"),
  ];
  return [
    "W_E",
    ...embeddingWidth == null ? [] : ["W_E_in"],
    ...embeddingNorm ? norms("embed_ln") : [],
    ...position.kind === "learned" ? ["W_pos"] : [],
    ...Array.from(
      { length: layers },
      (_, layer) => block.map((name) => `blocks.${layer}.${name}`),
    ).flat(),
    ...finalNorm ? norms("ln_final") : [],
    ...embeddingWidth == null ? [] : ["W_U_in"],
    "W_U",
    "b_U",
  ];
}

/** The place of one weight by its name; null where the architecture has none. */
export function weightPlace(weights: Weights, name: string): WeightPlace | null {
  const { layers, width, vocabulary, positions, position, embeddingWidth } = weights.architecture;
  const embedded = embeddingWidth ?? width, inner = embeddingWidth == null ? "width" : "embedding";
  const [, layer, rest] = /^blocks\.(0|[1-9]\d*)\.(.+)$/.exec(name) ?? [];
  if (layer !== undefined) {
    return Number(layer) < layers ? blockPlace(weights, Number(layer), rest!) : null;
  }
  switch (name) {
    case "W_E":
      return plain(name, "embed", `vocabulary ${inner}`, [vocabulary, embedded]);
    case "W_E_in":
      return embeddingWidth == null
        ? null
        : plain(name, "embed.in.matrix", "embedding width", [embedded, width]);
    case "W_U_in":
      return embeddingWidth == null
        ? null
        : plain(name, "unembed.in.matrix", "width embedding", [width, embedded]);
    case "W_pos":
      return position.kind === "learned"
        ? plain(name, "positions", "position width", [positions, width])
        : null;
    case "W_U":
      return plain(name, "unembed", `${inner} vocabulary`, [embedded, vocabulary]);
    case "b_U":
      return plain(name, "unembed.bias", "vocabulary", [vocabulary]);
  }
  return normPlace(weights, name, name, /^(ln_final|embed_ln)\.([wb])$/);
}

/**
 * The place of a weight by its name, also as TransformerLens spells it.
 *
 * @param purpose What is done with the weight, for the error, such as "edit".
 * @throws {RangeError} If there is none of that name; the error gives the nearest.
 */
export function findWeightPlace(weights: Weights, name: string, purpose: string): WeightPlace {
  const bare = name.replace(/^(embed|pos_embed|unembed)\.(?=W_|b_)/, "");
  const place = weightPlace(weights, bare);
  if (place) return place;
  const known = weightNames(weights), start = bare.includes(".") ? "" : /^.*\./;
  // Of a name without its block, the weight of the first block that has one like it.
  const first = new Map(known.toReversed().map((one) => [one.replace(start, ""), one]));
  const found = nearestNames(bare, [...first.keys()].toReversed());
  const near = found.length > 0 ? found.map((one) => first.get(one)!) : known.slice(0, 1);
  throw new RangeError(
    `Cannot ${purpose} ${
      JSON.stringify(name)
    } as the model must have a weight of that name: the nearest ${near.length > 1 ? "are" : "is"} ${
      quotedNames(near, "and")
    }`,
  );
}

function blockPlace(weights: Weights, layer: number, inner: string): WeightPlace | null {
  const { architecture } = weights, { width, heads, headWidth, neurons, gated } = architecture;
  const block = `blocks.${layer}`, name = `${block}.${inner}`;
  const [, group, kind, part] =
    /^(attn|mlp|moe|moe\.experts\.(?:0|[1-9]\d*))\.([Wb])_(Q|K|V|O|in|gate|out|router)$/.exec(
      inner,
    ) ??
      [];
  if (group === undefined) {
    return headNormPlace(weights, layer, inner) ??
      normPlace(weights, name, inner, /^(ln[12](?:_post)?)\.([wb])$/);
  }
  if (group === "attn" && /[QKV]/.test(part!)) return headPlace(weights, layer, `${kind}_${part}`);
  const expert = /^moe\.experts\.(\d+)$/.exec(group)?.[1];
  const map = MAPS[`${expert === undefined ? group : "mlp"}.${part}`], { mixture } = architecture;
  if (!map || (part === "gate" && !gated)) return null;
  if (group === "mlp" ? mixture != null : group !== "attn" && mixture == null) return null;
  if (expert !== undefined && Number(expert) >= mixture!.experts) return null;
  const [own, inputs, outputs] = map;
  const slot = expert === undefined ? own : own.replace("mlp", group);
  const sizes: Record<string, number> = {
    head: heads,
    head_width: headWidth,
    width,
    neuron: neurons,
    expert: mixture?.experts ?? 0,
  };
  const sized = (axes: string) => axes.split(" ").map((axis) => sizes[axis]!);
  return kind === "W"
    ? plain(name, `${block}.${slot}.matrix`, `${inputs} ${outputs}`, [
      ...sized(inputs),
      ...sized(outputs),
    ])
    : plain(name, `${block}.${slot}.bias`, outputs, sized(outputs));
}

/** Queries, keys or values of the heads of a layer. */
function headPlace(weights: Weights, layer: number, letters: string): WeightPlace {
  const { width, heads, keyValueHeads, headWidth } = weights.architecture;
  const [kind, letter] = letters.split("_") as [string, "Q" | "K" | "V"];
  const part = ({ Q: "query", K: "key", V: "value" } as const)[letter];
  const columns = weights.headColumns(layer, part);
  const fused = columns.slot.endsWith(".fused");
  const count = fused ? heads + 2 * keyValueHeads : columns.heads, total = count * headWidth;
  const name = `blocks.${layer}.attn.${letters}`;
  const split = (rows: tf.Tensor) => splitHeads(rows.expandDims(0), { ...columns, headWidth });
  if (kind === "W") {
    return {
      name,
      axes: ["head", "width", "head_width"],
      shape: [columns.heads, width, headWidth],
      slot: `${columns.slot}.matrix`,
      whole: [width, total],
      cut: (whole) => split(whole).squeeze([1]),
      put: (whole, own) => putHeads(whole, own.transpose([1, 0, 2]), columns),
    };
  }
  const shape = [columns.heads, headWidth];
  return {
    name,
    axes: ["head", "head_width"],
    shape,
    slot: `${columns.slot}.bias`,
    whole: [total],
    cut: (whole) => split(whole.expandDims(0)).reshape(shape),
    put: (whole, own) => putHeads(whole.expandDims(0), own.expandDims(0), columns).reshape([total]),
  };
}

/** Puts heads `[row, head, head_width]` among the columns of `[row, column]`. */
function putHeads(
  rows: tf.Tensor,
  own: tf.Tensor,
  { heads, offset, stride }: HeadColumns,
): tf.Tensor {
  const [count, columns] = rows.shape as [number, number], groups = columns / stride;
  const headWidth = own.shape[2]!, first = Math.floor(offset / stride), inside = offset % stride;
  const grouped = rows.reshape([count, groups, stride]);
  const beside = (from: number, to: number) =>
    grouped.slice([0, first, from], [count, heads, to - from]);
  const groupsFrom = (from: number, to: number) =>
    grouped.slice([0, from, 0], [count, to - from, stride]);
  const held = joined([beside(0, inside), own, beside(inside + headWidth, stride)], 2);
  return joined([groupsFrom(0, first), held, groupsFrom(first + heads, groups)], 1)
    .reshape([count, columns]);
}

function joined(parts: readonly tf.Tensor[], axis: number): tf.Tensor {
  const full = parts.filter(({ size }) => size > 0);
  return full.length === 1 ? full[0]! : tf.concat(full, axis);
}

/** The norm of a layer's queries or keys, or its sinks. */
function headNormPlace(
  { architecture }: Weights,
  layer: number,
  inner: string,
): WeightPlace | null {
  const { queryKeyNorm, heads, keyValueHeads, headWidth, sinks = false } = architecture;
  const name = `blocks.${layer}.${inner}`;
  if (inner === "attn.sinks") return sinks ? plain(name, name, "head", [heads]) : null;
  const [, norm, letter] = /^attn\.([qk])_norm\.([wb])$/.exec(inner) ?? [];
  if (norm === undefined || !queryKeyNorm) return null;
  const { over, byHead = false, bias = false } = queryKeyNorm;
  if (letter === "b" && !bias) return null;
  const slot = name.replace(/\.[wb]$/, letter === "w" ? ".gain" : ".bias");
  if (over === "head" && !byHead) return plain(name, slot, "head_width", [headWidth]);
  const shape = [norm === "q" ? heads : keyValueHeads, headWidth];
  const whole = over === "heads" ? [shape[0]! * headWidth] : shape;
  return {
    ...plain(name, slot, "head head_width", shape),
    whole,
    put: (_, part) => part.reshape(whole),
  };
}

function normPlace(
  { architecture }: Weights,
  name: string,
  inner: string,
  pattern: RegExp,
): WeightPlace | null {
  const [, norm, letter] = pattern.exec(inner) ?? [];
  const { norm: { kind, gains = true }, finalNorm = true, embeddingNorm = false } = architecture;
  if (norm === undefined || !gains) return null;
  // RMSNorm has no bias.
  if (letter === "b" && kind !== "layer") return null;
  const has = norm === "ln_final"
    ? finalNorm
    : norm === "embed_ln"
    ? embeddingNorm
    : hasNorm(architecture, norm as "ln1");
  if (!has) return null;
  const slot = name.replace(/\.[wb]$/, letter === "w" ? ".gain" : ".bias");
  return plain(name, slot, "width", [architecture.width]);
}

/** A weight that fills its slot; heads of inputs lie beneath each other. */
function plain(name: string, slot: string, axes: string, shape: readonly number[]): WeightPlace {
  const whole = shape.length < 3 ? shape : [shape[0]! * shape[1]!, shape[2]!];
  return {
    name,
    axes: axes.split(" "),
    shape,
    slot,
    whole,
    cut: (whole) => whole.reshape([...shape]),
    put: (_, part) => part.reshape([...whole]),
  };
}
