/**
 * The one forward pass: all runs, watched, edited, differentiated or plain, go through here.
 *
 * @module
 */

import { tf } from "../tensor/mod.ts";
import { block } from "./blocks/block.ts";
import { embed, unembed } from "./blocks/embedding.ts";
import { PositionTensors } from "./blocks/position_tensors.ts";
import { checkPass } from "./check_pass.ts";
import { exact } from "./mechanisms.ts";
import type { Observer } from "./observer.ts";
import type { PackedRows, Pass } from "./pass.ts";
import type { Weights } from "./weights.ts";

/**
 * Runs a model step by step: the embedding, each block and the unembedding are one step each, and between them nothing
 * but the stream is held, so that a caller may wait there.
 *
 * @param weights The weights of the model.
 * @param pass The token ids, and where to begin and to end.
 * @param observer Who reads and changes values.
 * @returns The logits, `[batch, position, vocabulary]`, or the stream before the block where the pass stops; the
 * caller's to free.
 * @throws {RangeError} If the parts of the pass do not fit each other or the model.
 */
export function* forwardSteps(
  weights: Weights,
  pass: Pass,
  observer: Observer,
): Generator<void, tf.Tensor3D> {
  checkPass(pass, weights.architecture);
  const { past, start, stop, packed, mechanisms = exact } = pass;
  const first = past?.columns ?? 0;
  const places = placesOf(pass, first);
  const positions = new PositionTensors(weights.architecture, pass, places);
  const shared = { weights, observer, mechanisms, past: past ?? null, packed };
  let stream: tf.Tensor | null = null;
  /** Replaces the stream, freeing everything else that the step made. */
  const step = (work: (stream: tf.Tensor | null) => tf.Tensor) => {
    const before: tf.Tensor | null = stream;
    stream = tf.tidy(() => work(before));
    if (before !== null && before !== stream) (before as tf.Tensor).dispose();
  };
  try {
    step(() => start ? start.stream.clone() : embed(pass.ids, places, shared));
    yield;
    for (let layer = start?.layer ?? 0; layer < (stop ?? weights.architecture.layers); layer++) {
      const own = positions.of(layer);
      const given = layer === start?.layer ? start.given : undefined;
      step((stream) => block(stream!, { ...shared, ...own, layer, given }));
      yield;
    }
    if (stop === undefined) {
      step((stream) => unembed(readColumns(stream!, pass), shared, pass.vocabulary));
    }
    const result = stream!;
    stream = null;
    return result as tf.Tensor3D;
  } finally {
    (stream as tf.Tensor | null)?.dispose();
    positions.dispose();
  }
}

/** The position of each column: one list for all rows, or, where rows are padded on the left, a list for each. */
function placesOf({ ids, starts, packed }: Pass, first: number): readonly (readonly number[])[] {
  if (packed) return [packedPlaces(packed)];
  const columns = ids[0]!.map((_, column) => first + column);
  if (!starts?.some((start) => start > 0)) return [columns];
  // What stands in the padding is never read, so any position will do for it.
  return starts.map((start) => columns.map((column) => Math.max(0, column - start)));
}

/** The column of each token of packed rows. */
function packedPlaces({ segments }: PackedRows): readonly number[] {
  return segments.flatMap(({ rows, columns, first }) =>
    Array.from({ length: rows * columns }, (_, token) => first + token % columns)
  );
}

/** The columns of the stream that are to be read off. */
function readColumns(stream: tf.Tensor, { read }: Pass): tf.Tensor {
  const [batch, columns, width] = stream.shape as [number, number, number];
  if (read === "last") return tf.slice(stream, [0, columns - 1, 0], [batch, 1, width]);
  if (!read) return stream;
  const rows = read.flatMap((own, row) => own.map((column) => row * columns + column));
  return tf.gather(stream.reshape([batch * columns, width]), tf.tensor1d(rows, "int32"))
    .reshape([batch, read[0]!.length, width]);
}
