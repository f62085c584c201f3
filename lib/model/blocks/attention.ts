/**
 * Attention with one set of keys and values for one query head or for several.
 *
 * Vaswani et al., "Attention Is All You Need", 2017; Ainslie et al., "GQA", 2023, https://arxiv.org/abs/2305.13245.
 *
 * @module
 */

import { maskCausal, mergeHeads, splitHeads, tf } from "../../tensor/mod.ts";
import type { KeyValueCache } from "../key_value_cache.ts";
import type { Mechanisms } from "../mechanisms.ts";
import { type Observer, seen } from "../observer.ts";
import type { BlockSite, Site } from "../sites.ts";
import type { LinearMap, Weights } from "../weights.ts";
import { normed } from "./norm.ts";
import { type RotaryTables, turned } from "./rotary.ts";

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
  /** The angles of rotary positions. */
  readonly rotary: RotaryTables | null;
  /** What hides padding on the left, `[1, batch, query, key]`. */
  readonly mask: tf.Tensor | null;
  /** Keys and values of columns before these. */
  readonly past: KeyValueCache | null;
}

/** Computes what attention adds to a stream `[batch, position, width]`. */
export function attention(stream: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, rotary, mechanisms, past } = context;
  const at = (name: BlockSite): Site => `blocks.${layer}.${name}`;
  const look = <T extends tf.Tensor>(name: BlockSite, value: T) => seen(observer, at(name), value);

  const heads = project(stream, context);
  let query = look("attn.q", heads("query"));
  let key = look("attn.k", heads("key"));
  let value = look("attn.v", heads("value"));
  if (rotary) {
    query = look("attn.rot_q", turned(query, rotary));
    key = look("attn.rot_k", turned(key, rotary));
  }
  if (past) ({ key, value } = past.append(layer, key, value));
  const pattern = look("attn.pattern", mechanisms.softmax(scored(query, key, context)));
  const z = look("attn.z", mechanisms.attentionMix(pattern, value));
  const output = weights.linear(`blocks.${layer}.attn.output`);
  if (observer.watches(at("attn.result"))) {
    const written = results(z, output, mechanisms), changed = look("attn.result", written);
    // A mere look must not change a bit, so only an edit goes on from the heads' own sums.
    if (changed !== written) return sumOfHeads(changed, output);
  }
  return mechanisms.linear(mergeHeads(z), output.matrix, output.bias, output);
}

/** The scores `[head, batch, query, key]` as the softmax reads them. */
function scored(query: tf.Tensor, key: tf.Tensor, context: BlockContext): tf.Tensor {
  const { weights, layer, observer, mechanisms, mask } = context;
  const site: Site = `blocks.${layer}.attn.scores`;
  const hidden = (scores: tf.Tensor) => mask ? scores.add(mask) : scores;
  const scale = weights.architecture.attentionScales[layer]!;
  const scores = hidden(mechanisms.attentionScores(query, key, { scale }));
  if (!observer.watches(site)) return scores;
  // The mask belongs to the model: an edit of scores never lets a query see a later key, or padding.
  const changed = observer.change(site, scores);
  const after = changed === scores ? scores : hidden(maskCausal(changed));
  observer.keep(site, after);
  return after;
}

/** Makes queries, keys and values `[head, batch, position, head_width]` from the stream, one map at a time. */
function project(stream: tf.Tensor, context: BlockContext): (part: Part) => tf.Tensor {
  const { weights, layer, observer, mechanisms } = context;
  const norm = (x: tf.Tensor, observer: Observer) =>
    normed(x, weights.norm(`blocks.${layer}.ln1`), { ...context, observer }, {
      scale: `blocks.${layer}.ln1.scale`,
      normalized: `blocks.${layer}.ln1.normalized`,
    });
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
  return (part) => {
    const inputs = changed.get(part);
    if (inputs) return ownInputs(inputs, part, context, norm);
    const { slot, ...columns } = weights.headColumns(layer, part);
    const map = weights.linear(slot);
    const known = outputs.get(slot) ?? mechanisms.linear(shared, map.matrix, map.bias, map);
    outputs.set(slot, known);
    return splitHeads(known, { ...columns, headWidth: weights.architecture.headWidth });
  };
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
  // Edits of the norm hold for every copy; what is kept of it is the shared stream's.
  const unkept: Observer = {
    watches: (site) => observer.watches(site),
    change: (site, value) => observer.change(site, value),
    keep: () => {},
  };
  const outputs: tf.Tensor[] = tf.unstack(inputs).map((own, head) => {
    const all = mechanisms.linear(norm(own, unkept), map.matrix, map.bias, map);
    return splitHeads(all, { heads: 1, headWidth, offset: offset + head * stride });
  });
  return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 0);
}

/** What each head writes, `[head, batch, position, width]`. */
function results(z: tf.Tensor, output: LinearMap, { linear }: Mechanisms): tf.Tensor {
  const [heads, , , headWidth] = z.shape as [number, number, number, number];
  const each = tf.unstack(z).map((own, head) => {
    const start = head * headWidth;
    const matrix = output.transposed
      ? tf.slice(output.matrix, [0, start], [-1, headWidth])
      : tf.slice(output.matrix, [start, 0], [headWidth, -1]);
    return linear(own, matrix as tf.Tensor2D, null, output).expandDims(0);
  });
  return heads === 1 ? each[0]! : tf.concat(each, 0);
}

function sumOfHeads(results: tf.Tensor, { bias }: LinearMap): tf.Tensor {
  const sum = tf.sum(results, 0);
  return bias ? sum.add(bias) : sum;
}
