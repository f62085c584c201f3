/**
 * What is thrown where two prompts do not make a pair.
 *
 * @module
 */

/** Two prompts that do not make a pair for a model: unequal token counts, or answers that one token cannot tell apart. */
export class PairError extends RangeError {
  /** The name of the class. */
  override readonly name = "PairError";
}
