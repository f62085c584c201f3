/**
 * Norms that divide by a constant.
 *
 * @module
 */

import type { Mechanisms } from "../../model/mod.ts";
import { detach } from "../../tensor/mod.ts";

/**
 * Treats what each norm divides by as a constant, so that a norm is linear and the parts of a stream have additive
 * effects. Centring, gain and bias stay as they are.
 *
 * As in direct logit attribution and attribution patching; Ali et al., "XAI for Transformers", 2022,
 * https://arxiv.org/abs/2202.07304, call it the LN-rule.
 */
export function frozenNorm(mechanisms: Mechanisms): Mechanisms {
  const { normScale, normalize, affine } = mechanisms;
  const frozen: Mechanisms["normScale"] = (x, kind) => detach(normScale(x, kind));
  return {
    ...mechanisms,
    normScale: frozen,
    norm: (x, kind, { gain, bias }) => {
      const centre = kind.kind === "layer";
      return affine(normalize(x, frozen(x, kind), { centre }), gain, bias);
    },
  };
}
