/**
 * Several metrics of the same tokens, each as the text tinted by it.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { drawnWithin, saidFirst } from "./show_within.ts";
import { entry, palette, type Scale } from "./colour.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber, formatPercent } from "./format_number.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, valueScale } from "./value_scale.ts";

/** A metric of {@linkcode tokenMetrics}. */
export interface TokenMetric {
  /** What it is. */
  readonly label: string;
  /** Its unit. */
  readonly unit?: string;
  /** One value a token; NaN where it has none. */
  readonly values: ArrayLike<number>;
  /** Sequential or diverging; diverging if left out and a value is negative. */
  readonly scale?: Scale;
  /** The values of the first and last colour; from the values themselves if left out. */
  readonly domain?: readonly [low: number, high: number];
}

/** A token that might have stood in a place. */
export interface TokenCandidate {
  /** The token. */
  readonly token: ShownToken;
  /** Its probability. */
  readonly probability: number;
}

/** What {@linkcode tokenMetrics} draws. */
export interface TokenMetricsOptions {
  /** The tokens, in reading order. */
  readonly tokens: readonly ShownToken[];
  /** Their metrics, at least one. */
  readonly metrics: readonly TokenMetric[];
  /** What was expected in each token's place, the likeliest first; an empty list where nothing was. */
  readonly candidates?: readonly (readonly TokenCandidate[])[];
  /** The heading. */
  readonly title: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a token's numbers, with `{position}` in it, for who copies it. */
  readonly code?: Code;
}

const known = ["tokens", "metrics", "candidates", "title", "caption", "code"];

/** The most tokens that are listed as a table as well. */
const fewTokens = 512;

/**
 * Draws a text once for each of several metrics, tinted by it; in a page one metric is chosen, and what is pointed at says all.
 *
 * @param options Tokens, metrics and what was expected in their places.
 * @returns A document; its text has one line a token.
 * @throws {RangeError} If there is no metric, or one has not one value a token, or the lists of candidates are not as many.
 * @throws {TypeError} If an option or a scale is not known, a token has no text or a value is no number.
 *
 * @example
 * ```ts
 * import { tokenMetrics } from "@innerworks/innerworks";
 * const view = tokenMetrics({
 *   title: "Two metrics",
 *   tokens: [{ text: "The" }, { text: " store" }],
 *   metrics: [
 *     { label: "loss", unit: "nat", values: [NaN, 3.1] },
 *     { label: "rank", values: [NaN, 12] },
 *   ],
 * });
 * if (!view["text/plain"].includes("3.10")) throw new Error("the loss is missing");
 * ```
 */
export function tokenMetrics(options: TokenMetricsOptions): DrawnDocument {
  check(options);
  const count = options.tokens.length;
  return drawnWithin({ count, draw: (shown) => drawMetrics(options, shown) });
}

/** Draws the first tokens, in the colours that they have among all. */
function drawMetrics(options: TokenMetricsOptions, shown: number): DrawnDocument {
  const { tokens: all, metrics, candidates, title, caption, code } = options;
  const tokens = all.slice(0, shown);
  const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
  const scales = metrics.map(({ values, scale, domain }) => valueScale(values, { scale, domain }));
  const named = ({ label, unit }: TokenMetric): string => unit ? `${label} (${unit})` : label;
  const notes = tokens.map((_, position) => {
    const lines = metrics.map(({ label, unit, values }) =>
      `${label} ${formatNumber(values[position]!)}${unit ? ` ${unit}` : ""}`
    );
    const expected = candidates?.[position]?.map(candidateText).join(", ");
    return [...lines, ...expected ? [`expected: ${expected}`] : []].join("; ");
  });
  const strips = metrics.map((metric, at) => {
    const by = scales[at]!, indices = toIndices(metric.values, by), colours = palette(by.scale);
    const chips = tokens.map((token, position) =>
      tokenHtml(token, {
        position,
        note: notes[position]!,
        background: entry(colours, indices[position]!),
        index: indices[position]!,
      }) + (token.text.includes("\n") ? "<br>" : "")
    );
    return `<div class="metric" style="${ink};margin:0 0 10px 0"><p class="label" style="${quiet};margin:0"><b>${
      escapeHtml(named(metric))
    }</b></p><p class="strip" style="${ink};line-height:1.9;margin:0">${
      chips.join("") || "No tokens"
    }</p>${
      legendHtml(
        { ...by, infinite: metric.domain === undefined },
        metric.label,
        metric.unit,
        indices,
      )
    }</div>`;
  });
  const names = [
    "position",
    "token",
    ...metrics.map(named),
    ...candidates ? ["expected there"] : [],
  ];
  const sides = names.map((_, i) =>
    i === 1 || i === metrics.length + 2 ? "left" as const : "right" as const
  );
  const row = (position: number): string[] => [
    String(position),
    tokenText(tokens[position]!),
    ...metrics.map(({ values }) => formatNumber(values[position]!)),
    ...candidates ? [candidates[position]!.map(candidateText).join(", ")] : [],
  ];
  const rows = tokens.map((_, position) => row(position));
  return documentOf({
    title,
    caption,
    code,
    less: saidFirst(shown, all.length, "tokens"),
    rows: {
      columns: ["position", "token", ...metrics.map(named)],
      fields: () => all.map(({ text }, i) => [i, text, ...metrics.map(({ values }) => values[i]!)]),
    },
    payload: {
      kind: "tokenMetrics",
      scales: scales.map(({ scale }) => scale),
      tokens: tokens.map(tokenText),
    },
    body: strips.join("") +
      (tokens.length <= fewTokens
        ? `<details style="${ink}"><summary style="${quiet};line-height:24px">As a table</summary>${
          tableHtml(
            names.map((name, i) => ({ heading: escapeHtml(name), align: sides[i]! })),
            rows.map((cells, position) =>
              cells.map((cell, i) => i === 1 ? tokenHtml(tokens[position]!) : escapeHtml(cell))
            ),
          )
        }</details>`
        : `<p style="${quiet}">No table, as there are more than ${fewTokens} tokens; their text form lists ${
          shown < all.length ? "those shown" : "all"
        }</p>`),
    text: textTable([names, ...rows], sides),
  });
}

const candidateText = ({ token, probability }: TokenCandidate): string =>
  `${tokenText(token)} ${formatPercent(probability)}`;

/** Refuses what a compiler would, and lists of other lengths. */
function check({ ...options }: TokenMetricsOptions): void {
  const what = "draw tokens by metrics";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["tokens", "metrics", "title"]);
  const { tokens, metrics, candidates } = options, { length } = tokens;
  refuseUnlessTokens(what, tokens);
  if (metrics.length === 0) {
    throw new RangeError(`Cannot ${what} as there must be at least one metric: there is none`);
  }
  for (const metric of metrics) {
    refuseUnknownOptions(`${what}: a metric`, metric, [
      "label",
      "unit",
      "values",
      "scale",
      "domain",
    ]);
    refuseUnknownWord(what, "scale", metric.scale, ["sequential", "diverging"]);
    refuseUnlessNumbers(what, metric.label, metric.values);
    if (metric.values.length === length) continue;
    throw new RangeError(
      `Cannot ${what} as ${metric.label} must have one value a token: current value is ${metric.values.length} for ${length} tokens`,
    );
  }
  if (candidates && candidates.length !== length) {
    throw new RangeError(
      `Cannot ${what} as there must be a list of candidates a token: current value is ${candidates.length} for ${length} tokens`,
    );
  }
}
