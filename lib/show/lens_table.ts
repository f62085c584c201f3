/**
 * Lens tables: what would be said next if reading stopped at each stage, for every token of a prompt.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { drawnWithin, saidFirst } from "./show_within.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { formatNumber, formatPercent } from "./format_number.ts";
import { givenValue, isShownToken, refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { lensCells, lensRows, positionOf, rankLegend, sameToken } from "./lens_cells.ts";
import { textTable } from "./text_table.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, type ValueScale } from "./value_scale.ts";

/** A token that is read off at one stage and position. */
export interface LensReading {
  /** The token. */
  readonly token: ShownToken;
  /** Its probability there, from 0 to 1. */
  readonly probability: number;
}

/** What {@linkcode lensTable} draws. */
export interface LensTableOptions {
  /** The names of the stages, the first one first, such as "embed" to "layer 3". */
  readonly stages: readonly string[];
  /** The tokens of the prompt. */
  readonly tokens: readonly ShownToken[];
  /** Where each of them stands in the prompt. @default {0, 1, 2, … as in a whole prompt} */
  readonly positions?: readonly number[];
  /** The likeliest tokens of each cell, [stage][position][rank], the likeliest first; not all need be as many. */
  readonly top: readonly (readonly (readonly LensReading[])[])[];
  /** A token to follow through all cells. */
  readonly tracked?: {
    /** The token. */
    readonly token: ShownToken;
    /** Its rank in each cell, [stage][position]; the likeliest token has rank 1. */
    readonly ranks: readonly (readonly number[])[];
  };
  /**
   * The stage from which the top token of each position stays the same to the end, by its place in `stages`; NaN where
   * there is none. Found in `top` if left out.
   */
  readonly decided?: readonly number[];
  /** What should follow each token, shown below it; undefined where that is not known. */
  readonly targets?: readonly (ShownToken | undefined)[];
  /** The heading; what a lens table is if left out. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a cell, with `{stage}` and `{place}` (of its token among those shown) in it, for who copies it. */
  readonly code?: Code;
}

/** What {@linkcode LensTableOptions} may hold. */
const known = [
  "stages",
  "tokens",
  "positions",
  "top",
  "tracked",
  "decided",
  "targets",
  "title",
  "caption",
  "code",
];

/** The same for every table, so that two can be compared. */
const scale: ValueScale = { scale: "sequential", transform: "linear", low: 0, high: 1 };

/** Finds for each position the first stage from which the top token is that of the last stage. */
function decidedStages({ top, tokens }: LensTableOptions): number[] {
  return tokens.map((_, position) => {
    const tops = top.map((stage) => stage[position]?.[0]?.token);
    if (!tops.at(-1)) return NaN;
    let first = tops.length - 1;
    while (first > 0 && sameToken(tops[first - 1], tops.at(-1))) first--;
    return first;
  });
}

/**
 * Draws the token that is likeliest at each stage, from the first stage at the top to the last at the bottom, as reading
 * goes and next to what should follow; each column is a token of the prompt, and its cells say what would come after it.
 * Colour is the probability, from 0 to 1 in every table. A thick line above a cell marks the stage from which the top
 * token stays the same to the end. The ranks of a tracked token stand below, coloured by their logarithm.
 *
 * @param options Stages, tokens and readings.
 * @returns A document; its text lists the stages of the last position, and where each position is decided.
 * @throws {RangeError} If there is not one list of readings for every stage and token, or a rank is below 1.
 * @throws {TypeError} If an option is not known, a token has no text or a probability is no number.
 *
 * @example
 * ```ts
 * import { lensTable } from "@innerworks/innerworks";
 * const lens = lensTable({
 *   stages: ["embed", "layer 0"],
 *   tokens: [{ text: "gave" }],
 *   top: [
 *     [[{ token: { text: " a" }, probability: 0.2 }]],
 *     [[{ token: { text: " to" }, probability: 0.7 }]],
 *   ],
 * });
 * if (!lens["text/plain"].includes("·to")) throw new Error("the top token is missing");
 * ```
 */
