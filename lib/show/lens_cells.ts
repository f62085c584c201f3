/**
 * The grid of a lens table as HTML.
 *
 * @module
 */

import type { DrawnRows } from "./drawn_rows.ts";
import { css, entry, firstLevel, inkOn, lastLevel, palette, special } from "./colour.ts";
import type { ShownToken } from "./display.ts";
import { quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber, formatPercent } from "./format_number.ts";
import type { LensTableOptions } from "./lens_table.ts";
import { tokenTitle } from "./token_html.ts";
import { textWidth } from "./text_width.ts";
import { tokenText } from "./token_text.ts";
import { sheetWidth } from "./wide_on_paper.ts";

/** What {@linkcode lensCells} draws. */
export interface LensCells extends LensTableOptions {
  /** The stage that decides each position. */
  readonly decided: readonly number[];
  /** The palette entry of each cell. */
  readonly indices: Uint8Array;
  /** What the table is, for who does not see it. */
  readonly title: string;
}

const colours = palette("sequential");
const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
const box =
  "border:1px solid rgb(208,212,218);padding:2px 3px;text-align:center;font-size:12px;white-space:nowrap";

/** How many characters of a token a cell holds; its tooltip has all. */
const widest = 11;

/** As much of a token as fits into a cell. */
function shortText(token: ShownToken): string {
  const characters = [...tokenText(token)];
  return characters.length > widest
    ? characters.slice(0, widest - 1).join("") + "…"
    : characters.join("");
}

/** A token that fits into a cell, in its own direction. */
const shortHtml = (token: ShownToken): string =>
  `<span dir="auto" style="font-family:monospace;white-space:pre">${
    escapeHtml(shortText(token))
  }</span>`;

/** A cell that is tinted by a palette entry, with more about it in its tooltip. */
function tinted(index: number, title: string, inside: string, decided = false): string {
  const background = entry(colours, index);
  const colour = css(inkOn(background));
  const mark = decided ? ";border-top:4px solid rgb(179,71,10)" : "";
  return `<td class="read${decided ? " decided" : ""}" data-index="${index}" title="${
    escapeHtml(title)
  }" style="${box}${mark};color:${colour};background-color:${css(background)}">${inside}</td>`;
}

/** A heading of a row. */
const rowHead = (text: string, title = ""): string =>
  `<th scope="row" class="stage"${
    title ? ` title="${escapeHtml(title)}"` : ""
  } style="${ink};${box};text-align:right;font-weight:bold">${escapeHtml(text)}</th>`;

/**
 * Says whether two tokens are the same: by id where both have one.
 *
 * @param a A token, if there is one.
 * @param b Another.
 * @returns Whether both are there and the same.
 */
export function sameToken(a: ShownToken | undefined, b: ShownToken | undefined): boolean {
  if (!a || !b) return false;
  return a.id !== undefined && b.id !== undefined ? a.id === b.id : a.text === b.text;
}

/**
 * The position of a token of a lens table in its prompt.
 *
 * @param options The table.
 * @param place Its place among the tokens that are shown.
 * @returns The position, counted from 0.
 */
export function positionOf(options: Pick<LensTableOptions, "positions">, place: number): number {
  return options.positions?.[place] ?? place;
}

/** What is said of a cell: where it is, and its tokens, one a line. */
function cellTitle(options: LensCells, stage: number, position: number): string {
  const { stages, tokens, top, tracked, decided } = options;
  const lines = top[stage]![position]!.map(({ token, probability }, i) =>
    `${i + 1}. ${tokenText(token)} ${formatPercent(probability)}`
  );
  return [
    `${stages[stage]}, after ${positionOf(options, position)} ${tokenText(tokens[position]!)}` +
    (decided[position] === stage ? "; decided here" : ""),
    ...lines,
    ...tracked
      ? [`rank of ${tokenText(tracked.token)}: ${formatNumber(tracked.ranks[stage]![position]!)}`]
      : [],
  ].join("\n");
}

/** The rows of the top tokens. */
function topRows(options: LensCells): string[] {
  const { stages, tokens, top, decided, indices, targets } = options;
  return stages.map((name, stage) => {
    const cells = tokens.map((_, position) => {
      const first = top[stage]![position]![0];
      const hit = sameToken(first?.token, targets?.[position]) ? " ✓" : "";
      return tinted(
        indices[stage * tokens.length + position]!,
        cellTitle(options, stage, position),
        first ? `${shortHtml(first.token)}<br>${formatPercent(first.probability)}${hit}` : "none",
        decided[position] === stage,
      );
    });
    return `<tr>${rowHead(name)}${cells.join("")}</tr>`;
  });
}

/** The rank that has the colour of the page; the first one has the strongest. */
const lastRank = (ranks: readonly number[]): number =>
  Math.max(10, ...ranks.filter((rank) => Number.isFinite(rank)));

/** The palette entry of a rank, by its logarithm. */
function rankIndex(rank: number, last: number): number {
  if (Number.isNaN(rank)) return special.undefined;
  if (rank > last) return special.above;
  return lastLevel - Math.round((lastLevel - firstLevel) * Math.log(rank) / Math.log(last));
}

