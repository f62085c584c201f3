/**
 * A block, run on rows of several lengths at once.
 *
 * @module
 */

import { type KeysAndValues, nobody, type PackedSegment, type Pass } from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { FixedPast } from "./base_run.ts";
import type { PlannedVariant } from "./plan.ts";
import type { GroupContext } from "./variant_group.ts";

/** Rows that begin at one column. */
export interface Segment {
  /** The column of the first position. */
  first: number;
  /** The variants, each with a row for each example. */
  readonly variants: PlannedVariant[];
  /** The streams, `[variant · example, position, width]`. */
  stream: tf.Tensor;
}

/** Rows of a segment that go through a block in one call. */
interface Piece {
  readonly segment: Segment;
  /** The first row. */
  readonly from: number;
  /** How many there are: those of whole variants, or some of one variant. */
  readonly rows: number;
  /** The first column that goes on. */
  readonly leave: number;
}

/** What a block is run with. */
export interface PackedBlockContext extends GroupContext {
  /** The most tokens of a call. */
  readonly most: number;
  /** The keys and values before a column. */
  readonly past: (column: number) => FixedPast | null;
}

/**
 * Runs a block on rows that nobody looks at, so many tokens at once. Of the last block only the columns from the first on that
 * is read go on.
 *
 * @param segments The rows; their streams, and behind the last block their first columns, become others.
 * @param layer The block.
 * @param context The run without edits, and how much may run at once.
 */
export async function packedBlock(
  segments: readonly Segment[],
  layer: number,
  context: PackedBlockContext,
): Promise<void> {
  const { base, readOut, most } = context, last = layer === base.model.architecture.layers - 1;
  const batch = base.tokens.length, made = new Map<Segment, tf.Tensor[]>();
  let pieces: Piece[] = [], tokens = 0;
  const flush = async () => {
    if (pieces.length > 0) await runPieces(pieces, layer, context, made);
    [pieces, tokens] = [[], 0];
  };
  try {
    for (const segment of segments) {
      const columns = segment.stream.shape[1]!, all = segment.stream.shape[0]!;
      const leave = last ? Math.max(0, Math.min(columns - 1, readOut.first - segment.first)) : 0;
      for (let from = 0; from < all;) {
        const room = Math.max(0, Math.floor((most - tokens) / columns));
        const rows = rowsOf(from, all, { batch, room });
        if (rows === 0 && tokens > 0) {
          await flush();
          continue;
        }
        const count = rows || 1;
        pieces.push({ segment, from, rows: count, leave });
        tokens += count * columns;
        from += count;
      }
    }
    await flush();
  } catch (error) {
    tf.dispose([...made.values()].flat());
    throw error;
  }
  for (const [segment, parts] of made) {
    const before = segment.stream.shape[1]!;
    segment.stream.dispose();
    segment.stream = parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
    if (parts.length > 1) tf.dispose(parts);
    segment.first += before - segment.stream.shape[1]!;
  }
}

/** How many rows go on from one: those of whole variants if there is room, else some of one variant. */
function rowsOf(
  from: number,
  all: number,
  { batch, room }: { readonly batch: number; readonly room: number },
): number {
  const whole = Math.floor(room / batch) * batch;
  if (from % batch === 0 && whole > 0) return Math.min(whole, all - from);
  return Math.min(room, batch - from % batch);
}

/** The keys and values of the rows of a piece: those of all examples, or of some. */
function pastOf(
  { before }: { readonly before: KeysAndValues },
  { from, rows }: Pick<Piece, "from" | "rows">,
  batch: number,
): KeysAndValues {
  if (from % batch === 0 && rows % batch === 0) return before;
  const cut = (x: tf.Tensor) => {
    const [heads, , columns, width] = x.shape as [number, number, number, number];
    return tf.slice(x, [0, from % batch, 0, 0], [heads, rows, columns, width]);
  };
  return { key: cut(before.key), value: cut(before.value) };
}

/** Runs a block on some rows. */
async function runPieces(
  pieces: readonly Piece[],
  layer: number,
  { base, signal, past }: PackedBlockContext,
  made: Map<Segment, tf.Tensor[]>,
): Promise<void> {
  const { width } = base.model.architecture;
  const batch = base.tokens.length;
  const segments = pieces.map((piece): PackedSegment => {
    const { segment: { first, stream }, rows, leave } = piece;
    const fixed = past(first), columns = stream.shape[1]!;
    const of = (layer: number) => pastOf({ before: fixed!.before(layer) }, piece, batch);
    return { rows, columns, first, leave, ...fixed ? { past: of } : {} };
  });
  const stream = tf.tidy(() => {
    const parts = pieces.map(({ segment: { stream }, from, rows }) =>
      tf.slice(stream, [from, 0, 0], [rows, stream.shape[1]!, width]).reshape([1, -1, width])
    );
    return parts.length === 1 ? parts[0]!.clone() : tf.concat(parts, 1);
  });
  const pass: Pass = {
    ids: [Array<number>(stream.shape[1]!).fill(0)],
    lengths: [base.layout.window.to],
    packed: { segments },
    start: { layer, stream },
    stop: layer + 1,
  };
  let after: tf.Tensor;
  try {
    after = await inSlices(base.model.forward(pass, nobody), signal);
  } finally {
    stream.dispose();
  }
  let start = 0;
  segments.forEach(({ rows, columns, leave = 0 }, i) => {
    const own = columns - leave, { segment } = pieces[i]!;
    const part = tf.tidy(() =>
      tf.slice(after, [0, start, 0], [1, rows * own, width]).reshape([rows, own, width])
    );
    made.set(segment, [...made.get(segment) ?? [], part]);
    start += rows * own;
  });
  after.dispose();
}
