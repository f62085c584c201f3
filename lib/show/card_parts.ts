/**
 * The parts of a reading card as HTML.
 *
 * @module
 */

import type { DrawnRows } from "./drawn_rows.ts";
import { quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { tableHtml } from "./table.ts";
import type { CardHistogram, CardList, TokenCardOptions } from "./token_card.ts";
import { tokenHtml } from "./token_html.ts";

const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
const [plus, minus] = ["rgb(33,113,181)", "rgb(179,88,6)"];

/** Pixels of the longest bar of a list, of the highest bar of the counts, and of all counts side by side. */
const [longest, highest, broad] = [90, 64, 360];

/**
 * Finds the greatest of some values.
 *
 * @param values The values; undefined ones have no say.
 * @returns The place of the first greatest one; −1 where there is none.
 */
export function peakOf(values: ArrayLike<number>): number {
  let peak = -1;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]) && (peak < 0 || values[i]! > values[peak]!)) peak = i;
  }
  return peak;
}

/**
 * Draws a list of tokens with bars as long as their numbers; blue is above zero, orange below, and the number has a sign.
 *
 * @param list The list.
 * @param alike The lists with which it has one scale, itself among them.
 * @returns HTML that reads without scripts.
 */
export function listHtml(list: CardList, alike: readonly CardList[]): string {
  const sizes = alike.flatMap(({ rows }) => rows.map(({ value }) => Math.abs(value)));
  const most = Math.max(0, ...sizes.filter(Number.isFinite)) || 1;
  const bar = (value: number): string => {
    const size = Number.isFinite(value) ? Math.abs(value) / most : 0;
    const [name, colour] = value < 0 ? ["bar minus", minus] : ["bar", plus];
    return `<span class="${name}" style="display:inline-block;width:${
      Math.round(size * longest * 10) / 10
    }px;background-color:${colour};color:rgb(255,255,255)">&#8203;</span>`;
  };
  const number = list.unit ? `${list.label} (${list.unit})` : list.label;
  const table = tableHtml(
    [
      { heading: escapeHtml(list.name), align: "left" },
      { heading: escapeHtml(number), align: "right" },
      { heading: "", align: "left" },
    ],
    list.rows.map(({ token, value }) => [
      tokenHtml(token),
      `${value > 0 ? "+" : ""}${formatNumber(value)}`,
      bar(value),
    ]),
  );
  return `<div style="${ink};margin:0 24px 6px 0">${table}</div>`;
}

/**
 * Draws counts as bars whose heights grow with the logarithm, so that a bin of one is seen beside one of thousands.
 *
 * @param histogram The counts and the edges of their bins.
 * @returns HTML that reads without scripts.
 */
export function histogramHtml({ label, counted, counts, edges }: CardHistogram): string {
  const list = Array.from(counts);
  if (list.length === 0) return `<p style="${quiet}">No counts</p>`;
  const most = Math.max(1, ...list.filter(Number.isFinite));
  const width = Math.max(1, Math.floor(broad / list.length));
  const bars = list.map((count, i) => {
    const share = count > 0 ? Math.log1p(Math.min(count, most)) / Math.log1p(most) : 0;
    const title = `${label} ${formatNumber(edges[i]!)} to ${formatNumber(edges[i + 1]!)}: ${
      formatNumber(count)
    } ${counted}`;
    return `<div class="bin" title="${
      escapeHtml(title)
    }" style="${ink};width:${width}px;height:${highest}px;display:flex;align-items:flex-end"><div class="bar" style="width:${
      Math.max(1, width - 1)
    }px;height:${
      Math.round(share * highest)
    }px;background-color:${plus};color:rgb(255,255,255)"></div></div>`;
  });
  const ends = `<span style="${quiet}">${formatNumber(edges[0]!)}</span><span style="${quiet}">${
    escapeHtml(label)
  }</span><span style="${quiet}">${formatNumber(edges[list.length]!)}</span>`;
  const sum = list.reduce((a, b) => a + b, 0);
  return `<div style="${ink};width:${
    width * list.length
  }px"><div style="${ink};display:flex;border-bottom:1px solid rgb(84,89,97)">${
    bars.join("")
  }</div><div style="${ink};display:flex;justify-content:space-between">${ends}</div></div><p style="${quiet};margin:2px 0">${
    formatNumber(sum)
  } ${escapeHtml(counted)}; the highest bar is ${
    formatNumber(most)
  }, heights grow with the logarithm</p><details style="${ink}"><summary style="${quiet};line-height:24px">Counts as a table</summary>${
    tableHtml(
      ["from", "to", counted].map((text) => ({
        heading: escapeHtml(text),
        align: "right" as const,
      })),
      list.map((count, i) => [edges[i]!, edges[i + 1]!, count].map((value) => formatNumber(value))),
    )
  }</details>`;
}

/** The rows of the lists and of the examples. */
export function cardRows({ lists, examples }: TokenCardOptions): DrawnRows {
  return {
    columns: ["list", "position", "token", "measure", "value"],
    *fields() {
      for (const { name, label, rows } of lists) {
        for (const [at, { token, value }] of rows.entries()) {
          yield [name, at, token.text, label, value];
        }
      }
      for (const [at, { tokens, values }] of examples?.texts.entries() ?? []) {
        for (const [position, { text }] of tokens.entries()) {
          yield [`example ${at}`, position, text, examples!.label, values[position]!];
        }
      }
    },
  };
}
