/**
 * The table of the tokens that a model finds likeliest.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { drawnWithin, saidFirst } from "./show_within.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf } from "./document.ts";
import { formatNumber, formatPercent } from "./format_number.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";

/** A row of {@linkcode tokenTable}. */
export interface TokenRow {
  /** Its rank among all tokens of the vocabulary. */
  readonly rank: number;
  /** The token. */
  readonly token: ShownToken;
  /** Its probability, from 0 to 1. */
  readonly probability: number;
  /** Its logit. */
  readonly logit?: number;
  /** How much its probability changed against a baseline that the caption names. */
  readonly change?: number;
}

/** What {@linkcode tokenTable} draws. */
export interface TokenTableOptions {
  /** What the tokens answer. */
  readonly title: string;
  /** The tokens, in the order in which they are to stand. */
  readonly rows: readonly TokenRow[];
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a row, with `{row}`, its number from 0, in it, for who copies it. */
  readonly code?: Code;
}

/** Pixels of a bar that stands for a probability of 1. */
const full = 160;

/** A bar as long as the probability; its length says nothing that the number beside it does not. */
function bar(probability: number): string {
  const share = Number.isFinite(probability) ? Math.min(1, Math.max(0, probability)) : 0;
  const width = Math.round(share * full * 10) / 10;
  return `<span class="track" style="display:inline-block;width:${full}px;background-color:rgb(238,240,243);color:rgb(26,28,31)"><span class="bar" style="display:inline-block;width:${width}px;background-color:rgb(33,113,181);color:rgb(255,255,255)">&#8203;</span></span>`;
}

/** A change of a probability in percentage points. */
function signed(change: number): string {
  if (!Number.isFinite(change)) return formatNumber(change);
  const points = formatPercent(change).replace("%", " pp");
  return points[0] === "<" ? "≈0 pp" : change > 0 ? `+${points}` : points;
}

/**
 * Draws a table of tokens with their probabilities as numbers and as bars, of which the full length is 1.
 *
 * @param options Title, rows and caption.
 * @returns A document.
 * @throws {TypeError} If an option is not known, a token has no text, or a rank or probability is no number.
 *
 * @example
 * ```ts
 * import { tokenTable } from "@innerworks/innerworks";
 * const next = tokenTable({
 *   title: "Next token",
 *   rows: [{ rank: 1, token: { text: " Mary", id: 7 }, probability: 0.82 }],
 * });
 * if (!next["text/plain"].includes("·Mary")) throw new Error("the token is missing");
 * ```
 */
export function tokenTable(options: TokenTableOptions): DrawnDocument {
  refuseUnknownOptions("draw a table of tokens", options, ["title", "rows", "caption", "code"]);
  refuseMissingOptions("draw a table of tokens", options, ["title", "rows"]);
  const { rows } = options;
  refuseUnlessTokens("draw a table of tokens", rows.map(({ token }) => token));
  for (const name of ["rank", "probability"] as const) {
    refuseUnlessNumbers("draw a table of tokens", name, rows.map((row) => row[name]));
  }
  return drawnWithin({
    count: rows.length,
    draw: (shown) => drawTokenTable(options, shown),
  });
}

/** Draws the first rows. */
function drawTokenTable(
  { title, rows, caption, code }: TokenTableOptions,
  shown: number,
): DrawnDocument {
  const some = rows.slice(0, shown);
  const logits = rows.some((row) => row.logit !== undefined);
  const changes = rows.some((row) => row.change !== undefined);
  const tail = (row: TokenRow): string[] => [
    ...(logits ? [row.logit === undefined ? "" : formatNumber(row.logit)] : []),
    ...(changes ? [row.change === undefined ? "" : signed(row.change)] : []),
  ];
  const names = [
    "rank",
    "token",
    "probability",
    ...(logits ? ["logit"] : []),
    ...(changes ? ["change"] : []),
  ];
  const sides = names.map((name) => name === "token" ? "left" as const : "right" as const);
  return documentOf({
    title,
    caption,
    less: saidFirst(shown, rows.length, "tokens"),
    rows: {
      columns: names,
      fields: () =>
        rows.map(({ rank, token, probability, logit, change }) => [
          rank,
          token.text,
          probability,
          ...(logits ? [logit ?? null] : []),
          ...(changes ? [change ?? null] : []),
        ]),
    },
    code,
    payload: { kind: "table" },
    body: tableHtml(
      names.map((heading, i) => ({
        heading,
        align: heading === "probability" ? "left" : sides[i]!,
      })),
      some.map((row) => [
        String(row.rank),
        tokenHtml(row.token),
        `${bar(row.probability)} ${formatPercent(row.probability)}`,
        ...tail(row),
      ]),
    ),
    text: textTable(
      [
        names,
        ...some.map((row) => [
          String(row.rank),
          tokenText(row.token),
          formatPercent(row.probability),
          ...tail(row),
        ]),
      ],
      sides,
    ),
  });
}
