/**
 * Weights rewritten so that a model computes the same and is easier to read.
 *
 * @module
 */

export { centreUnembedding } from "./centre_unembedding.ts";
export { centreWritingWeights } from "./centre_writing_weights.ts";
export { foldNorms } from "./fold_norms.ts";
export { foldValueBiases } from "./fold_value_biases.ts";
export {
  processWeights,
  type ProcessWeightsOptions,
  type WeightProcessing,
} from "./process_weights.ts";
export type { ProcessingOptions } from "./step.ts";
