/**
 * Attention with one set of keys and values for one query head or for several.
 *
 * Vaswani et al., "Attention Is All You Need", 2017; Ainslie et al., "GQA", 2023, https://arxiv.org/abs/2305.13245.
 *
 * @module
 */

import { type AttendPart, splitHeads, tf } from "../../tensor/mod.ts";
import type { PastKeys } from "../key_value_cache.ts";
import type { Mechanisms } from "../mechanisms.ts";
import { keepingNothing, type Observer, seen } from "../observer.ts";
import type { BlockSite, Site } from "../sites.ts";
import type { Weights } from "../weights.ts";
import type { Law, LawValues } from "../law.ts";
import type { GivenSites, PackedRows } from "../pass.ts";
import { attendInOne, mayRunInOne } from "./attend_in_one.ts";
import { attendInSteps, normedPart, turn } from "./attend_in_steps.ts";
import { attentionNorm } from "./attention_norm.ts";
import { unstacked } from "./head_results.ts";
import { writtenByMix, writtenTogether } from "./mixed.ts";
import { both, measured, stretched } from "./norm.ts";
import { attendPacked } from "./packed.ts";
import { attendPackedInSteps, mayPackInOne } from "./packed_steps.ts";
import type { RotaryTables } from "./rotary.ts";
import { shared } from "./scores.ts";

type Part = "query" | "key" | "value";

const INPUTS = { query: "attn.q_input", key: "attn.k_input", value: "attn.v_input" } as const;

/** What attention reads beside the stream. */
export interface BlockContext {
  /** The weights of the model. */
  readonly weights: Weights;
  /** The number of the block. */
  readonly layer: number;
  /** Who reads and changes values. */
  readonly observer: Observer;
  /** What it computes with. */
  readonly mechanisms: Mechanisms;
  /** The angles of rotary positions; null where this block does not turn. */
  readonly rotary: RotaryTables | null;
  /** What hides padding on the left and keys out of the window, `[1, batch, query, key]`. */
  readonly mask: tf.Tensor | null;
  /** What is added to scores by the place of the key, `[head, batch, 1, key]`. */
  readonly alibi?: tf.Tensor | null;
  /** Keys and values of columns before these. */
  readonly past: PastKeys | null;
  /** Rows of several lengths whose tokens stand in one; nobody looks at them. @default {rows of one length} */
  readonly packed?: PackedRows | undefined;
  /** What sites of the block hold, where it goes on from these. @default {it begins with the stream} */
  readonly given?: GivenSites | undefined;
  /**
   * The stream that what a component writes is added to at once, `[batch, position, width]`, where nobody looks at it alone
   * and nothing is done to it before. @default {it is added by the block}
   */
  readonly onto?: tf.Tensor | undefined;
}

/** What attention made of a stream. */
export interface Attended {
  /** What it writes, before any norm of that, `[batch, position, width]`; the sum with the stream that it was told to add it to. */
  readonly written: tf.Tensor;
  /** The stream as it was read: normalised, where there is a norm before attention; null where it was not. */
  readonly read: tf.Tensor | null;
}

/** Computes what attention writes. */
export function attention(stream: tf.Tensor, context: BlockContext): Attended {
  const { weights, layer, observer } = context;
  const at = (name: BlockSite): Site => `blocks.${layer}.${name}`;
  const look = <T extends tf.Tensor>(name: BlockSite, value: T) => seen(observer, at(name), value);

  const mixed = context.given?.["attn.z"];
  if (mixed) {
    return { written: writtenByMix(mixed, context), read: null };
  }
  const { heads, columns, read } = project(stream, context);
  const { packed } = context;
  if (packed && !mayPackInOne(packed, context)) {
    const parts = { q: heads("query"), k: heads("key"), v: heads("value") };
    return { written: writtenTogether(attendPackedInSteps(parts, packed, context), context), read };
  }
  if (packed || mayRunInOne(context)) {
    const turning = context.rotary || weights.architecture.queryKeyNorm;
    const turned = (part: "query" | "key", name: "q" | "k") =>
      turn(normedPart(heads(part), name, context), `rot_${name}`, context);
    const key = turning ? turned("key", "k") : null;
    const parts = {
      query: turning ? { of: turned("query", "q") } : columns("query"),
      key: key ? { of: key } : columns("key"),
      value: columns("value"),
    };
    const cut = (part: "key" | "value") => part === "key" && key ? key : heads(part);
    const all = packed ? attendPacked(parts, packed, context) : attendInOne(parts, cut, context);
    return { written: writtenTogether(all, context), read };
  }
  const z = attendInSteps({
    q: look("attn.q", heads("query")),
    k: look("attn.k", heads("key")),
    v: look("attn.v", heads("value")),
  }, context);
  return { written: writtenByMix(z, context), read };
}

/** Queries, keys and values, made when they are asked for. */
interface Projected {
  /** Cut into heads, `[head, batch, position, head_width]`. */
  readonly heads: (part: Part) => tf.Tensor;
  /** Where they stand among columns; cut into heads where each head had an input of its own. */
  readonly columns: (part: Part) => AttendPart;
  /** The stream as it was read. */
  readonly read: tf.Tensor;
}

