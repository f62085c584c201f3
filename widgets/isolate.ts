/**
 * Text whose direction is its own.
 *
 * @module
 */

/** Keeps the direction of a label to itself; its position always stands first. */
export const isolate = (text: string): string => `\u2066${text}\u2069`;
