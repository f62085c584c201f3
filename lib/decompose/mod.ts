/**
 * Decompositions: what the residual stream, a logit and a circuit are made of.
 *
 * @module
 */

export { type GrowthRate, growthRate } from "./growth_rate.ts";
export { NormGrowth, normGrowth, type NormGrowthOptions } from "./norm_growth.ts";
export {
  type WeightNorm,
  WeightNorms,
  weightNorms,
  type WeightNormsOptions,
} from "./weight_norms.ts";
