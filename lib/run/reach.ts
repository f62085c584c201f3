/**
 * The sites that a pass comes to which begins or ends within the model.
 *
 * @module
 */

import type { Site, Transformer } from "../model/mod.ts";
import { refuseUnknownOptions } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import { zeroInPadding } from "./layout.ts";
import type { Window } from "./window.ts";

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
  if (start !== undefined) refuseUnknownOptions("start a run", start, ["layer", "stream"]);
  const { layers } = model.architecture, first = start === undefined ? 0 : start.layer;
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
 * Refuses sites none of which a run comes to.
 *
 * @param purpose What is done at them, as an error begins after "Cannot".
 * @param sites One site, or those of a pattern.
 * @param reached The sites that the run comes to.
 * @param pattern The pattern; the site itself by default.
 * @throws {RangeError} If none of them is among those reached.
 */
export function refuseUnreached(
  purpose: string,
  sites: readonly Site[],
  reached: ReadonlySet<Site>,
  pattern?: string,
): void {
  if (sites.some((site) => reached.has(site))) return;
  const what = sites.length === 1 ? sites[0] : pattern;
  throw new RangeError(
    `Cannot ${purpose} ${what} as the run must come to it: it begins or ends elsewhere`,
  );
}

/**
 * The stream that a run begins with: as given where tokens stand, zeros in the padding, where results hold NaN, which
 * would spread.
 *
 * @param model The model.
 * @param start Where the run begins.
 * @param window Where the tokens of each example lie.
 * @returns A tensor of its own.
 * @throws {RangeError} If there is NaN where a token stands.
 */
export function startingStream(
  model: Transformer,
  { stream }: StartAt,
  window: Window,
): tf.Tensor {
  const cleared = zeroInPadding(stream, ["batch", "position", "width"], window);
  // On WebGPU numbers cannot be read here.
  const wrong = tf.getBackend() === "webgpu" ? -1 : cleared.dataSync().findIndex(Number.isNaN);
  if (wrong < 0) return cleared;
  cleared.dispose();
  const place = Math.floor(wrong / model.architecture.width),
    example = Math.floor(place / window.to);
  throw new RangeError(
    `Cannot start a run of ${model.provenance.name} as its stream must hold numbers: example ${example} has NaN at position ${
      place % window.to - window.rows[example]!.start
    }`,
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
