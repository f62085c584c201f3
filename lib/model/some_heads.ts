/**
 * Some heads of a block, run alone: each row of a batch others.
 *
 * @module
 */

import { attend, splitHeads, tf } from "../tensor/mod.ts";
import type { Architecture } from "./architecture.ts";
import { attendInSteps, type HeadParts, normedPart, turn } from "./blocks/attend_in_steps.ts";
import type { BlockContext } from "./blocks/attention.ts";
import { attentionNorm } from "./blocks/attention_norm.ts";
import { scaled } from "./blocks/scaled.ts";
import { PositionTensors } from "./blocks/position_tensors.ts";
import type { KeysAndValues, PastKeys } from "./key_value_cache.ts";
import { exact } from "./mechanisms.ts";
import { nobody, type Observer, seen } from "./observer.ts";
import type { BlockSite } from "./sites.ts";
import type { Transformer } from "./transformer.ts";
import type { LinearMap } from "./weights.ts";

/** Rows of a batch in which the same heads are run. */
export interface HeadRows {
  /** How many rows there are. */
  readonly rows: number;
  /** The query heads, in their order. */
  readonly queries: readonly number[];
  /** The heads of keys and values that they read: one for each, or each for as many neighbours. */
  readonly keys: readonly number[];
}

/** Heads, and what they read. All rows have as many query heads, and as many key heads. */
export interface SomeHeads {
  /** The block. */
  readonly layer: number;
  /** Which heads each row runs, in the order of the batch. */
  readonly heads: readonly HeadRows[];
  /** The column of the first position. */
  readonly first: number;
  /** How many tokens the prompts have. */
  readonly length: number;
  /** Queries, keys and values as the block projects them, `[head, row, position, head_width]`. */
  readonly parts: HeadParts;
  /** Keys and values of the columns before, `[head, row, column, head_width]`. */
  readonly past: KeysAndValues | null;
  /** The stream that enters the block, `[row, position, width]`, read where somebody looks at the heads' own inputs. */
  readonly stream: tf.Tensor;
}

/**
 * Whether heads of a model may be run alone: no head's queries or keys depend on another's, nor has a head weights beside
 * the projections.
 */
export function headsStandAlone({ queryKeyNorm, sinks, position }: Architecture): boolean {
  const apart = !queryKeyNorm || queryKeyNorm.over !== "heads" && !queryKeyNorm.byHead;
  return apart && !sinks && position.kind !== "alibi";
}

/**
 * Mixes values as some heads of a block do; sites from the heads' inputs to the pattern have the axis `head` of these heads alone.
 *
 * @param model The model.
 * @param some The heads, and what they read.
 * @param observer Who reads and changes values.
 * @returns What the heads mix, `[head, row, position, head_width]`; the caller's to free.
 */
export function mixOfHeads(
  { weights }: Pick<Transformer, "weights">,
  some: SomeHeads,
  observer: Observer,
): tf.Tensor {
  const { layer, first, parts, length } = some, columns = parts.q.shape[2]!;
  const past = some.past && pastOf(some.past, first);
  const pass = {
    ids: [Array<number>(columns).fill(0)],
    lengths: [length],
    ...past ? { past } : {},
  };
  const places = [Array.from({ length: columns }, (_, column) => first + column)];
  const positions = new PositionTensors(weights.architecture, pass, places);
  try {
    const own = positions.of(layer);
    return tf.tidy(() => {
      const context: BlockContext = { ...own, weights, layer, observer, mechanisms: exact, past };
      const look = (name: "q" | "k" | "v") =>
        seen(
          observer,
          `blocks.${layer}.attn.${name}`,
          projected(name, some, context) ?? parts[name],
        );
      return mixed({ q: look("q"), k: look("k"), v: look("v") }, some.past, context);
    });
  } finally {
    positions.dispose();
  }
}

/** Keys and values of columns before, which stay as they are. */
function pastOf(before: KeysAndValues, columns: number): PastKeys {
  return {
    columns,
    append: (_, key, value) => ({
      key: tf.concat([before.key, key], 2),
      value: tf.concat([before.value, value], 2),
    }),
  };
}

