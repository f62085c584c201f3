/**
 * The sites that a pass comes to which begins or ends within the model.
 *
 * @module
 */

import { plainSiteName, type Site, type Transformer } from "../model/mod.ts";
import type { tf } from "../tensor/mod.ts";

/** Where a run begins, if not at the embedding. */
export interface StartAt {
  /** The block. */
  readonly layer: number;
  /** The stream that enters it, `[batch, position, width]`, such as another run's `blocks.3.resid_pre`. */
  readonly stream: tf.Tensor;
}

/** Where a run begins and ends. */
export interface Bounds {
  /** Begins at a block with a given stream, instead of at the embedding. */
  readonly start?: StartAt;
  /** Ends before this block; the number of layers ends before the last norm. */
  readonly stop?: number;
}

/**
 * Checks where a run begins and ends, and tells which sites it comes to.
 *
 * @throws {RangeError} If there is no such layer, or the run ends before it begins.
 * @throws {TypeError} If the stream does not fit the prompts.
 */
export function reachedSites(
  model: Transformer,
  { start, stop }: Bounds,
  batch: number,
  columns: number,
): ReadonlySet<Site> {
  const { layers } = model.architecture, first = start?.layer ?? 0;
  checkLayer("start", first, layers - 1, 0);
  if (stop !== undefined) checkLayer("stop", stop, layers, first);
  if (start) checkStream(model, start.stream, [batch, columns, model.architecture.width]);
  const sites = model.match("*").filter((site) => {
    const layer = Number(/^blocks\.(\d+)\./.exec(site)?.[1] ?? NaN);
    if (Number.isNaN(layer)) return /embed$/.test(site) ? !start : stop === undefined;
    return layer >= first && layer < (stop ?? layers);
  });
  return new Set(sites);
}

/**
 * Refuses a site that a run does not come to.
 *
 * @throws {RangeError} If it is not among those reached.
 */
export function refuseUnreached(name: string, purpose: string, reached: ReadonlySet<Site>): void {
  const site = plainSiteName(name) as Site;
  if (reached.has(site)) return;
  throw new RangeError(
    `Cannot ${purpose} ${site} as the run must come to it: it begins or ends elsewhere`,
  );
}

function checkLayer(name: string, layer: number, greatest: number, least: number): void {
  if (Number.isInteger(layer) && layer >= least && layer <= greatest) return;
  throw new RangeError(
    `Cannot run a part of a model as ${name} must be a layer from ${least} to ${greatest}: current value is ${layer}`,
  );
}

function checkStream(model: Transformer, stream: tf.Tensor, shape: readonly number[]): void {
  const found = stream?.shape;
  if (found?.join() === shape.join()) return;
  throw new TypeError(
    `Cannot start a run of ${model.provenance.name} as the stream must be [batch, position, width], [${
      shape.join(", ")
    }]: its shape is ${found ? `[${found.join(", ")}]` : "none"}`,
  );
}
