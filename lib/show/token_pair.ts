/**
 * Two lists of tokens one above the other, with what differs marked.
 *
 * @module
 */

import { drawnWithin, saidFirst } from "./show_within.ts";
import { entry, palette } from "./colour.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";

/** Tokens with what they are called. */
export interface NamedTokens {
  /** What they are called, such as "clean". */
  readonly name: string;
  /** The tokens, in reading order. */
  readonly tokens: readonly ShownToken[];
}

/** What {@linkcode tokenPair} draws. */
export interface TokenPairOptions {
  /** The heading. */
  readonly title: string;
  /** The upper tokens. */
  readonly first: NamedTokens;
  /** The lower tokens, as many. */
  readonly second: NamedTokens;
  /** Names of positions, written below them. */
  readonly spans?: Readonly<Record<string, readonly number[]>>;
  /** Lists of tokens that stand below both, such as answers. */
  readonly below?: readonly NamedTokens[];
  /** Where the tokens come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode TokenPairOptions} may hold. */
const known = ["title", "first", "second", "spans", "below", "caption"];

/** The most tokens that are listed as a table as well. */
const fewTokens = 512;

/** The palette entries of the upper and the lower of two tokens that differ: to either side of zero. */
const [upper, lower] = [192, 66];

const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";

/** What stands at a position. */
interface Place {
  readonly first: ShownToken;
  readonly second: ShownToken;
  readonly differs: boolean;
  /** The names of its spans. */
  readonly names: string;
}

/**
 * Draws two lists of tokens one above the other, position by position, with the tokens that differ marked.
 *
 * @param options The tokens, names of positions, and what stands below.
 * @returns A document; its text has one line a position.
 * @throws {RangeError} If there are more of the one than of the other.
 * @throws {TypeError} If an option is not known or a token has no text.
 *
 * @example
 * ```ts
 * import { tokenPair } from "@innerworks/innerworks";
 * const pair = tokenPair({
 *   title: "A pair",
 *   first: { name: "clean", tokens: [{ text: "The" }, { text: " cat" }] },
 *   second: { name: "corrupt", tokens: [{ text: "The" }, { text: " dog" }] },
 * });
 * if (!pair["text/plain"].includes("≠")) throw new Error("the difference is not marked");
 * ```
 */
export function tokenPair(options: TokenPairOptions): DrawnDocument {
  refuseUnknownOptions("draw a pair of tokens", options, known);
  refuseMissingOptions("draw a pair of tokens", options, ["title", "first", "second"]);
  const { first, second, below = [] } = options;
  for (const { tokens } of [first, second, ...below]) {
    refuseUnlessTokens("draw a pair of tokens", tokens);
  }
  if (first.tokens.length !== second.tokens.length) {
    throw new RangeError(
      `Cannot draw a pair of tokens as there must be as many of each: current value is ${first.tokens.length} of ${first.name} and ${second.tokens.length} of ${second.name}`,
    );
  }
  const count = first.tokens.length;
  return drawnWithin({ count, draw: (shown) => drawPair(options, shown) });
}

/** Draws the first positions. */
function drawPair(options: TokenPairOptions, shown: number): DrawnDocument {
  const { title, first, second, below = [], caption } = options;
  const all = placesOf(options), places = all.slice(0, shown), names = [first.name, second.name];
  const headings = ["position", "", ...names, "span"];
  const sides = headings.map((name) => name === "position" ? "right" as const : "left" as const);
  const rows = (show: (token: ShownToken) => string, text: (text: string) => string) =>
    places.map((place, position) => [
      String(position),
      mark(place),
      show(place.first),
      show(place.second),
      text(place.names),
    ]);
  const list = () =>
    tableHtml(
      headings.map((name, i) => ({ heading: escapeHtml(name), align: sides[i]! })),
      rows((token) => tokenHtml(token), escapeHtml),
    );
  const more = places.length <= fewTokens
    ? `<details style="${ink}"><summary style="${quiet};line-height:24px">As a table</summary>${list()}</details>`
    : `<p style="${quiet}">No table, as there are more than ${fewTokens} tokens; their text form lists ${
      shown < all.length ? "those shown" : "all"
    }</p>`;
  return documentOf({
    title,
    caption,
    less: saidFirst(shown, all.length, "positions"),
    rows: {
      columns: ["position", ...names, "differs", "span"],
      fields: () =>
        all.map(({ first, second, differs, names }, position) => [
          position,
          first.text,
          second.text,
          differs,
          names,
        ]),
    },
    payload: { kind: "tokenStrip", scale: "diverging", texts: [] },
    body: strips(places, first.name, second.name) + below.map(belowHtml).join("") + more,
    text: [
      textTable([headings, ...rows(tokenText, (text) => text)], sides),
      ...below.map(({ name, tokens }) => `${name}: ${tokens.map(tokenText).join(" ") || "none"}`),
    ].join("\n"),
  });
}

/** What stands at each position. */
function placesOf({ first, second, spans = {} }: TokenPairOptions): Place[] {
  return first.tokens.map((token, position) => {
    const other = second.tokens[position]!;
    const names = Object.entries(spans).filter(([, positions]) => positions.includes(position));
    return {
      first: token,
      second: other,
      differs: token.id !== other.id || token.text !== other.text,
      names: names.map(([name]) => name).join(", "),
    };
  });
}

/** A list of tokens below both. */
function belowHtml({ name, tokens }: NamedTokens): string {
  const chips = tokens.map((token) => tokenHtml(token)).join(" ") || "none";
  return `<p style="${ink};margin:4px 0 0 0"><span style="${quiet}">${
    escapeHtml(name)
  }</span> ${chips}</p>`;
}

const mark = ({ differs }: Place) => differs ? "≠" : "";

/** Both lists, position by position: what belongs together stays together where a line ends. */
function strips(places: readonly Place[], first: string, second: string): string {
  if (places.length === 0) return `<p style="${ink};margin:0">No tokens</p>`;
  const column = (inside: string): string =>
    `<span class="column" style="display:inline-block;vertical-align:top;${ink};margin:0 1px 6px 0">${inside}</span>`;
  const named = (name: string) =>
    `<span style="${quiet};display:inline-block;padding:3px 0">${escapeHtml(name)}</span>`;
  const names = column(`${named(first)}<br>${named(second)}`);
  const columns = places.map((place, position) => {
    const below = [mark(place), place.names].filter((part) => part).join(" ");
    const inside = [
      chip(place.first, position, place.differs ? upper : undefined),
      chip(place.second, position, place.differs ? lower : undefined),
      ...below ? [`<span class="label" style="${quiet}">${escapeHtml(below)}</span>`] : [],
    ].join("<br>");
    const ends = place.first.text.includes("\n") || place.second.text.includes("\n");
    return column(inside) + (ends ? "<br>" : "");
  });
  return `<div style="${ink};line-height:1.75;margin:0">${names} ${columns.join("")}</div>`;
}

/** A token, marked by a palette entry where it differs. */
function chip(token: ShownToken, position: number, index: number | undefined): string {
  if (index === undefined) return tokenHtml(token, { position });
  return tokenHtml(token, {
    position,
    index,
    background: entry(palette("diverging"), index),
    note: "differs",
  });
}
