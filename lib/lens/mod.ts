/**
 * Lenses: what vectors of the stream say in the words of the vocabulary, without training.
 *
 * @module
 */

export type { LensNorm } from "./lens_rows.ts";
export type { LensToken, RowReading } from "./row_reading.ts";
export type { TokenName } from "./token_ids.ts";
export { ReadOut, readOut, type ReadOutOptions, type VectorReading } from "./read_out.ts";
