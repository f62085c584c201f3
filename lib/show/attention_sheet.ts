/**
 * The attention of every head of a model on one sheet.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { labelHtml, labelTexts } from "./axis.ts";
import { attentionScale } from "./attention_view.ts";
import { palette, special } from "./colour.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { attentionRows } from "./drawn_rows.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { summariseHead } from "./head_summary.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { allLevels, pngWithin } from "./png_within.ts";
import { poolGreatest } from "./pool.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, type ValueScale } from "./value_scale.ts";

/** What {@linkcode attentionSheet} draws. */
export interface AttentionSheetOptions {
  /** The attention weights of each layer, [head, query, key]. */
  readonly patterns: readonly ArrayLike<number>[];
  /** Which layers these are; from 0 on if left out. */
  readonly layers?: readonly number[];
  /** How many heads a layer has. */
  readonly heads: number;
  /** The tokens that attend and are attended to. */
  readonly tokens: readonly ShownToken[];
  /** The same weights of another prompt of as many tokens, or under an edit; differences to them are drawn. */
  readonly against?: {
    /** Its weights of each layer, [head, query, key]. */
    readonly patterns: readonly ArrayLike<number>[];
    /** What it is, such as "the corrupt prompt". */
    readonly label: string;
  };
  /** The heading. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a weight, with `{layer}`, `{head}`, `{query}` and `{key}` in it, for who copies it. */
  readonly code?: Code;
}

/** What {@linkcode AttentionSheetOptions} may hold. */
const known = ["patterns", "layers", "heads", "tokens", "against", "title", "caption", "code"];

/** How differences of weights become palette entries: small ones are seen, no change is the page. */
const differenceScale: ValueScale = { scale: "diverging", transform: "sqrt", low: -1, high: 1 };

/** The most cells of a sheet: one more and several tokens share a cell, so that an output stays below some 2 MB. */
const mostCells = 4e6;
/** The most bytes of the picture, so that an output of usual size stays below 1 MB with all that it has besides. */
const mostBytes = 720_000;
/** How many heads are listed without scripts. */
const listed = 20;

/** What was checked and counted. */
interface Sheet {
  readonly layers: readonly number[];
  readonly heads: number;
  readonly size: number;
  /** How many tokens share a cell. */
  readonly pooled: number;
  /** Cells from left to right of a head. */
  readonly side: number;
  /** The pixels of a cell. */
  readonly cell: number;
}

/**
 * Draws the attention of every head side by side, a row of tiles a layer. In a tile each row is a query and attends to the
 * keys in its columns; colour is the square root of the weight, from 0 to 1 for every head. In a page a head is chosen and
 * seen large, as a map or as lines, alone or less another, with the text that its queries look at. With `against` each weight is
 * less that of another prompt, position by position: purple is more, orange less, and the means are differences too.
 *
 * @param options Patterns, tokens and layers.
 * @returns A document; its text says of each head where its attention goes, as `attentionView` does. Above four million cells
 * several tokens share one, which shows the greatest of their weights, and the sheet says so.
 * @throws {RangeError} If a pattern is not heads × tokens × tokens, or there are not as many as layers.
 * @throws {TypeError} If an option is not known, a weight is no number or a token has no text.
 *
 * @example
 * ```ts
 * import { attentionSheet } from "@innerworks/innerworks";
 * const sheet = attentionSheet({
 *   patterns: [[1, 0, 0.25, 0.75], [1, 0, 1, 0]],
 *   heads: 1,
 *   tokens: [{ text: "Mary" }, { text: " gave" }],
 * });
 * if (!sheet["text/plain"].includes("0.0  ")) throw new Error("the first head is missing");
 * ```
 */
export function attentionSheet(options: AttentionSheetOptions): DrawnDocument {
  const sheet = checkedSheet(options), { layers, heads, size, pooled, cell } = sheet;
  const { tokens, against, caption, code } = options;
  const patterns = against ? differences(options.patterns, against.patterns) : options.patterns;
  const by = against ? differenceScale : attentionScale;
  const title = (options.title ?? `Attention of ${layers.length} layers of ${heads} heads`) +
    (against ? `, less that of ${against.label}` : "");
  const texts = labelTexts(tokens);
  const pixels = tiles(patterns, sheet, by);
  const rows = patterns.flatMap((pattern, at) =>
    Array.from({ length: heads }, (_, head) => {
      const summary = summariseHead(pattern, head * size * size, size);
      return {
        name: `${layers[at]}.${head}`,
        strongest: Math.abs(summary.pairs[0]?.[2] ?? 0),
        summary,
      };
    })
  );
  const cells = ({ name, summary }: typeof rows[number]): string[] => [
    name,
    ...[summary.first, summary.previous, summary.itself].map((share) => formatNumber(share, 2)),
    summary.pairs.map(([query, key, weight]) =>
      `${texts[query]} → ${texts[key]} ${formatNumber(weight)}`
    ).join(", ") || "none",
  ];
  const pairs = against ? "greatest differences elsewhere" : "strongest pairs elsewhere";
  const names = ["head", "first token", "previous", "itself", pairs];
  const sides = names.map((_, i) => i === 4 ? "left" as const : "right" as const);
  const best = rows.toSorted((a, b) => b.strongest - a.strongest).slice(0, listed);
  const shared = pooled > 1 ? `; a cell is ${pooled} × ${pooled} tokens, the greatest of them` : "";
  return documentOf({
    title,
    caption,
    code,
    rows: attentionRows(
      { layers, patterns, heads, tokens },
      against && `weight less that of ${against.label}`,
    ),
    payload: {
      kind: "attentionSheet",
      by,
      ...(against && { compared: true }),
      layers,
      heads,
      cell,
      pooled,
      tokens: tokens.map(tokenText),
    },
    body:
      `<p class="axes" style="${quiet};margin:0 0 4px 0">Each row of tiles is a layer, from ${
        layers[0]
      } at the top to ${layers.at(-1)}; each column a head, from 0 at the left to ${
        heads - 1
      }. In a tile each row is a query and attends to the keys in its columns${shared}</p>` +
      sheetHtml(
        { pixels, sheet, by },
        best[0]
          ? `strongest off the first token: head ${cells(best[0])[0]}, ${cells(best[0])[4]}`
          : "",
      ) +
      legendHtml(
        by,
        against ? `attention weight less that of ${against.label}` : "attention weight",
        undefined,
        pixels.subarray(0, 0),
      ) +
      `<details open style="color:rgb(26,28,31);background-color:rgb(255,255,255)"><summary style="${quiet};line-height:24px">The ${best.length} of ${rows.length} heads with the strongest pair off the first token; mean weights from the second token on (on the previous token from the third on)</summary>${
        tableHtml(
          names.map((heading, i) => ({ heading, align: sides[i]! })),
          best.map((row) => cells(row).map(labelHtml)),
        )
      }</details>`,
    text: `${pooled > 1 ? `Drawn with ${pooled} × ${pooled} tokens a cell\n` : ""}` +
      textTable([names, ...rows.map(cells)], sides),
  });
}

