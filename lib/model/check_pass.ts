/**
 * What must hold of a pass before anything is computed.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import { keysStay } from "./blocks/rotary.ts";
import type { Pass } from "./pass.ts";

/**
 * Refuses a pass whose parts do not fit each other or the model: what a kernel would read beside them is numbers too.
 *
 * @param pass The pass.
 * @param architecture What the model computes.
 * @throws {RangeError} If it has no rows or columns, rows of several lengths, more positions than the model, or starts,
 * columns to read or tokens that are not there.
 */
export function checkPass(
  { ids, starts, lengths, past, packed, read, vocabulary }: Pass,
  architecture: Pick<Architecture, "positions" | "position" | "vocabulary">,
): void {
  const { positions } = architecture;
  const batch = ids.length, columns = ids[0]?.length ?? 0;
  const first = past?.columns ?? 0, end = first + columns;
  if (columns === 0) {
    refuse("there must be a row of ids with a column or more", `[${ids.length}, 0]`);
  }
  const other = ids.find((row) => row.length !== columns);
  if (other) refuse(`rows of ids must be of one length, ${columns}`, other.length);
  checkRows("starts", starts, batch);
  const reads = read === "last" ? undefined : read;
  checkRows("columns to read", reads, batch);
  checkRows("lengths", lengths, batch);
  // A row may start after these columns, which are padding to it then.
  const before = starts?.find((start) => !Number.isInteger(start) || start < 0);
  if (before !== undefined) refuse("a row must start at a column from 0 on", before);
  const longest = packed
    ? Math.max(...packed.segments.map(({ first, columns }) => first + columns))
    : end - (starts ? Math.min(...starts) : 0);
  const tokens = packed?.segments.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  if (tokens !== undefined && tokens !== columns) {
    refuse(`packed rows must have as many tokens together as there are ids, ${columns}`, tokens);
  }
  if (longest > positions) {
    refuse(`a row must have at most ${positions} tokens, the model's positions`, longest);
  }
  for (let row = 0; row < (first > 0 ? batch : 0); row++) {
    const after = lengths?.[row] ?? end - (starts?.[row] ?? 0);
    if (keysStay(architecture, after - columns, after)) continue;
    refuse("angles that depend on the length of the text must be those of the past", after);
  }
  const none = vocabulary?.find((id) =>
    !Number.isInteger(id) || id < 0 || id >= architecture.vocabulary
  );
  if (none !== undefined) {
    refuse(`tokens must be from 0 to ${architecture.vocabulary - 1}`, none);
  }
  if (vocabulary?.length === 0) refuse("there must be a token whose logit is computed", "none");
  for (const row of reads ?? []) {
    const wrong = row.find((column) =>
      !Number.isInteger(column) || column < 0 || column >= columns
    );
    if (wrong !== undefined) refuse(`columns to read must be from 0 to ${columns - 1}`, wrong);
    if (row.length !== reads![0]!.length) {
      refuse(`as many columns must be read in each row, ${reads![0]!.length}`, row.length);
    }
  }
}

/** Refuses lists that have not an entry for each row. */
function checkRows(what: string, list: readonly unknown[] | undefined, batch: number): void {
  if (list && list.length !== batch) {
    refuse(`there must be ${what} for each of the ${batch} rows`, list.length);
  }
}

function refuse(why: string, value: unknown): never {
  throw new RangeError(`Cannot run a pass as ${why}: current value is ${value}`);
}
