/**
 * Chance by seed, and what may be said of numbers that depend on it: intervals and tests. Plain
 * numbers in, plain data out.
 *
 * @module
 */

export { givingWay } from "./give_way.ts";
export { RandomStream } from "./random.ts";
