/**
 * Rules: how gradients run through the building blocks of a pass.
 *
 * @module
 */

export { frozenNorm } from "./frozen_norm.ts";
export { frozenPattern } from "./frozen_pattern.ts";
export type { Rule, RuleName, Rules } from "./rule.ts";
