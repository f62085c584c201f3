/**
 * Circuits: which parts of a model do the work, by patching them.
 *
 * @module
 */

export { AttributionBeside, type BesideFacts, type BesideNode } from "./attribution_beside.ts";
export { attributionPatching, type AttributionPatchingOptions } from "./attribution_patching.ts";
export {
  AttributionPatching,
  type AttributionPatchingFacts,
  type NodeEstimate,
} from "./attribution_patching_result.ts";
export type { CellPlaces } from "./cell_places.ts";
export type { NodeAxis, NodeScores } from "./node_scores.ts";