/** Makes queries, keys and values from the stream, one map at a time. */
function project(
  stream: tf.Tensor,
  context: BlockContext,
): Projected {
  const { weights, layer, observer, mechanisms } = context;
  const norm = (x: tf.Tensor, observer: Observer) => attentionNorm(x, context, observer);
  const changed = new Map<Part, tf.Tensor>();
  for (const part of ["query", "key", "value"] as const) {
    const site: Site = `blocks.${layer}.${INPUTS[part]}`;
    if (!observer.watches(site)) continue;
    const { heads } = weights.headColumns(layer, part);
    const copies = tf.tile(stream.expandDims(0), [heads, 1, 1, 1]);
    const inputs = seen(observer, site, copies); // [head, batch, position, width]
    if (inputs !== copies) changed.set(part, inputs);
  }
  // Captures of the norm show the shared stream, whether or not any head reads it.
  const shared = norm(stream, observer);
  const outputs = new Map<string, tf.Tensor>();
  const columns = (part: Part): AttendPart & { readonly heads: number } => {
    const { slot, ...place } = weights.headColumns(layer, part), inputs = changed.get(part);
    if (inputs) return { of: ownInputs(inputs, part, context, norm), heads: place.heads };
    const map = weights.linear(slot);
    const known = outputs.get(slot) ?? mechanisms.linear(shared, map.matrix, map.bias, map);
    outputs.set(slot, known);
    return { of: known, ...place };
  };
  const heads = (part: Part) => {
    const { of, ...place } = columns(part);
    return of.rank === 4
      ? of
      : splitHeads(of, { ...place, headWidth: weights.architecture.headWidth });
  };
  return { heads, columns, read: shared };
}

/** Normalises each head's own copy of the stream, and projects it by that head's columns alone. */
function ownInputs(
  inputs: tf.Tensor,
  part: Part,
  { weights, layer, observer, mechanisms }: BlockContext,
  norm: (x: tf.Tensor, observer: Observer) => tf.Tensor,
): tf.Tensor {
  const { slot, offset, stride } = weights.headColumns(layer, part);
  const { headWidth } = weights.architecture;
  const map = weights.linear(slot);
  // What is kept of the norm is the shared stream's.
  const unkept = keepingNothing(observer);
  const outputs: tf.Tensor[] = unstacked(inputs).map((own, head) => {
    const all = mechanisms.linear(norm(own, unkept), map.matrix, map.bias, map);
    return splitHeads(all, { heads: 1, headWidth, offset: offset + head * stride });
  });
  return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 0);
}

/** The stream as attention reads it. */
function readBy(values: LawValues): tf.Tensor {
  const { norms = "before" } = values.architecture;
  return norms === "before" || norms === "around"
    ? stretched(values, `blocks.${values.layer}.ln1`)
    : values.at("resid_pre");
}

/** What all heads write, biases included. */
function writtenByHeads({ at, own, architecture: { writingScale = 1 } }: LawValues): tf.Tensor {
  return at("attn.result").sum(0).add(own("attn.b_O").mul(writingScale));
}

const writesThroughNorm = ({ norms }: { readonly norms?: string }) =>
  norms === "after" || norms === "around";

/** The laws of attention but for its scores. */
export const attentionLaws: readonly Law[] = [
  ...(["q", "k", "v"] as const).flatMap((name): Law[] => [
    {
      name: `${name} = what attention reads · W_${name.toUpperCase()} + b_${name.toUpperCase()}`,
      scope: "block",
      sides: (values) => {
        const letter = name.toUpperCase(), read = readBy(values);
        const matrix = values.own(`attn.W_${letter}`), bias = values.own(`attn.b_${letter}`);
        const heads = tf.unstack(matrix).map((own, head) =>
          tf.matMul(read.reshape([-1, read.shape[2]!]), own as tf.Tensor2D)
            .add(bias.slice([head, 0], [1, -1]))
        );
        const site = values.at(`attn.${name}`);
        return [site, tf.stack(heads).reshape(site.shape)];
      },
    },
    {
      name: `${name}_clipped = ${name}, cut off`,
      scope: "block",
      applies: ({ clip }) => clip != null,
      sides: ({ at, architecture: { clip } }) => [
        at(`attn.${name}_clipped`),
        at(`attn.${name}`).maximum(-clip!).minimum(clip!),
      ],
    },
  ]),
  {
    name: "z = pattern · v",
    scope: "block",
    sides: ({ at, architecture: { heads, clip } }) => [
      at("attn.z"),
      tf.matMul(at("attn.pattern"), shared(at(clip ? "attn.v_clipped" : "attn.v"), heads)),
    ],
  },
  {
    name: "result = z · W_O",
    scope: "block",
    sides: ({ at, own, architecture: { writingScale = 1 } }) => {
      const matrix = own("attn.W_O").expandDims(1), z = at("attn.z");
      const wide = tf.tile(matrix, [1, z.shape[1]!, 1, 1]);
      return [at("attn.result"), tf.matMul(z, wide).mul(writingScale)];
    },
  },
  {
    name: "attn_out = the heads' results + b_O",
    scope: "block",
    applies: (architecture) => !writesThroughNorm(architecture),
    sides: (values) => [values.at("attn_out"), writtenByHeads(values)],
  },
  {
    name: "ln1_post: scale and normalized are those of the heads' results + b_O",
    scope: "block",
    applies: writesThroughNorm,
    sides: (values) => [
      both(values.at, "ln1_post"),
      measured(writtenByHeads(values), values.architecture.norm),
    ],
  },
  {
    name: "attn_out = ln1_post.normalized, by its gain",
    scope: "block",
    applies: writesThroughNorm,
    sides: (
      values,
    ) => [values.at("attn_out"), stretched(values, `blocks.${values.layer}.ln1_post`)],
  },
];