export function lensTable(options: LensTableOptions): DrawnDocument {
  checkOptions(options);
  return drawnWithin({
    count: options.tokens.length,
    draw: (shown) => drawLens(options, shown),
  });
}

/** Draws the first tokens. */
function drawLens(options: LensTableOptions, shown: number): DrawnDocument {
  const { stages, tokens, positions, top, tracked, targets, caption, code } = options;
  const first = <T>(list: readonly T[]): readonly T[] => list.slice(0, shown);
  const title = options.title ?? "What each stage would say next";
  const decided = options.decided ?? decidedStages(options);
  const empty = stages.length === 0 || tokens.length === 0;
  const cells = {
    ...options,
    tokens: first(tokens),
    ...positions && { positions: first(positions) },
    top: top.map(first),
    ...targets && { targets: first(targets) },
    ...tracked && { tracked: { ...tracked, ranks: tracked.ranks.map(first) } },
  };
  const indices = toIndices(cells.top.flat().map((cell) => cell[0]?.probability ?? NaN), scale);
  return documentOf({
    title,
    caption,
    code,
    less: saidFirst(shown, tokens.length, "tokens"),
    rows: lensRows(options),
    payload: { kind: "lensTable", tokens: first(tokens).map(tokenText), stages: stages.length },
    body: empty
      ? `<p style="${quiet}">No values</p>`
      : `<p class="axes" style="${quiet};margin:0 0 4px 0">${guide(options)}</p>` +
        lensCells({ ...cells, decided, indices, title }) +
        legendHtml(scale, "probability of the top token", undefined, indices) +
        (tracked ? rankLegend(tracked.token, tracked.ranks.flat()) : ""),
    text: empty ? "No values" : lensText(options, decided, shown),
  });
}

/** How the table is read. */
function guide({ targets, tokens, positions }: LensTableOptions): string {
  const all = positions ?? [...tokens.keys()];
  const inOrder = all.every((position, place) => position === all[0]! + place);
  const where = inOrder && all.length > 1
    ? `${all[0]} to ${all.at(-1)}`
    : all.length > 12
    ? `${all.length} of them`
    : `at ${all.join(", ")}`;
  return [
    "rows: stages, from the first at the top to the last at the bottom",
    `columns: tokens of the prompt, ${where}, each cell what would come after its token`,
    "thick line: from here on the top token stays the same to the end",
    ...targets ? ["✓: it is what should follow"] : [],
  ].join("; ");
}

/** The last position by stage, and every position with the stage that decides it. */
function lensText(
  options: LensTableOptions,
  decided: readonly number[],
  shown: number,
): string {
  const { stages, tokens, positions, tracked, targets } = options;
  const last = tokens.length - 1;
  const names = stages.map((stage) => stage.replace(/\s+/g, " "));
  const byStage = names.map((name, stage) => [
    name,
    ...readingText(options, stage, last),
    ...tracked ? [formatNumber(tracked.ranks[stage]![last]!)] : [],
  ]);
  const byPosition = tokens.slice(0, shown).map((token, position) => [
    String(positionOf(options, position)),
    tokenText(token),
    ...readingText(options, stages.length - 1, position),
    names[decided[position]!] ?? "undefined",
    ...targets ? [targets[position] ? tokenText(targets[position]) : ""] : [],
  ]);
  const read = ["top token", "probability"];
  const rank = tracked ? [`rank of ${tokenText(tracked.token)}`] : [];
  const should = targets ? ["should be"] : [];
  return [
    `after ${positionOf(options, last)} ${tokenText(tokens[last]!)}, the last ${
      positions ? "of those shown" : "position"
    }, by stage:`,
    textTable([["stage", ...read, ...rank], ...byStage], ["left", "left", "right", "right"]),
    `at ${
      names.at(-1)
    }, the last stage; decided at the first stage from which the top token stays:`,
    textTable(
      [["position", "token", ...read, "decided at", ...should], ...byPosition],
      ["right", "left", "left", "right"],
    ),
  ].join("\n");
}

