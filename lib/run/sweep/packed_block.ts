/**
 * A block, run on rows of several lengths at once.
 *
 * @module
 */

import { nobody, type PackedSegment, type Pass } from "../../model/mod.ts";
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
  /** How many there are. */
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
      const columns = segment.stream.shape[1]!;
      const leave = last ? Math.max(0, Math.min(columns - 1, readOut.first - segment.first)) : 0;
      for (let from = 0; from < segment.variants.length;) {
        const room = Math.floor((most - tokens) / (batch * columns));
        if (room < 1 && tokens > 0) {
          await flush();
          continue;
        }
        const count = Math.min(segment.variants.length - from, Math.max(1, room));
        pieces.push({ segment, from: from * batch, rows: count * batch, leave });
        tokens += count * batch * columns;
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

/** Runs a block on some rows. */
async function runPieces(
  pieces: readonly Piece[],
  layer: number,
  { base, signal, past }: PackedBlockContext,
  made: Map<Segment, tf.Tensor[]>,
): Promise<void> {
  const { width } = base.model.architecture;
  const segments = pieces.map(({ segment: { first, stream }, rows, leave }): PackedSegment => {
    const before = past(first), columns = stream.shape[1]!;
    const own = before ? { past: (layer: number) => before.before(layer) } : {};
    return { rows, columns, first, leave, ...own };
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
