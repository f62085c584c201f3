/**
 * Gradients through runs.
 *
 * @module
 */

export { gradients, type GradientsOptions } from "./gradients.ts";
export type { GradientsJson } from "./gradients_json.ts";
export { type Differentiated, type FoundGradients, Gradients } from "./gradients_result.ts";
export { type JacobianOptions, jacobianVector, vectorJacobian } from "./products.ts";
export type { DifferentiatedOptions } from "./recorded_run.ts";
