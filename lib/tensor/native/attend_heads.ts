/**
 * Where the heads of attention stand, cut out or among columns, for products of matrices to read them there.
 *
 * @module
 */

import type * as tf from "../tfjs.ts";
import type { AttendOptions } from "../attend.ts";
import type { NativeBackend } from "./backend.ts";
import type { Values } from "./blas.ts";

/** A part of attention. */
export type Part = "query" | "key" | "value";
/** The heads, and where they stand among columns. */
export type Attributes =
  & AttendOptions
  & Readonly<Record<`${Part}Offset` | `${Part}Stride`, number>>;
/** The tensors of a call. */
export type Inputs = Part | "pastKey" | "pastValue";

/** Heads of queries, keys or values, wherever they stand. */
export interface Heads {
  /** The numbers among which they stand. */
  readonly values: Values;
  /** How many positions they have. */
  readonly positions: number;
  /** How many rows. */
  readonly batch: number;
  /** How far positions are apart. */
  readonly stride: number;
  /** Where a head of a row begins. */
  readonly at: (head: number, row: number) => number;
}

/** The heads of a tensor `[head, batch, position, head_width]`, or of columns. */
function headsOf(info: tf.TensorInfo, values: Values, [offset, between]: Place): Heads {
  const [batch, positions, last] = info.shape.slice(-3) as [number, number, number];
  if (info.shape.length === 4) {
    const at = (head: number, row: number) => (head * batch + row) * positions * last;
    return { values, positions, batch, stride: last, at };
  }
  const at = (head: number, row: number) => row * positions * last + offset + head * between;
  return { values, positions, batch, stride: last, at };
}

type Place = readonly [offset: number, between: number];

const placeOf = (attrs: Attributes, part: Part): Place => [
  attrs[`${part}Offset`],
  attrs[`${part}Stride`],
];

/** What is read and written of one head of one row. */
export interface Work {
  /** What computes. */
  readonly backend: NativeBackend;
  /** The queries. */
  readonly query: Heads;
  /** The keys. */
  readonly key: Heads;
  /** The values. */
  readonly value: Heads;
  /** Keys and values of positions before. */
  readonly past: { readonly key: Heads; readonly value: Heads } | null;
  /** The sizes. */
  readonly attrs: Attributes;
}

/** A head of a row, and the head of keys that it reads. */
export interface HeadRow {
  /** The head. */
  readonly head: number;
  /** The head of keys and values. */
  readonly group: number;
  /** The row. */
  readonly row: number;
}

/** Lists each head of each row. */
export function headRows({ query, attrs }: Work): HeadRow[] {
  const share = attrs.heads / attrs.groups;
  return Array.from({ length: attrs.heads * query.batch }, (_, i) => {
    const head = Math.floor(i / query.batch), row = i % query.batch;
    return { head, group: Math.floor(head / share), row };
  });
}

/** Reads a head's matrix in a product, from a position on. */
export const left = (heads: Heads, head: number, row: number, from = 0) => ({
  a: heads.values,
  aOffset: heads.at(head, row) + from * heads.stride,
  aStride: heads.stride,
});
/** The same on the right of a product. */
export const right = (heads: Heads, head: number, row: number) => ({
  b: heads.values,
  bOffset: heads.at(head, row),
  bStride: heads.stride,
});

/** What a call of a kernel reads and writes. */
export function workOf(
  parts: Readonly<Record<Part, tf.TensorInfo>> & { readonly [name: string]: tf.TensorInfo },
  attrs: Attributes,
  backend: NativeBackend,
): Work {
  const heads = (info: tf.TensorInfo, place: Place) => headsOf(info, backend.floats(info), place);
  const { query, key, value, pastKey, pastValue } = parts;
  const past = pastKey && pastValue
    ? { key: heads(pastKey, [0, 0]), value: heads(pastValue, [0, 0]) }
    : null;
  return {
    backend,
    attrs,
    query: heads(query!, placeOf(attrs, "query")),
    key: heads(key!, placeOf(attrs, "key")),
    value: heads(value!, placeOf(attrs, "value")),
    past,
  };
}
