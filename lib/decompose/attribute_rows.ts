/**
 * What each part of the stream gives along directions, at some positions of one run.
 *
 * @module
 */

import { exactMechanisms } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { constant, type Expansion } from "./expansion.ts";
import type { FrozenNorm } from "./frozen_run.ts";
import type { Levels, Part } from "./part.ts";
import { keptFrom } from "./kept_from.ts";
import { readOnce } from "./read_once.ts";
import type { StreamRows } from "./stream_rows.ts";
import { pulled, pushed, type StreamEnd, type StreamWrite, streamWrites } from "./stream_writes.ts";
import { writeParts } from "./write_parts.ts";

/**
 * How the last norm is treated: its scale that of the run (`frozen`), each part measured by itself (`own`), or the norm's true
 * derivative at the run's stream (`derivative`).
 */
export type NormTreatment = "frozen" | "own" | "derivative";

/** What is read along, and how. */
export interface Reading {
  /** Where the stream is read. */
  readonly end: StreamEnd;
  /** How finely it is taken apart. */
  readonly levels: Levels;
  /** How the norm is treated. */
  readonly norm: NormTreatment;
  /** Whether the last norm lies between the stream and the directions. */
  readonly through: boolean;
  /** The directions, `[row, width]`. */
  readonly directions: tf.Tensor;
}

/** Parts with their values, `[component, row]`. */
export interface PartValues {
  /** The parts. */
  readonly parts: Part[];
  /** The value of each part in each row. */
  readonly values: number[][];
}

/** Takes the products of the stream with directions apart, a write at a time. */
export function* attributeRows(rows: StreamRows, reading: Reading): Generator<void, PartValues> {
  // Each part has a norm of its own then, and all vectors of a layer's neurons at many rows are too many.
  if (reading.norm === "own" && rows.places.length > 1) return yield* rowByRow(rows, reading);
  const { end, levels, directions } = reading;
  const made = keptFrom(() => {
    const norm = reading.through ? rows.norm("ln_final") : null;
    return { norm, writes: streamWrites(rows, end), before: beforeNorm(rows, norm, reading) };
  });
  try {
    const found: PartValues = { parts: [], values: [] };
    const add = (expansion: Expansion) => {
      const numbers = readOnce(() => valuesOf(expansion, rows, made, reading));
      // Plain lists: a typed array for each of tens of thousands of neurons takes longer than all the arithmetic.
      const count = rows.places.length;
      for (const [i, part] of expansion.parts.entries()) {
        const own = new Array<number>(count);
        for (let row = 0; row < count; row++) own[row] = numbers[i * count + row]!;
        found.parts.push(part);
        found.values.push(own);
      }
    };
    for (const write of made.writes) {
      for (const expansion of writeParts(write, rows, levels)) add(expansion);
      yield;
    }
    const bias = made.norm?.bias;
    if (bias) {
      const last = constant({ label: "ln_final bias", layer: null, vector: bias }, rows, []);
      found.parts.push(last.parts[0]!);
      found.values.push([...readOnce(() => last.along(directions))]);
    }
    return found;
  } finally {
    tf.dispose([made.before ?? [], ...scalesOf(made.writes), made.norm?.scale ?? []]);
  }
}

/** The scales of all norms, each once. */
function scalesOf(writes: readonly StreamWrite[]): tf.Tensor[] {
  return [...new Set(writes.flatMap(({ own, after }) => [...own ? [own] : [], ...after]))]
    .map(({ scale }) => scale);
}

function* rowByRow(rows: StreamRows, reading: Reading): Generator<void, PartValues> {
  const each: PartValues[] = [];
  for (const row of rows.places.keys()) {
    const directions = tf.tidy(() => tf.slice(reading.directions, [row, 0], [1, -1]));
    try {
      each.push(yield* attributeRows(rows.only(row), { ...reading, directions }));
    } finally {
      directions.dispose();
    }
  }
  const parts = each[0]!.parts;
  return {
    parts,
    values: parts.map((_, i) => each.map(({ values }) => values[i]![0]!)),
  };
}

/** The directions before the last norm; null where each part is measured by itself. */
function beforeNorm(
  rows: StreamRows,
  norm: FrozenNorm | null,
  { norm: treatment, directions }: Reading,
): tf.Tensor | null {
  if (!norm) return directions.clone();
  if (treatment === "own") return null;
  if (treatment === "frozen") return pulled(directions, [norm]);
  // d norm(x) = (dx − x̂ (x̂ · dx) / width) / scale, centred where the norm centres; x̂ is the stream after the division.
  const gained = directions.mul(norm.gain);
  const own = norm.centred ? gained.sub(gained.mean(-1, true)) : gained;
  const read = rows.value("ln_final.normalized");
  return own.sub(read.mul(own.mul(read).mean(-1, true))).div(norm.scale);
}

function valuesOf(
  { norms, along, vectors }: Expansion,
  rows: StreamRows,
  { norm, before }: { readonly norm: FrozenNorm | null; readonly before: tf.Tensor | null },
  { directions }: Reading,
): tf.Tensor {
  if (before) return along(pulled(before, norms));
  const own = pushed(vectors(), norms), centred = norm!.centred ? own.sub(own.mean(-1, true)) : own;
  const scale = exactMechanisms.normScale(own, rows.model.architecture.norm);
  return centred.div(scale).mul(norm!.gain).mul(directions).sum(-1);
}