/** In one call where nobody looks at scores or pattern, else in steps. */
function mixed(parts: HeadParts, past: KeysAndValues | null, context: BlockContext): tf.Tensor {
  const { layer, observer, mask, weights: { architecture } } = context;
  const { attentionScales, clip, scoreCap, headWidth } = architecture;
  const within: readonly BlockSite[] = ["attn.scores", "attn.pattern"];
  const looked = within.some((name) => observer.watches(`blocks.${layer}.${name}`));
  if (looked || mask || clip || scoreCap) return attendInSteps(parts, context);
  const query = turn(normedPart(parts.q, "q", context), "rot_q", context);
  const key = turn(normedPart(parts.k, "k", context), "rot_k", context);
  const inputs = { query: { of: query }, key: { of: key }, value: { of: parts.v } };
  const heads = query.shape[0]!, scale = attentionScales[layer]!;
  const made = attend(past ? { ...inputs, past } : inputs, {
    heads,
    groups: key.shape[0]!,
    headWidth,
    scale,
  });
  return splitHeads(made, { heads, headWidth, offset: 0, stride: headWidth });
}

const PARTS = { q: "query", k: "key", v: "value" } as const;

/** Projects each head's own copy of the stream by that head's columns, where somebody looks at the copies. */
function projected(
  name: "q" | "k" | "v",
  { heads, stream, parts }: SomeHeads,
  context: BlockContext,
): tf.Tensor | null {
  const { weights, layer, observer, mechanisms } = context;
  const site = `blocks.${layer}.attn.${name}_input` as const;
  if (!observer.watches(site)) return null;
  const count = parts[name].shape[0]!;
  const inputs = seen(observer, site, tf.tile(stream.expandDims(0), [count, 1, 1, 1]));
  const read = attentionNorm(inputs, context, nobody);
  const { slot, offset = 0, stride } = weights.headColumns(layer, PARTS[name]);
  const { headWidth } = weights.architecture, map = weights.linear(slot);
  const [, , columns, width] = read.shape as [number, number, number, number];
  const each = Array.from({ length: count }, (_, place) => {
    let from = 0;
    const made = heads.map(({ rows, queries, keys }) => {
      const start = offset + (name === "q" ? queries : keys)[place]! * stride;
      const own = tf.slice(read, [place, from, 0, 0], [1, rows, columns, width]);
      const matrix = map.transposed
        ? tf.slice(map.matrix, [start, 0], [headWidth, -1])
        : tf.slice(map.matrix, [0, start], [-1, headWidth]);
      const bias = map.bias && tf.slice(map.bias, [start], [headWidth]);
      from += rows;
      return mechanisms.linear(own, matrix as tf.Tensor2D, bias as tf.Tensor1D | null, map);
    });
    return made.length === 1 ? made[0]! : tf.concat(made, 1);
  });
  return each.length === 1 ? each[0]! : tf.concat(each, 0);
}

/** Heads, and what they mixed. */
export interface MixedHeads extends Pick<SomeHeads, "layer" | "heads"> {
  /** What they mixed, `[head, row, position, head_width]`. */
  readonly mixed: tf.Tensor;
}

/**
 * Makes what some heads of a block write, apart from each other, and says what an observer changes of their sum; the site
 * `attn.result` has the axis `head` of these heads alone.
 *
 * @param model The model.
 * @param some The heads, and what they mixed.
 * @param observer Who changes what they write.
 * @returns What is added to what attention writes, before any norm of that, `[row, position, width]`; the caller's to free.
 */
export function changeOfResults(
  { weights }: Pick<Transformer, "weights">,
  { layer, heads, mixed }: MixedHeads,
  observer: Observer,
): tf.Tensor {
  const output = weights.linear(`blocks.${layer}.attn.output`);
  const { headWidth, writingScale = 1 } = weights.architecture;
  const [count, , columns] = mixed.shape as [number, number, number];
  return tf.tidy(() => {
    const each = Array.from({ length: count }, (_, place) => {
      let from = 0;
      const made = heads.map(({ rows, queries }) => {
        const own = tf.slice(mixed, [place, from, 0, 0], [1, rows, columns, headWidth]);
        from += rows;
        const matrix = columnsOfHead(output, queries[place]! * headWidth, headWidth);
        return exact.linear(own, matrix, null, output);
      });
      return made.length === 1 ? made[0]! : tf.concat(made, 1);
    });
    const own = scaled(each.length === 1 ? each[0]! : tf.concat(each, 0), writingScale);
    const changed = seen(observer, `blocks.${layer}.attn.result`, own);
    return changed.sub(own).sum(0);
  });
}

/** The rows of an output map that read one head. */
function columnsOfHead(
  { matrix, transposed }: LinearMap,
  start: number,
  count: number,
): tf.Tensor2D {
  const [begin, size] = transposed ? [[0, start], [-1, count]] : [[start, 0], [count, -1]];
  return tf.slice(matrix, begin as [number, number], size as [number, number]) as tf.Tensor2D;
}
