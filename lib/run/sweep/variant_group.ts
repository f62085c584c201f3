/**
 * Variants that begin at one column, run as one batch which each joins at its layer.
 *
 * @module
 */

import type { Pass } from "../../model/mod.ts";
import { inSlices, tf } from "../../tensor/mod.ts";
import type { BaseRun } from "./base_run.ts";
import type { PlannedVariant } from "./plan.ts";
import type { ReadOut } from "./read_out.ts";
import { RowsObserver } from "./rows_observer.ts";

/** What a group is run with. */
export interface GroupContext {
  /** The run without edits. */
  readonly base: BaseRun;
  /** What is read off. */
  readonly readOut: ReadOut;
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** The batch while it runs. */
interface Running {
  readonly context: GroupContext;
  readonly column: number;
  readonly past: Pass["past"];
  variants: PlannedVariant[];
  stream: tf.Tensor | null;
}

/**
 * Runs variants that begin at one column.
 *
 * @param variants The variants, those that begin first first.
 * @param column The column.
 * @param context The run without edits, and what is read off.
 * @returns The metrics `[variant, example, metric]`.
 */
export async function runGroup(
  variants: readonly PlannedVariant[],
  column: number,
  context: GroupContext,
): Promise<Float64Array> {
  const { base } = context, { layers } = base.model.architecture;
  const fixed = column > 0 ? base.past(column) : undefined;
  const running: Running = { context, column, past: fixed, variants: [], stream: null };
  const joining = (layer: number) => variants.filter((own) => own.layer === layer);
  try {
    for (const variant of variants) variant.instrument.move(column, base.layout.window.to);
    const embedded = joining(-1);
    if (embedded.length > 0) await step(running, embedded, { stop: 0 });
    for (let layer = 0; layer < layers; layer++) {
      join(running, joining(layer), layer);
      if (running.stream) await step(running, [], { layer, stop: layer + 1 });
    }
    join(running, joining(layers), layers);
    const observer = observerOf(running, running.variants);
    const watched = variants.some(({ instrument }) => instrument.readsLastSites);
    const { readOut, signal } = context;
    if (!watched) return await readPicked(running, context);
    return await readOut.read(running.stream!, column, { observer, watched }, signal);
  } finally {
    running.stream?.dispose();
    fixed?.dispose();
  }
}

/** Reads off the columns that are read alone, so many logits at a time. */
async function readPicked(
  { stream, column }: Running,
  { base, readOut, signal }: GroupContext,
): Promise<Float64Array> {
  const picked = readOut.pick(stream!, column, base);
  try {
    return await readOut.readPicked(picked, signal);
  } finally {
    picked.dispose();
  }
}

function observerOf(
  { context: { base } }: Running,
  variants: readonly PlannedVariant[],
): RowsObserver {
  return new RowsObserver(
    base.model,
    base.tokens.length,
    variants.map(({ instrument }) => instrument),
  );
}

/** Puts the rows of variants that begin at a layer behind those that run already. */
function join(running: Running, joining: readonly PlannedVariant[], layer: number): void {
  if (joining.length === 0) return;
  const { context: { base }, column } = running, before = running.stream;
  running.stream = tf.tidy(() => {
    const own = tf.tile(base.stream(layer, column), [joining.length, 1, 1]);
    return before ? tf.concat([before, own], 0) : own;
  });
  before?.dispose();
  running.variants.push(...joining);
}

/** Runs the embedding or one block. */
async function step(
  running: Running,
  embedded: readonly PlannedVariant[],
  { layer, stop }: { readonly layer?: number; readonly stop: number },
): Promise<void> {
  running.variants.push(...embedded);
  const { variants, stream } = running, { base } = running.context;
  // Where nobody looks at a block it runs in fewer steps, so that those who do, mostly the ones that join, run apart.
  const quiet = layer === undefined ? 0 : quietCount(variants, layer);
  if (!stream || layer === undefined || quiet === 0 || quiet === variants.length) {
    const start = stream && layer !== undefined ? { start: { layer, stream } } : {};
    running.stream = await pass(running, variants, { ...start, stop });
  } else {
    const [batch, columns, width] = stream.shape as [number, number, number];
    const rows = quiet * base.tokens.length;
    const parts = [
      [variants.slice(0, quiet), [0, rows]],
      [variants.slice(quiet), [rows, batch - rows]],
    ] as const;
    const after: tf.Tensor[] = [];
    try {
      for (const [own, [from, count]] of parts) {
        const cut = tf.slice(stream, [from, 0, 0], [count, columns, width]);
        try {
          after.push(await pass(running, own, { start: { layer, stream: cut }, stop }));
        } finally {
          cut.dispose();
        }
      }
      running.stream = tf.concat(after, 0);
    } finally {
      tf.dispose(after);
    }
  }
  stream?.dispose();
}

/** How many variants, from the first on, do nothing in a block. */
function quietCount(variants: readonly PlannedVariant[], layer: number): number {
  const first = variants.findIndex(({ blocks }) => blocks.has(layer));
  return first < 0 ? variants.length : first;
}

/** Runs a stretch of the model on the rows of some variants. */
function pass(
  running: Running,
  variants: readonly PlannedVariant[],
  bounds: Pick<Pass, "start" | "stop">,
): Promise<tf.Tensor> {
  const { context: { base, signal }, column, past } = running, { pass } = base.layout;
  const repeated = <T>(rows: readonly T[]) => variants.flatMap(() => rows);
  const own: Pass = {
    ids: repeated(pass.ids.map((row) => row.slice(column))),
    ...pass.starts ? { starts: repeated(pass.starts) } : {},
    ...pass.lengths ? { lengths: repeated(pass.lengths) } : {},
    ...past ? { past } : {},
    ...bounds,
  };
  return inSlices(base.model.forward(own, observerOf(running, variants)), signal);
}
