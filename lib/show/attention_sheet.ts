/**
 * The attention of every head of a model on one sheet.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { outputRoom, saidLess, shrunkWithin } from "./show_within.ts";
import { type Sheet, type SheetPicture, sheetPicture } from "./sheet_picture.ts";
import { labelHtml, labelTexts } from "./axis.ts";
import { attentionScale } from "./attention_view.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { attentionRows } from "./drawn_rows.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { summariseHead } from "./head_summary.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { allLevels } from "./png_within.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenText } from "./token_text.ts";
import type { ValueScale } from "./value_scale.ts";

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
  /**
   * The same weights of another prompt of as many tokens, or under an edit; differences to them are drawn. Of a model's own
   * patterns `attentionDifference` does all of this.
   */
  readonly against?: {
    /** Its weights of each layer, [head, query, key]. */
    readonly patterns: readonly ArrayLike<number>[];
    /** What it is, such as "the corrupt prompt". */
    readonly label: string;
    /** Its tokens: where one differs it stands before the token here, as "(·Mary → ·John)". @default {the same} */
    readonly tokens?: readonly ShownToken[];
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
/** The share of an output's bytes that is its picture: of the usual 1.5 MB as much as leaves it below 1 MB in all. */
const pictureShare = 0.48;
/** How many heads are listed without scripts. */
const listed = 20;

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
  return sheetWithin(options, outputRoom());
}

/**
 * Draws a sheet in so many bytes: in fewer levels, then with more tokens a cell.
 *
 * @param options What it shows.
 * @param room The bytes.
 * @returns The document.
 */
export function sheetWithin(options: AttentionSheetOptions, room: number): DrawnDocument {
  const sheet = checkedSheet(options);
  return shrunkWithin({
    first: sheet,
    next: ({ pooled, size }) =>
      pooled < size / 4 ? pooledSheet(sheet, Math.ceil(pooled * 1.25)) : undefined,
    draw: (pooled, bytes) => drawSheet(options, pooled, bytes),
  }, room);
}

/** Draws a sheet of so many tokens a cell. */
function drawSheet(options: AttentionSheetOptions, sheet: Sheet, room: number): DrawnDocument {
  const { layers, heads, size, pooled, cell } = sheet;
  const { tokens, against, caption, code } = options;
  const patterns = against ? differences(options.patterns, against.patterns) : options.patterns;
  const by = against ? differenceScale : attentionScale;
  const title = (options.title ?? `Attention of ${layers.length} layers of ${heads} heads`) +
    (against ? `, less that of ${against.label}` : "");
  const words = tokens.map((token, i) => changedText(token, against?.tokens?.[i]));
  const texts = labelTexts(words.map((word, i) => `${i} ${word}`));
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
  const picture = sheetPicture({ patterns, sheet, by, most: room * pictureShare });
  return documentOf({
    title,
    caption,
    code,
    less: lessOf(sheet, picture.levels),
    rows: attentionRows(
      { layers, patterns, heads, tokens, ...against?.tokens && { others: against.tokens } },
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
      tokens: words,
    },
    body:
      `<p class="axes" style="${quiet};margin:0 0 4px 0">Each row of tiles is a layer, from ${
        layers[0]
      } at the top to ${layers.at(-1)}; each column a head, from 0 at the left to ${
        heads - 1
      }. In a tile each row is a query and attends to the keys in its columns${shared}${
        against?.tokens
          ? `; where tokens differ, that of ${escapeHtml(against.label)} stands before the arrow`
          : ""
      }</p>` +
      sheetHtml(
        { picture, sheet },
        best[0]
          ? `strongest off the first token: head ${cells(best[0])[0]}, ${cells(best[0])[4]}`
          : "",
      ) +
      legendHtml(
        by,
        against ? `attention weight less that of ${against.label}` : "attention weight",
        undefined,
        new Uint8Array(),
      ) +
      `<details open style="color:rgb(26,28,31);background-color:rgb(255,255,255)"><summary style="${quiet};line-height:24px">The ${best.length} of ${rows.length} heads with the strongest pair off the first token; mean weights from the second token on (on the previous token from the third on)</summary>${
        tableHtml(
          names.map((heading, i) => ({ heading, align: sides[i]!, ...i === 4 && { least: 280 } })),
          best.map((row) => cells(row).map(labelHtml)),
        )
      }</details>`,
    text: textTable([names, ...rows.map(cells)], sides),
  });
}

/** A token, behind that of the other prompt where it is another; in brackets, for pairs of tokens have an arrow too. */
function changedText(token: ShownToken, other: ShownToken | undefined): string {
  const [own, before] = [tokenText(token), other && tokenText(other)];
  return before === undefined || before === own ? own : `(${before} → ${own})`;
}

/** Checks the options and counts what they hold. */
function checkedSheet(options: AttentionSheetOptions): Sheet {
  const what = "draw attention";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["patterns", "heads", "tokens"]);
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
  const { tokens: named } = against ?? {};
  if (named) refuseUnlessTokens(what, named);
  if (named && named.length !== size) {
    throw new RangeError(
      `Cannot ${what} as what it is compared with must have as many tokens: current value is ${named.length} for ${size}`,
    );
  }
  const pooled = Math.max(1, Math.ceil(Math.sqrt(patterns.length * heads * size ** 2 / mostCells)));
  return pooledSheet({ layers, heads, size }, pooled);
}

/** A sheet of so many tokens a cell. */
function pooledSheet(
  { layers, heads, size }: Pick<Sheet, "layers" | "heads" | "size">,
  pooled: number,
): Sheet {
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

/** What is less than all in a sheet. */
function lessOf({ pooled }: Sheet, levels: number): string | undefined {
  const coarse = `drawn in ${levels} levels of the square root`;
  const tokens = `each ${pooled} × ${pooled} tokens are one cell, the greatest of them`;
  if (levels === allLevels) return pooled === 1 ? undefined : saidLess(tokens);
  return saidLess(`weights are ${coarse}${pooled === 1 ? "" : `, and ${tokens}`}`);
}

/** The picture of the sheet as an element. */
function sheetHtml(
  { picture, sheet }: { readonly picture: SheetPicture; readonly sheet: Sheet },
  strongest: string,
): string {
  const { layers, heads, side } = sheet, { width, height, file } = picture;
  if (side === 0) return `<p style="${quiet}">No tokens</p>`;
  const alternative = `Attention of layers ${layers.join(", ")}, ${heads} heads each; ${strongest}`;
  return `<img class="picture" alt="${
    escapeHtml(alternative)
  }" width="${width}" height="${height}" style="max-width:100%;height:auto;margin:0;border:1px solid rgb(208,212,218)" src="data:image/png;base64,${file.toBase64()}">`;
}
