/**
 * Sweeps: thousands of edited runs for the price of a few.
 *
 * @module
 */

export { SweepResult } from "./sweep_result.ts";
export type { SweepAxis, SweepDirection, SweepMetric, SweepValues } from "./sweep_values.ts";