/** Checks the options and counts what they hold. */
function checkedSheet(options: AttentionSheetOptions): Sheet {
  const what = "draw attention";
  refuseUnknownOptions(what, options, known);
  const { patterns, heads, tokens, against, layers = [...patterns.keys()] } = options;
  refuseUnlessTokens(what, tokens);
  const size = tokens.length;
  if (patterns.length === 0 || patterns.length !== layers.length) {
    throw new RangeError(
      `Cannot ${what} as there must be a pattern a layer, at least one: current value is ${patterns.length} for ${layers.length} layers`,
    );
  }
  for (const pattern of patterns) {
    refuseUnlessNumbers(what, "pattern", pattern);
    if (pattern.length === heads * size * size) continue;
    throw new RangeError(
      `Cannot ${what} as a pattern must be heads × tokens × tokens: current value is ${pattern.length} weights for ${heads} × ${size} × ${size}`,
    );
  }
  const others = against?.patterns;
  if (others?.some((other, i) => other.length !== patterns[i]?.length) || others?.length === 0) {
    throw new RangeError(
      `Cannot ${what} as what it is compared with must have as many weights: current value is ${
        others.map(({ length }) => length).join(", ") || "none"
      } for ${patterns.map(({ length }) => length).join(", ")}`,
    );
  }
  const pooled = Math.max(1, Math.ceil(Math.sqrt(patterns.length * heads * size ** 2 / mostCells)));
  const side = Math.ceil(size / pooled);
  const cell = Math.max(1, Math.min(24, Math.floor(900 / heads / Math.max(1, side))));
  return { layers, heads, size, pooled, side, cell };
}

/** The weights of each layer less those of another prompt. */
const differences = (
  patterns: readonly ArrayLike<number>[],
  others: readonly ArrayLike<number>[],
): Float32Array[] =>
  patterns.map((pattern, layer) =>
    Float32Array.from(pattern, (weight, i) => weight - others[layer]![i]!)
  );

/** The pixels of all tiles, with a line between them. */
function tiles(
  patterns: readonly ArrayLike<number>[],
  sheet: Sheet,
  by: ValueScale,
): Uint8Array {
  const { heads, size, pooled, side, cell } = sheet, step = side * cell + 1;
  const [width, height] = [heads * step + 1, patterns.length * step + 1];
  const pixels = new Uint8Array(width * height).fill(special.undefined);
  patterns.forEach((pattern, layer) => {
    for (let head = 0; head < heads; head++) {
      const own = Array.prototype.slice.call(pattern, head * size ** 2, (head + 1) * size ** 2);
      const indices = toIndices(poolGreatest(own, size, pooled), by);
      const [top, left] = [layer * step + 1, head * step + 1];
      indices.forEach((index, i) => {
        const [y, x] = [top + Math.floor(i / side) * cell, left + (i % side) * cell];
        for (let row = y; row < y + cell; row++) {
          pixels.fill(index, row * width + x, row * width + x + cell);
        }
      });
    }
  });
  return pixels;
}

/** The picture of the sheet, in as many levels as the budget of an output allows. */
function sheetHtml(
  { pixels, sheet, by }: {
    readonly pixels: Uint8Array;
    readonly sheet: Sheet;
    readonly by: ValueScale;
  },
  strongest: string,
): string {
  const { layers, heads, side, cell } = sheet;
  const width = heads * (side * cell + 1) + 1, height = pixels.length / width;
  if (side === 0) return `<p style="${quiet}">No tokens</p>`;
  const { file, levels } = pngWithin(mostBytes, {
    width,
    height,
    indices: pixels,
    palette: palette(by.scale),
  });
  const alternative = `Attention of layers ${layers.join(", ")}, ${heads} heads each; ${strongest}`;
  const coarse = levels < allLevels
    ? `<p class="note" style="${quiet};margin:2px 0">Drawn in ${levels} levels of the square root, as the output would be larger than 1 MB otherwise; the numbers below are exact</p>`
    : "";
  return `<img class="picture" alt="${
    escapeHtml(alternative)
  }" width="${width}" height="${height}" style="max-width:100%;height:auto;margin:0;border:1px solid rgb(208,212,218)" src="data:image/png;base64,${file.toBase64()}">${coarse}`;
}
