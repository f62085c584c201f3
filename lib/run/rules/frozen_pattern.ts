/**
 * Attention whose pattern is a constant.
 *
 * @module
 */

import type { Mechanisms } from "../../model/mod.ts";
import { detach } from "../../tensor/mod.ts";

/**
 * Treats attention patterns as constants, so that attention is linear in its values and queries and keys have no
 * gradient.
 *
 * Elhage et al., "A Mathematical Framework for Transformer Circuits", 2021; Ali et al., 2022,
 * https://arxiv.org/abs/2202.07304, call it the AH-rule.
 */
export function frozenPattern(mechanisms: Mechanisms): Mechanisms {
  return { ...mechanisms, softmax: (scores) => detach(mechanisms.softmax(scores)) };
}
