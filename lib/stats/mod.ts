/**
 * Chance by seed, and what may be said of numbers that depend on it: intervals and tests. Plain
 * numbers in, plain data out.
 *
 * @module
 */

export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapIntervalOptions,
  type BootstrapStatistic,
} from "./bootstrap_interval.ts";
export {
  type BootstrapIntervals,
  bootstrapIntervals,
  type BootstrapIntervalsOptions,
} from "./bootstrap_intervals.ts";
export {
  type ClopperPearson,
  clopperPearson,
  type ClopperPearsonOptions,
} from "./clopper_pearson.ts";
export type { Alternative, FlipOptions } from "./flip_signs.ts";
export { givingWay, nextTurn } from "./give_way.ts";
export { kendallCorrelation } from "./kendall_correlation.ts";
export { stopCheck } from "./stop_check.ts";
export { RandomStream } from "./random.ts";
export { correlation, rankCorrelation } from "./rank_correlation.ts";
export { seedStream } from "./seed_stream.ts";
export { type SignFlipTest, signFlipTest, type SignFlipTestOptions } from "./sign_flip_test.ts";
export { type SignFlipTests, signFlipTests, type SignFlipTestsOptions } from "./sign_flip_tests.ts";
