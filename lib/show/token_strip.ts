/**
 * Tokens in reading order, coloured by a value each.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { greatestCells } from "./greatest_cells.ts";
import { counted, drawnWithin, saidFirst } from "./show_within.ts";
import { entry, palette, type Scale } from "./colour.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { farValue } from "./far_value.ts";
import { formatNumber } from "./format_number.ts";
import { refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, valueScale } from "./value_scale.ts";

/** What {@linkcode tokenStrip} draws. */
export interface TokenStripOptions {
  /** The tokens, in reading order. */
  readonly tokens: readonly ShownToken[];
  /** One value a token; without them the tokens are shown plain. */
  readonly values?: ArrayLike<number>;
  /** What the values are, or what the tokens are where there are no values. */
  readonly label: string;
  /** The unit of the values. */
  readonly unit?: string;
  /** Sequential or diverging; diverging if left out and a value is negative. */
  readonly scale?: Scale;
  /** The values of the first and last colour; from the values themselves if left out. */
  readonly domain?: readonly [low: number, high: number];
  /** How many tokens at the beginning are only what the others follow: shown plain, whatever their values. */
  readonly context?: number;
  /** More about each token, said in its tooltip and in a column of the table. */
  readonly notes?: {
    /** What the notes say. */
    readonly label: string;
    /** One note a token; an empty one is not shown. */
    readonly texts: readonly string[];
  };
  /** The heading; the label if left out. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a token's value, with `{position}` in it, for who copies it. */
  readonly code?: Code;
}

/** What {@linkcode TokenStripOptions} may hold. */
const known = [
  "tokens",
  "values",
  "label",
  "unit",
  "scale",
  "domain",
  "context",
  "notes",
  "title",
  "caption",
  "code",
];

/** The most tokens that are listed as a table as well. */
const fewTokens = 512;

/**
 * Draws tokens one after another, as they are read, tinted by their values.
 *
 * @param options Tokens, values and label.
 * @returns A document; its text has one line a token.
 * @throws {RangeError} If there are values or notes but not one for every token.
 * @throws {TypeError} If an option or its scale is not known, a token has no text or a value is no number.
 *
 * @example
 * ```ts
 * import { tokenStrip } from "@innerworks/innerworks";
 * const strip = tokenStrip({
 *   tokens: [{ text: "The" }, { text: " store" }],
 *   values: [0.2, 3.1],
 *   label: "loss",
 *   unit: "nat",
 * });
 * if (!strip["text/plain"].includes("·store")) throw new Error("the token is missing");
 * ```
 */
export function tokenStrip(options: TokenStripOptions): DrawnDocument {
  refuseUnknownOptions("draw tokens", options, known);
  refuseMissingOptions("draw tokens", options, ["tokens", "label"]);
  refuseUnknownWord("draw tokens", "scale", options.scale, ["sequential", "diverging"]);
  const { tokens, values, notes } = options;
  refuseUnlessTokens("draw tokens", tokens);
  if (values !== undefined) refuseUnlessNumbers("draw tokens", "values", values);
  if (values && values.length !== tokens.length) {
    throw new RangeError(
      `Cannot draw tokens as each must have one value: current value is ${values.length} values for ${tokens.length} tokens`,
    );
  }
  if (notes && notes.texts.length !== tokens.length) {
    throw new RangeError(
      `Cannot draw tokens as each must have one note: current value is ${notes.texts.length} notes for ${tokens.length} tokens`,
    );
  }
  return drawnWithin({ count: tokens.length, draw: (shown) => drawTokens(options, shown) });
}

/** What is the greatest value of the tokens that are left out. */
function greatestLeft({ values, label }: TokenStripOptions, shown: number): string {
  if (!values || shown >= values.length) return "";
  const [at] = greatestCells(Array.from(values).slice(shown), 1), place = shown + at!;
  return ` (the greatest ${label} of the others is ${formatNumber(values[place]!)}, of token ${
    counted(place)
  })`;
}

/** Draws the first tokens, in the colours that they have among all. */
function drawTokens(options: TokenStripOptions, shown: number): DrawnDocument {
  const { tokens: all, values, label, unit, domain, context = 0, notes, caption, code } = options;
  const { title = label } = options, tokens = all.slice(0, shown);
  const tinted = Array.from(values ?? []).slice(context);
  const by = valueScale(tinted, { scale: options.scale, domain });
  const indices = toIndices(tinted, by);
  const colours = palette(by.scale), alone = domain ? "" : farValue(tinted);
  const numbers = values &&
    Array.from(values, (value, i) => i < context ? "" : formatNumber(value));
  const chips = tokens.map((token, position) => {
    const index = indices[position - context];
    const value = numbers?.[position] && `${label} ${numbers[position]}${unit ? ` ${unit}` : ""}`;
    const more = notes?.texts[position] && `${notes.label} ${notes.texts[position]}`;
    const chip = tokenHtml(token, {
      position,
      note: [value, more].filter((part) => part).join("; "),
      ...index === undefined ? {} : { background: entry(colours, index), index },
    });
    // A newline is a token that is seen and then a line that ends, as in the text itself.
    return chip + (token.text.includes("\n") ? "<br>" : "");
  });
  const names = [
    "position",
    "token",
    "id",
    ...(numbers ? [unit ? `${label} (${unit})` : label] : []),
    ...(notes ? [notes.label] : []),
  ];
  const row = (token: ShownToken, position: number, shown: string): string[] => [
    String(position),
    shown,
    token.id === undefined ? "" : String(token.id),
    ...(numbers ? [numbers[position]!] : []),
    ...(notes ? [notes.texts[position]!] : []),
  ];
  const sides = names.map((name) =>
    name === "token" || name === notes?.label ? "left" as const : "right" as const
  );
  const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
  return documentOf({
    title,
    caption,
    code,
    less: saidFirst(shown, all.length, `tokens${greatestLeft(options, shown)}`),
    rows: {
      columns: names,
      fields: () =>
        all.map(({ text, id }, i) => [
          i,
          text,
          id ?? null,
          ...(values ? [i < context ? null : values[i]!] : []),
          ...(notes ? [notes.texts[i]!] : []),
        ]),
    },
    payload: {
      kind: "tokenStrip",
      scale: by.scale,
      texts: tokens.map(({ text }) => text),
      tokens: tokens.map(tokenText),
    },
    body:
      `<p class="strip" style="${ink};line-height:1.9;margin:0">${
        chips.join("") || "No tokens"
      }</p>` +
      (values ? legendHtml({ ...by, infinite: domain === undefined }, label, unit, indices) : "") +
      (alone ? `<p class="note" style="${quiet};margin:4px 0">${alone}</p>` : "") +
      (tokens.length <= fewTokens
        ? `<details style="${ink}"><summary style="${quiet};line-height:24px">As a table</summary>${
          tableHtml(
            names.map((name, i) => ({ heading: escapeHtml(name), align: sides[i]! })),
            tokens.map((token, position) =>
              row(token, position, tokenHtml(token)).map((cell, i) =>
                i === 1 ? cell : escapeHtml(cell)
              )
            ),
          )
        }</details>`
        : `<p style="${quiet}">No table, as there are more than ${fewTokens} tokens; their text form lists ${
          shown < all.length ? "those shown" : "all"
        }</p>`),
    text: textTable(
      [names, ...tokens.map((token, position) => row(token, position, tokenText(token)))],
      sides,
    ) + (alone && `\n${alone}`),
  });
}
