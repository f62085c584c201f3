/**
 * Norms, LayerNorm and RMSNorm, with their parts as sites.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { type Observer, seen } from "../observer.ts";
import type { Site } from "../sites.ts";
import type { NormWeights } from "../weights.ts";
import type { Architecture } from "../architecture.ts";
import type { Mechanisms } from "../mechanisms.ts";

/** The sites of a norm. */
export interface NormSites {
  /** What the stream is divided by. */
  readonly scale: Site;
  /** The stream after that. */
  readonly normalized: Site;
}

/** What a norm reads beside the stream. */
export interface NormContext {
  /** Says of what kind the norms are. */
  readonly weights: { readonly architecture: Pick<Architecture, "norm"> };
  /** Who reads and changes values. */
  readonly observer: Observer;
  /** What it computes with. */
  readonly mechanisms: Mechanisms;
}

/** Normalises a stream `[..., width]`, in one fused step unless its parts are watched; both ways give the same bits. */
export function normed(
  x: tf.Tensor,
  own: NormWeights,
  { weights, observer, mechanisms }: NormContext,
  sites: NormSites,
): tf.Tensor {
  const { norm } = weights.architecture;
  if (!observer.watches(sites.scale) && !observer.watches(sites.normalized)) {
    return mechanisms.norm(x, norm, own);
  }
  const scale = seen(observer, sites.scale, mechanisms.normScale(x, norm));
  const divided = mechanisms.normalize(x, scale, { centre: norm.kind === "layer" });
  return mechanisms.affine(seen(observer, sites.normalized, divided), own.gain, own.bias);
}
