/**
 * The attention of every head of a layer.
 *
 * @module
 */

import { labelHtml, labelTexts } from "./axis.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { formatNumber } from "./format_number.ts";
import { pictureHtml } from "./cell_picture.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, type ValueScale } from "./value_scale.ts";

/** What {@linkcode attentionView} draws. */
export interface AttentionViewOptions {
  /** The attention weights, [head, query, key]. */
  readonly pattern: ArrayLike<number>;
  /** How many heads there are. */
  readonly heads: number;
  /** The tokens that attend and are attended to. */
  readonly tokens: readonly ShownToken[];
  /** Which layer this is. */
  readonly layer: number;
  /** The heading; the layer if left out. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
}

/** What {@linkcode AttentionViewOptions} may hold. */
const known = ["pattern", "heads", "tokens", "layer", "title", "caption"];

/** The same for every head and layer, so that two pictures can be compared. */
const scale: ValueScale = { scale: "sequential", transform: "sqrt", low: 0, high: 1 };

/** The most tokens of which a cell is stored as large as it is shown: beyond, many heads would be very large. */
const crisp = 100;

/** How many pairs of a head are listed. */
const listed = 3;

/** What a head does, in numbers. */
interface HeadSummary {
  readonly first: number;
  readonly previous: number;
  readonly itself: number;
  readonly pairs: readonly (readonly [query: number, key: number, weight: number])[];
}

/** Reads a head: where its attention goes on average, and its strongest pairs off the first token. */
function summarise(pattern: ArrayLike<number>, start: number, size: number): HeadSummary {
  let [first, previous, itself] = [0, 0, 0];
  const pairs: [number, number, number][] = [];
  // Query 0 can attend only to itself, so it says nothing about the head.
  for (let query = 1; query < size; query++) {
    for (let key = 0; key < size; key++) {
      const weight = pattern[start + query * size + key]!;
      if (key === 0) first += weight;
      // For query 1 the previous token is the first one, which has a column of its own.
      if (query > 1 && key === query - 1) previous += weight;
      if (key === query) itself += weight;
      if (key === 0 || !(weight > (pairs[listed - 1]?.[2] ?? 0))) continue;
      pairs.push([query, key, weight]);
      pairs.sort((a, b) => b[2] - a[2]);
      if (pairs.length > listed) pairs.pop();
    }
  }
  // Where no query is left there is no mean: 0 / 0 is undefined.
  const share = (sum: number, skipped: number): number => sum / Math.max(0, size - skipped);
  return { first: share(first, 1), previous: share(previous, 2), itself: share(itself, 1), pairs };
}

/**
 * Draws the attention of every head of a layer side by side. Each row is a query and attends to the keys in its columns;
 * colour is the square root of the weight, from 0 to 1 for every head.
 *
 * @param options Pattern, tokens and layer.
 * @returns A document; its text lists for each head the mean weight on the first, previous and own token, and its
 * strongest pairs elsewhere. The means are of queries from the second token on; on the previous token from the third on,
 * as the token before the second is the first.
 * @throws {RangeError} If the pattern is not heads × tokens × tokens.
 * @throws {TypeError} If an option is not known, a weight is no number or a token has no text.
 *
 * @example
 * ```ts
 * import { attentionView } from "@innerworks/innerworks";
 * const view = attentionView({
 *   pattern: [1, 0, 0.25, 0.75],
 *   heads: 1,
 *   tokens: [{ text: "Mary" }, { text: " gave" }],
 *   layer: 0,
 * });
 * if (!view["text/plain"].includes("1 ·gave → 1 ·gave 0.750")) throw new Error("no pair");
 * ```
 */
export function attentionView(options: AttentionViewOptions): DrawnDocument {
  refuseUnknownOptions("draw attention", options, known);
  const { pattern, heads, tokens, layer, caption } = options;
  refuseUnlessNumbers("draw attention", "pattern", pattern);
  refuseUnlessTokens("draw attention", tokens);
  const size = tokens.length;
  if (pattern.length !== heads * size * size) {
    throw new RangeError(
      `Cannot draw attention as the pattern must be heads × tokens × tokens: current value is ${pattern.length} weights for ${heads} × ${size} × ${size}`,
    );
  }
  const title = options.title ?? `Attention of layer ${layer}`;
  const texts = labelTexts(tokens);
  const indices = toIndices(pattern, scale);
  const cell = Math.max(1, Math.min(16, Math.round(210 / size)));
  const summaries = Array.from(
    { length: heads },
    (_, head) => summarise(pattern, head * size * size, size),
  );
  const pair = ([query, key, weight]: readonly [number, number, number]): string =>
    `${texts[query]} → ${texts[key]} ${formatNumber(weight)}`;
  const rows = summaries.map(({ first, previous, itself, pairs }, head) => [
    String(head),
    formatNumber(first, 2),
    formatNumber(previous, 2),
    formatNumber(itself, 2),
    pairs.map(pair).join(", ") || "none",
  ]);
  const names = ["head", "first token", "previous", "itself", "strongest pairs elsewhere"];
  const sides = names.map((_, i) => i === 4 ? "left" as const : "right" as const);
  const paper = "background-color:rgb(255,255,255);color:rgb(26,28,31)";
  const pictures = size === 0 ? [] : summaries.map(({ pairs }, head) => {
    const alternative = `Layer ${layer}, head ${head}` +
      (pairs[0] ? `: strongest off the first token ${pair(pairs[0])}` : "");
    const own = indices.subarray(head * size * size, (head + 1) * size * size);
    return `<div class="head" style="${paper};margin:0 10px 8px 0"><div style="${quiet}">head ${head}</div>${
      pictureHtml({
        indices: own,
        columns: size,
        cell,
        by: scale,
        alternative,
        stored: size > crisp ? 1 : cell,
      })
    }</div>`;
  });
  return documentOf({
    title,
    caption,
    payload: { kind: "attention", by: scale, layer, tokens: tokens.map(tokenText) },
    body:
      `<p class="axes" style="${quiet};margin:0 0 4px 0">Each row is a query and attends to the keys in its columns, in the order of the text</p>` +
      `<div class="heads" style="${paper};display:flex;flex-wrap:wrap">${pictures.join("")}</div>` +
      legendHtml(scale, "attention weight", undefined, indices) +
      `<details open style="${paper}"><summary style="${quiet};line-height:24px">Where each head looks: mean weight from the second token on (on the previous token from the third on, as the second follows the first), and strongest pairs off the first token</summary>${
        tableHtml(
          names.map((heading, i) => ({ heading, align: sides[i]! })),
          rows.map((row, head) => [
            ...row.slice(0, 4),
            summaries[head]!.pairs.map(([query, key, weight]) =>
              `${labelHtml(texts[query]!)} → ${labelHtml(texts[key]!)} <b>${
                formatNumber(weight)
              }</b>`
            ).join("; ") || "none",
          ]),
        )
      }</details>` +
      `<details class="data" open style="${paper}"><summary style="${quiet};line-height:24px">Tokens by position</summary><p style="${quiet}">${
        texts.map(labelHtml).join("&emsp;")
      }</p></details>`,
    text: textTable([names, ...rows], sides),
  });
}
