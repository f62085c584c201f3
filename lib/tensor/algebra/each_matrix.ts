/**
 * The loop over a batch of matrices.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import { givingWay } from "../../stats/mod.ts";
import { refuseOddSignal } from "../slices.ts";
import type { Matrix } from "./matrix.ts";
import { type Solver, solver } from "./solver.ts";

/** Options of a decomposition. */
export interface AlgebraOptions {
  /** Stops the work between two matrices of a batch. */
  readonly signal?: AbortSignal;
}

/**
 * Refuses options of a decomposition that have no meaning.
 *
 * @param purpose What is done, for the error.
 * @param options The options.
 * @param own The names that the decomposition has of its own.
 * @throws {TypeError} If there is another.
 */
export function refuseOddOptions(
  purpose: string,
  options: AlgebraOptions,
  own: readonly string[] = [],
): void {
  refuseUnknownOptions(purpose, options, [...own, "signal"]);
  refuseOddSignal(options.signal);
}

/**
 * Solves one matrix after the other, giving way to other tasks between them.
 *
 * @param list The matrices.
 * @param solve What is done with each, and its place in the list.
 * @param signal Stops the work.
 * @returns What was found for each.
 * @throws The signal's reason, if it is raised.
 */
export async function eachMatrix<Found>(
  list: readonly Matrix[],
  solve: (by: Solver, of: Matrix, index: number) => Promise<Found>,
  signal?: AbortSignal,
): Promise<Found[]> {
  const by = await solver(), pause = givingWay(signal), found: Found[] = [];
  for (const [index, of] of list.entries()) {
    found.push(await solve(by, of, index));
    await pause();
  }
  return found;
}