/** The top token of a cell and its probability. */
function readingText({ top }: LensTableOptions, stage: number, position: number): string[] {
  const first = top[stage]![position]![0];
  return first ? [tokenText(first.token), formatPercent(first.probability)] : ["none", ""];
}

/** Refuses what a compiler would, and what has not the shape of the table. */
function checkOptions(options: LensTableOptions): void {
  const what = "draw a lens table";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["stages", "tokens", "top"]);
  const { stages, tokens, positions, top, tracked, decided, targets } = options;
  refuseUnlessStages(what, stages);
  refuseUnlessTokens(what, tokens);
  refuseUnlessGrid(what, "top", top, options);
  top.forEach((stage, i) =>
    stage.forEach((cell, j) => checkCell(cell, `stage ${i}, position ${j}`))
  );
  const each = [["decided", decided], ["targets", targets], ["positions", positions]] as const;
  for (const [name, list] of each) {
    if (list === undefined || list.length === tokens.length) continue;
    throw new RangeError(
      `Cannot ${what} as ${name} must be one for each token: current value is ${list.length} for ${tokens.length} tokens`,
    );
  }
  const outside = decided?.find((stage) =>
    !Number.isNaN(stage) && !(Number.isInteger(stage) && stage >= 0 && stage < stages.length)
  );
  if (outside !== undefined) {
    throw new RangeError(
      `Cannot ${what} as decided must be places from 0 to ${
        stages.length - 1
      }: current value is ${outside}`,
    );
  }
  refuseUnlessTokens(what, targets?.filter((token) => token !== undefined) ?? []);
  if (!tracked) return;
  refuseUnknownOptions(`${what}'s tracked token`, tracked, ["token", "ranks"]);
  refuseUnlessTokens(`${what}'s tracked token`, [tracked.token]);
  refuseUnlessGrid(what, "ranks", tracked.ranks, options);
  const wrong = tracked.ranks.flat().find((rank) => typeof rank !== "number" || rank < 1);
  if (wrong === undefined) return;
  throw new RangeError(
    `Cannot ${what} as ranks must count from 1: current value is ${givenValue(wrong)}`,
  );
}

function refuseUnlessStages(what: string, stages: readonly string[]): void {
  const rule = `Cannot ${what} as stages must be a list of words:`;
  if (!Array.isArray(stages)) {
    throw new TypeError(`${rule} current value is ${givenValue(stages)}`);
  }
  const strange = stages.findIndex((name) => typeof name !== "string");
  if (strange < 0) return;
  throw new TypeError(`${rule} the one at ${strange} is ${givenValue(stages[strange])}`);
}

/** Refuses what is not one list a stage with one entry a position. */
function refuseUnlessGrid(
  what: string,
  name: string,
  grid: readonly (readonly unknown[])[],
  { stages, tokens }: LensTableOptions,
): void {
  if (!Array.isArray(grid) || !grid.every((row) => Array.isArray(row))) {
    throw new TypeError(
      `Cannot ${what} as ${name} must be a list of lists: current value is ${givenValue(grid)}`,
    );
  }
  const widths = new Set(grid.map((row) => row.length));
  if (grid.length === stages.length && [...widths].every((width) => width === tokens.length)) {
    return;
  }
  throw new RangeError(
    `Cannot ${what} as ${name} must be stages × tokens: current value is ${grid.length} × ${
      [...widths].join(" or ") || 0
    } for ${stages.length} × ${tokens.length}`,
  );
}

function checkCell(cell: readonly LensReading[], where: string): void {
  const rule = "Cannot draw a lens table as top must hold lists of tokens with their probability";
  if (!Array.isArray(cell)) throw new TypeError(`${rule}: at ${where}, it is ${givenValue(cell)}`);
  for (const reading of cell) {
    if (isShownToken(reading?.token) && typeof reading.probability === "number") continue;
    const given = isShownToken(reading?.token)
      ? `a probability is ${givenValue(reading.probability)}`
      : `a token is ${givenValue(reading?.token)}`;
    throw new TypeError(`${rule}: at ${where}, ${given}`);
  }
}
