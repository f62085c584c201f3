/**
 * How many labels to leave out.
 *
 * @module
 */

/**
 * Rounds up to a step that is easily counted in.
 *
 * @param least The least step there is room for.
 * @returns 1, 2, 5, 10, 20, 50 and so on.
 */
export function roundStep(least: number): number {
  for (let ten = 1;; ten *= 10) {
    for (const step of [ten, 2 * ten, 5 * ten]) if (step >= least) return step;
  }
}
