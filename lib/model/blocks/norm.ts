/**
 * Norms, LayerNorm and RMSNorm, with their parts as sites.
 *
 * @module
 */

import { normInParts, tf } from "../../tensor/mod.ts";
import { type Observer, seen } from "../observer.ts";
import type { BlockSite, Site } from "../sites.ts";
import type { NormWeights } from "../weights.ts";
import type { Architecture, NormKind } from "../architecture.ts";
import type { Law, LawValues } from "../law.ts";
import { hasNorm } from "../slots.ts";
import { exact, type Mechanisms } from "../mechanisms.ts";

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
  const { norm } = weights.architecture, centre = norm.kind === "layer";
  if (!observer.watches(sites.scale) && !observer.watches(sites.normalized)) {
    return mechanisms.norm(x, norm, own);
  }
  // Most who watch only look, so that all parts are made at once; what is changed goes on by steps.
  const bySteps = STEPS.some((step) => mechanisms[step] !== exact[step]);
  const parts = bySteps
    ? null
    : normInParts(x, own.gain, own.bias, { centre, epsilon: norm.epsilon });
  const scale = seen(observer, sites.scale, parts?.scale ?? mechanisms.normScale(x, norm));
  const divided = scale === parts?.scale
    ? parts.normalized
    : mechanisms.normalize(x, scale, { centre });
  const normalized = seen(observer, sites.normalized, divided);
  return normalized === parts?.normalized
    ? parts.output
    : mechanisms.affine(normalized, own.gain, own.bias);
}

const STEPS = ["normScale", "normalize", "affine"] as const;

/** What a norm gives, from its site `normalized`: stretched by the gain, and shifted by the bias. */
export function stretched(
  values: Pick<LawValues, "architecture" | "weight" | "of">,
  norm: string,
): tf.Tensor {
  const { gains = true, kind } = values.architecture.norm;
  const normalized = values.of(`${norm}.normalized` as Site);
  if (!gains) return normalized;
  const gained = normalized.mul(values.weight(`${norm}.w`));
  return kind === "layer" ? gained.add(values.weight(`${norm}.b`)) : gained;
}

/** What a norm divides a stream by, and what comes out, beside each other. */
export function measured(x: tf.Tensor, { kind, epsilon }: NormKind): tf.Tensor {
  const centred = kind === "layer" ? x.sub(x.mean(-1, true)) : x;
  const scale = centred.square().mean(-1, true).add(epsilon).sqrt();
  return tf.concat([scale, centred.div(scale)], -1);
}

/** The laws of the norms before attention and feed-forward, and of the last. */
export const normLaws: readonly Law[] = [
  ...([["ln1", "resid_pre"], ["ln2", "mlp_in"]] as const).map(([norm, input]): Law => ({
    name: `${norm}: scale and normalized are those of ${input}`,
    scope: "block",
    applies: (architecture) => architecture.norms !== "stream" && hasNorm(architecture, norm),
    sides: ({ at, architecture }) => [both(at, norm), measured(at(input), architecture.norm)],
  })),
  {
    name: "ln_final: scale and normalized are those of the last stream",
    scope: "model",
    applies: ({ finalNorm = true }) => finalNorm,
    sides: ({ of, architecture: { norm, layers } }) => [
      tf.concat([of("ln_final.scale"), of("ln_final.normalized")], -1),
      measured(of(`blocks.${layers - 1}.resid_post`), norm),
    ],
  },
];

/** The two sites of a norm of a block beside each other. */
export function both(
  at: LawValues["at"],
  norm: "ln1" | "ln2" | "ln1_post" | "ln2_post",
): tf.Tensor {
  const site = (part: "scale" | "normalized"): BlockSite => `${norm}.${part}`;
  return tf.concat([at(site("scale")), at(site("normalized"))], -1);
}