/** The rows of the ranks of the tracked token. */
function rankRows(options: LensCells): string[] {
  const { stages, tokens, tracked } = options;
  if (!tracked) return [];
  const { token, ranks } = tracked;
  const last = lastRank(ranks.flat());
  const name = tokenText(token);
  const heading = `<tr><th scope="rowgroup" colspan="${
    tokens.length + 1
  }" style="${ink};padding:8px 6px 2px 6px;text-align:left;font-size:12px;font-weight:bold">Rank of ${
    shortHtml(token)
  } at each stage, 1 is the likeliest</th></tr>`;
  return [
    heading,
    ...stages.map((stage, i) =>
      `<tr>${rowHead(stage)}${
        tokens.map((at, position) => {
          const rank = ranks[i]![position]!;
          const title = `${stage}, after ${positionOf(options, position)} ${
            tokenText(at)
          }\nrank of ${name}: ${formatNumber(rank)}`;
          return tinted(rankIndex(rank, last), title, formatNumber(rank));
        }).join("")
      }</tr>`
    ),
  ];
}

/** What should follow each token. */
function targetRow({ tokens, targets }: LensCells): string[] {
  if (!targets) return [];
  const cells = tokens.map((_, position) => {
    const target = targets[position];
    const title = target ? ` title="${escapeHtml(tokenTitle(target))}"` : "";
    return `<td${title} style="${ink};${box};border-top:2px solid rgb(84,89,97)">${
      target ? shortHtml(target) : ""
    }</td>`;
  });
  return [`<tr>${rowHead("should be")}${cells.join("")}</tr>`];
}

/** How wide a token is in a cell, in pixels. */
const shownWidth = (token: ShownToken): number =>
  [...shortText(token)].reduce((sum, letter) => sum + (letter > "\u1100" ? 12.5 : 7.3), 0);

/** How much a table shrinks to be whole on paper. */
function fitOnPaper({ stages, tokens, top }: LensCells): number {
  // A likelihood and its mark take some 50 pixels, what stands around any text 8.
  const columns = tokens.map((token, position) =>
    8 + top.reduce((most, cells) => {
      const first = cells[position]![0];
      return first ? Math.max(most, shownWidth(first.token)) : most;
    }, Math.max(50, shownWidth(token)))
  );
  const heads = 8 + Math.max(...stages.map((stage) => textWidth(stage, 13)));
  const width = columns.reduce((sum, column) => sum + column, heads);
  return Math.min(1, Math.floor(100 * sheetWidth / width) / 100);
}

/**
 * Draws the grid of a lens table: a row a stage, a column a token, then what should follow and the ranks.
 *
 * @param options The table, checked already.
 * @returns HTML that reads without scripts.
 */
export function lensCells(options: LensCells): string {
  const { tokens, title } = options;
  const heads = tokens.map((token, place) => {
    const position = positionOf(options, place);
    return `<th scope="col" title="${
      escapeHtml(tokenTitle(token, position))
    }" style="${ink};${box};font-weight:normal">${position}<br>${shortHtml(token)}</th>`;
  });
  const corner =
    `<th scope="col" class="stage" style="${ink};${box};text-align:right;font-weight:bold">stage</th>`;
  return `<div class="lens" tabindex="0" role="group" aria-label="${
    escapeHtml(title)
  }" style="${ink};overflow-x:auto;--fit:${
    fitOnPaper(options)
  }"><table style="border-collapse:collapse;${ink};margin:4px 0"><thead><tr>${corner}${
    heads.join("")
  }</tr></thead><tbody>${topRows(options).join("")}${targetRow(options).join("")}</tbody>${
    options.tracked ? `<tbody>${rankRows(options).join("")}</tbody>` : ""
  }</table></div>`;
}

/**
 * Draws the legend of the ranks.
 *
 * @param token The token that is tracked.
 * @param ranks All its ranks.
 * @returns HTML that reads without scripts.
 */
export function rankLegend(token: ShownToken, ranks: readonly number[]): string {
  const last = lastRank(ranks);
  const steps: number[] = [];
  for (let rank = 1; rank < last; rank *= 10) steps.push(rank);
  const swatch = (index: number, text: string): string => {
    const background = entry(colours, index);
    return `<span class="swatch" data-index="${index}" style="display:inline-block;min-width:44px;text-align:center;padding:0 5px;border:1px solid rgb(208,212,218);color:${
      css(inkOn(background))
    };background-color:${css(background)}">${text}</span>`;
  };
  const odd = [
    ...ranks.some(Number.isNaN) ? [swatch(special.undefined, "undefined")] : [],
    ...ranks.includes(Infinity) ? [swatch(special.above, "∞")] : [],
  ];
  return `<p class="legend" style="${quiet};margin:6px 0">rank of ${
    shortHtml(token)
  }, colour by its logarithm: ${
    [...steps, last].map((rank) => swatch(rankIndex(rank, last), formatNumber(rank))).join("")
  } ${odd.join(" ")}</p>`;
}

/** Every reading as a row. */
export function lensRows(options: LensTableOptions): DrawnRows {
  const { stages, tokens, top, tracked } = options;
  const rank = tracked ? [`rank of ${tracked.token.text}`] : [];
  return {
    columns: ["stage", "position", "token", "place", "next_token", "probability", ...rank],
    fields: () =>
      top.flatMap((cells, stage) =>
        cells.flatMap((cell, position) =>
          cell.map(({ token, probability }, i) => [
            stages[stage]!,
            positionOf(options, position),
            tokens[position]!.text,
            i + 1,
            token.text,
            probability,
            ...tracked ? [tracked.ranks[stage]![position]!] : [],
          ])
        )
      ),
  };
}
