/**
 * Causal attention in one call, where nobody looks at scores or pattern.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { attentionMix, attentionScores } from "./attention.ts";
import { mergeHeads, splitHeads } from "./heads.ts";
import { hasKernel, runKernel } from "./kernel.ts";
import { softmax } from "./softmax.ts";

/** Heads of queries, keys or values: cut out already, or where they stand among columns. */
export interface AttendPart {
  /** The heads `[head, batch, position, head_width]`, or columns `[batch, position, column]`. */
  readonly of: tf.Tensor;
  /** The first column of the first head. @default {0} */
  readonly offset?: number;
  /** The columns from one head's beginning to the next one's. @default {the head width} */
  readonly stride?: number;
}

/** What {@linkcode attend} reads. */
export interface AttendInputs {
  /** Queries. */
  readonly query: AttendPart;
  /** Keys, of as many heads as queries have or of fewer, each for as many neighbours. */
  readonly key: AttendPart;
  /** Values, of as many heads as keys have. */
  readonly value: AttendPart;
  /**
   * Keys and values of positions before these, `[head, batch, position, head_width]`. Of fewer rows than the queries have, each
   * serves every so many of them: row r reads row `r % rows`. They have no gradient.
   */
  readonly past?: { readonly key: tf.Tensor; readonly value: tf.Tensor };
}

/** Options for {@linkcode attend}. */
export interface AttendOptions {
  /** The heads of queries. */
  readonly heads: number;
  /** The heads of keys and values. */
  readonly groups: number;
  /** The numbers of a head. */
  readonly headWidth: number;
  /** What each product of a query and a key is multiplied by. */
  readonly scale: number;
}

/**
 * Mixes values by the softmax of scaled products of queries and keys; a query sees the keys up to its own position.
 *
 * On the native backend the heads are read where they stand, and neither scores nor pattern are kept: gradients make them
 * again. Elsewhere it is composed of {@linkcode attentionScores}, {@linkcode softmax} and {@linkcode attentionMix}.
 *
 * @param inputs Queries, keys and values.
 * @param options The heads and the scale.
 * @returns The mixed values `[batch, position, head · head_width]`, heads beside each other.
 * @throws {TypeError} If the sizes do not fit.
 *
 * @example
 * ```ts
 * import { attend, tf } from "@innerworks/innerworks";
 *
 * const of = tf.tensor3d([[[0, 2], [0, 4]]]); // a column for queries and keys, one for values
 * const column = (offset: number) => ({ of, offset });
 * const inputs = { query: column(0), key: column(0), value: column(1) };
 * attend(inputs, { heads: 1, groups: 1, headWidth: 1, scale: 1 }).print(); // [[[2], [3]]]
 * ```
 */
export function attend(inputs: AttendInputs, options: AttendOptions): tf.Tensor3D {
  const { query, key, value, past } = inputs, { heads, groups, headWidth, scale } = options;
  check(inputs, options);
  if (!hasKernel("Attend")) return composeAttend(inputs, options);
  const places = Object.fromEntries(
    Object.entries({ query, key, value }).flatMap(([name, { offset = 0, stride = headWidth }]) => [
      [`${name}Offset`, offset],
      [`${name}Stride`, stride],
    ]),
  );
  const attributes = { heads, groups, headWidth, scale, ...places };
  if (past) {
    return runKernel("Attend", {
      query: query.of,
      key: key.of,
      value: value.of,
      pastKey: past.key,
      pastValue: past.value,
    }, attributes) as tf.Tensor3D;
  }
  if (query.of === key.of && key.of === value.of) {
    return runKernel("AttendColumns", { x: query.of }, attributes) as tf.Tensor3D;
  }
  return runKernel(
    "Attend",
    { query: query.of, key: key.of, value: value.of },
    attributes,
  ) as tf.Tensor3D;
}

/** The same of operations that have every derivative, on any backend. */
export function composeAttend(inputs: AttendInputs, options: AttendOptions): tf.Tensor3D {
  const { past } = inputs, { heads, groups, headWidth, scale } = options;
  const cut = ({ of, offset = 0, stride = headWidth }: AttendPart, heads: number) =>
    of.rank === 4 ? of : splitHeads(of, { heads, headWidth, offset, stride });
  return tf.tidy(() => {
    const query = cut(inputs.query, heads), batch = query.shape[1]!;
    const own = { key: cut(inputs.key, groups), value: cut(inputs.value, groups) };
    const whole = (name: "key" | "value") => {
      if (!past) return own[name];
      const before = past[name], copies = batch / before.shape[1]!;
      return tf.concat([copies === 1 ? before : tf.tile(before, [1, copies, 1, 1]), own[name]], 2);
    };
    const pattern = softmax(attentionScores(query, whole("key"), { scale }));
    return mergeHeads(attentionMix(pattern, whole("value"))) as tf.Tensor3D;
  });
}

/** Refuses parts whose heads, rows or positions do not fit each other. */
function check({ query, key, value, past }: AttendInputs, options: AttendOptions): void {
  const { heads, groups, headWidth } = options;
  const [batch, queries] = query.of.shape.slice(-3) as [number, number];
  const fits = (part: AttendPart, count: number, positions: number | null) => {
    const { of: { shape }, offset = 0, stride = headWidth } = part;
    if (positions !== null && shape.at(-2) !== positions || shape.at(-3) !== batch) return false;
    return shape.length === 4
      ? shape[0] === count && shape[3] === headWidth
      : shape.length === 3 && offset >= 0 && stride >= headWidth &&
        offset + (count - 1) * stride + headWidth <= shape[2]!;
  };
  const rows = past?.key.shape[1] ?? 1, keys = key.of.shape.at(-2)!;
  const fitting = heads % groups === 0 && fits(query, heads, null) && fits(key, groups, null) &&
    fits(value, groups, keys) && keys >= queries && batch % rows === 0 &&
    (!past || past.key.shape.join() === past.value.shape.join() &&
        past.key.rank === 4 && past.key.shape[0] === groups && past.key.shape[3] === headWidth);
  if (fitting) return;
  const shapes = [query.of, key.of, value.of, ...past ? [past.key, past.value] : []];
  throw new TypeError(
    `Cannot attend as ${heads} heads of queries, ${groups} of keys and values, rows and positions must fit: shapes are ${
      shapes.map(({ shape }) => `[${shape.join(", ")}]`).join(", ")
    }`,
  );
}
