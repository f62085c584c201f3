/**
 * Norms, LayerNorm and RMSNorm, with their parts as sites.
 *
 * @module
 */

import {
  affine,
  layerNorm,
  layerNormScale,
  normalize,
  rmsNorm,
  rmsNormScale,
  type tf,
} from "../../tensor/mod.ts";
import type { NormKind } from "../architecture.ts";
import { type Observer, seen } from "../observer.ts";
import type { Site } from "../sites.ts";
import type { NormWeights } from "../weights.ts";

/** The sites of a norm. */
export interface NormSites {
  /** What the stream is divided by. */
  readonly scale: Site;
  /** The stream after that. */
  readonly normalized: Site;
}

/** Normalises a stream `[..., width]`, in one fused step unless its parts are watched; both ways give the same bits. */
export function normed(
  x: tf.Tensor,
  kind: NormKind,
  { gain, bias }: NormWeights,
  observer: Observer,
  sites: NormSites,
): tf.Tensor {
  const layer = kind.kind === "layer";
  if (!observer.watches(sites.scale) && !observer.watches(sites.normalized)) {
    return layer ? layerNorm(x, gain, bias, kind.epsilon) : rmsNorm(x, gain, kind.epsilon);
  }
  const measured = layer ? layerNormScale(x, kind.epsilon) : rmsNormScale(x, kind.epsilon);
  const scale = seen(observer, sites.scale, measured);
  const normalized = seen(observer, sites.normalized, normalize(x, scale, { centre: layer }));
  return affine(normalized, gain, bias);
}
