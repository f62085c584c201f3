/**
 * Sweeps: thousands of edited runs for the price of a few.
 *
 * @module
 */

export type { CellPlace, GridOptions } from "./cell_edit.ts";
export { type EdgeHead, headEdges, type HeadEdgesOptions, type HeadInput } from "./head_edges.ts";
export { headsByLayers, type HeadsByLayersOptions } from "./heads_by_layers.ts";
export { headsByPositions, type HeadsByPositionsOptions } from "./heads_by_positions.ts";
export { layersByPositions, type LayersByPositionsOptions } from "./layers_by_positions.ts";
export { neurons, type NeuronsOptions } from "./neurons.ts";
export { patternCells, type PatternCellsOptions } from "./pattern_cells.ts";
export { planSweep } from "./plan_sweep.ts";
export { sweep } from "./sweep.ts";
export type { PlanSweepOptions, SweepOptions } from "./sweep_options.ts";
export { type SweepBatch, SweepPlan, type SweepPlanFacts } from "./sweep_plan.ts";
export type { SweepPrompts } from "./sweep_prompts.ts";
export { runsOf, type SweepDrawOptions, type SweepPicture } from "./sweep_drawing.ts";
export type { Normalisation } from "./sweep_effects.ts";
export type { JsonNumber, SweepJson } from "./sweep_json.ts";
export { type SweepCode, sweepFrom } from "./sweep_code.ts";
export type { GridCode } from "./grid_code.ts";
export type { SweepMeansOptions } from "./sweep_means.ts";
export type { SweepPlace, SweepSelection } from "./sweep_place.ts";
export { SweepPictures, SweepResult } from "./sweep_result.ts";
export type { SweepMeasure, SweepStatistics, SweepStatisticsOptions } from "./sweep_statistics.ts";
export { type SweepRow, SweepTable } from "./sweep_table.ts";
export type { SweepAxis, SweepDirection, SweepMetric, SweepValues } from "./sweep_values.ts";
export type { GridBuilder, GridContext, Variant, VariantGrid } from "./variant.ts";
