/**
 * Where the tokens of each example lie among the columns of a pass.
 *
 * @module
 */

/** Where an example's prompt lies in the columns of a batch. */
export interface WindowRow {
  /** The column of its first token: the padding on its left. */
  readonly start: number;
  /** How many tokens its prompt has; generated ones are not counted. */
  readonly length: number;
  /** The number of its prompt, where several rows of a batch continue the same one. @default {its place among the rows} */
  readonly example?: number;
}

/** The columns of a pass, and where each example's tokens lie in them. */
export interface Window {
  /** Where each example's prompt lies. */
  readonly rows: readonly WindowRow[];
  /** The first column of this pass: position i of a site is column `from + i`, and key j is column j. */
  readonly from: number;
  /** The column after the last of this pass. */
  readonly to: number;
  /** Named spans: for each name the positions in each example, counted from its prompt's start. */
  readonly spans?: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** What kind of run an instrument serves. */
export interface WindowMode {
  /** Whether columns after a prompt are generated tokens; in a plain run they are padding on the right. */
  readonly generates: boolean;
  /** How many tokens are generated at most. @default {not known} */
  readonly tokens?: number;
}

/** The window of a single pass over prompts that start in the first column and are all as long. */
export function plainWindow(batch: number, length: number): Window {
  return { rows: Array.from({ length: batch }, () => ({ start: 0, length })), from: 0, to: length };
}

/**
 * The columns of an example that hold a token of it, up to a column.
 *
 * @param row Where its prompt lies.
 * @param to The column after the last that was computed.
 * @param mode Whether what follows the prompt is generated.
 * @returns The first column and the one after the last.
 */
export function tokenColumns(
  { start, length }: WindowRow,
  to: number,
  { generates }: WindowMode,
): { readonly from: number; readonly to: number } {
  return { from: start, to: generates ? to : Math.min(to, start + length) };
}

/**
 * The column of a position of an example's prompt.
 *
 * @param window Where the prompts lie.
 * @param example The row of the batch.
 * @param position The position; negative ones count from the prompt's end.
 * @throws {RangeError} If there is no such example or position.
 */
export function columnOf({ rows }: Window, example: number, position: number): number {
  const row = rows[example];
  if (!row) {
    throw new RangeError(
      `Cannot find a position as its example must be from 0 to ${
        rows.length - 1
      }: current value is ${example}`,
    );
  }
  const at = position < 0 ? row.length + position : position;
  if (Number.isInteger(at) && at >= 0 && at < row.length) return row.start + at;
  throw new RangeError(
    `Cannot find a position as it must be from ${-row.length} to ${
      row.length - 1
    } in example ${example}: current value is ${position}`,
  );
}

/** Whether every column of a pass holds a token of every example, so that nothing is padding. */
export function isUnpadded({ rows, to }: Window, mode: WindowMode): boolean {
  return rows.every((row) => row.start === 0 && tokenColumns(row, to, mode).to === to);
}

/**
 * Checks that the rows of a window are whole numbers that lie in its columns.
 *
 * @throws {RangeError} If they do not.
 */
export function checkWindow({ rows, from, to, spans = {} }: Window, mode: WindowMode): void {
  const refuse = (why: string, value: unknown): never => {
    throw new RangeError(`Cannot run a pass as ${why}: current value is ${value}`);
  };
  const whole = (value: number, least: number) => Number.isInteger(value) && value >= least;
  if (!whole(from, 0)) refuse("its window must begin at a column from 0 on", from);
  if (!whole(to, from + 1)) refuse(`its window must end after column ${from}`, to);
  rows.forEach(({ start, length }, i) => {
    if (!whole(start, 0)) refuse(`example ${i} must start at a column from 0 on`, start);
    if (!whole(length, 1)) refuse(`example ${i} must have a token or more`, length);
    if (!mode.generates && start + length > to) {
      refuse(`example ${i} must end by column ${to}`, start + length);
    }
  });
  for (const [name, lists] of Object.entries(spans)) {
    if (lists.length !== rows.length) {
      refuse(
        `span ${JSON.stringify(name)} must have positions for each of the ${rows.length} examples`,
        `${lists.length} lists`,
      );
    }
  }
}
