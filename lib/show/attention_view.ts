/**
 * The attention of every head of a layer.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { sheetWithin } from "./attention_sheet.ts";
import { bytesOf, outputRoom, redrawn } from "./show_within.ts";
import { labelHtml, labelTexts } from "./axis.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { attentionRows } from "./drawn_rows.ts";
import { summariseHead } from "./head_summary.ts";
import { formatNumber } from "./format_number.ts";
import { pictureHtml } from "./cell_picture.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
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
  /** The expression of a weight, with `{layer}`, `{head}`, `{query}` and `{key}` in it, for who copies it. */
  readonly code?: Code;
}

/** What {@linkcode AttentionViewOptions} may hold. */
const known = ["pattern", "heads", "tokens", "layer", "title", "caption", "code"];

/** The same for every head and layer, so that two pictures can be compared. */
export const attentionScale: ValueScale = {
  scale: "sequential",
  transform: "sqrt",
  low: 0,
  high: 1,
};

/** The most tokens of which a cell is stored as large as it is shown: beyond, many heads would be very large. */
const crisp = 100;

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
  refuseMissingOptions("draw attention", options, ["pattern", "heads", "tokens"]);
  const { pattern, heads, tokens } = options;
  refuseUnlessNumbers("draw attention", "pattern", pattern);
  refuseUnlessTokens("draw attention", tokens);
  const size = tokens.length;
  if (pattern.length !== heads * size * size) {
    throw new RangeError(
      `Cannot draw attention as the pattern must be heads × tokens × tokens: current value is ${pattern.length} weights for ${heads} × ${size} × ${size}`,
    );
  }
  return viewWithin(options, outputRoom());
}

/** Draws the heads one by one, or as a sheet, which puts tokens together, where they would be too large. */
function viewWithin(options: AttentionViewOptions, room: number): DrawnDocument {
  const { pattern, layer, title = `Attention of layer ${layer}`, ...rest } = options;
  const drawing = drawHeads(options);
  const shown = bytesOf(drawing) <= room
    ? drawing
    : sheetWithin({ ...rest, title, patterns: [pattern], layers: [layer] }, room);
  return redrawn(shown, (bytes) => viewWithin(options, bytes));
}

/** Draws each head by itself. */
function drawHeads(options: AttentionViewOptions): DrawnDocument {
  const { pattern, heads, tokens, layer, caption, code } = options, size = tokens.length;
  const title = options.title ?? `Attention of layer ${layer}`;
  const texts = labelTexts(tokens);
  const indices = toIndices(pattern, attentionScale);
  const cell = Math.max(1, Math.min(16, Math.round(210 / size)));
  const summaries = Array.from(
    { length: heads },
    (_, head) => summariseHead(pattern, head * size * size, size),
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
        by: attentionScale,
        alternative,
        stored: size > crisp ? 1 : cell,
      })
    }</div>`;
  });
  return documentOf({
    title,
    caption,
    code,
    rows: attentionRows({ layers: [layer], patterns: [pattern], heads, tokens }),
    payload: { kind: "attention", by: attentionScale, layer, tokens: tokens.map(tokenText) },
    body:
      `<p class="axes" style="${quiet};margin:0 0 4px 0">Each row is a query and attends to the keys in its columns, in the order of the text</p>` +
      `<div class="heads" style="${paper};display:flex;flex-wrap:wrap">${pictures.join("")}</div>` +
      legendHtml(attentionScale, "attention weight", undefined, indices) +
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
