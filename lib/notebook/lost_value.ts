/**
 * What is said of a cell whose value Deno lost.
 *
 * @module
 */

/**
 * Name and text of the error for a cell that Deno reports as failed without an error.
 *
 * Deno's kernel holds the promises weakly through which it fetches a cell's value. They are collected where the last line
 * calls something that works on in the same turn without being awaited, and where the cell waits for what nobody holds.
 */
export const LOST_VALUE = [
  "ValueLost",
  "Deno lost the value of the cell's last line, which worked on without being awaited or waited for what nothing can " +
  "bring: put await before the call, and let what it waits for be held by something",
] as const;
