/**
 * Reading cards: what a neuron or a direction does, on one page.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { counted, drawnWithin, saidLess } from "./show_within.ts";
import { cardRows, histogramHtml, listHtml, peakOf } from "./card_parts.ts";
import { entry, palette } from "./colour.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { givenValue, refuseUnlessNumbers, refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, valueScale } from "./value_scale.ts";

/** A list of tokens on a card, such as those that a neuron promotes. */
export interface CardList {
  /** What the tokens are, such as "promotes". */
  readonly name: string;
  /** What their numbers are; bars of lists with one label and unit have one scale. */
  readonly label: string;
  /** The unit of the numbers. */
  readonly unit?: string;
  /** The tokens with their numbers, in the order in which they are to stand. */
  readonly rows: readonly { readonly token: ShownToken; readonly value: number }[];
}

/** How often which values occur, on a card. */
export interface CardHistogram {
  /** What the values are. */
  readonly label: string;
  /** What is counted, such as "tokens". */
  readonly counted: string;
  /** How many lie in each bin. */
  readonly counts: ArrayLike<number>;
  /** The edges of the bins, one more than bins. */
  readonly edges: ArrayLike<number>;
}

/** A stretch of text on a card. */
export interface CardExample {
  /** Its tokens. */
  readonly tokens: readonly ShownToken[];
  /** One value a token. */
  readonly values: ArrayLike<number>;
  /** What is said before it, such as where it comes from. */
  readonly note?: string;
}

/** What {@linkcode tokenCard} draws. */
export interface TokenCardOptions {
  /** What the card is about. */
  readonly title: string;
  /** Single facts, such as how often a neuron is active. */
  readonly facts?: readonly {
    readonly label: string;
    readonly value: string | number;
    readonly unit?: string;
  }[];
  /** The lists, side by side. */
  readonly lists: readonly CardList[];
  /** How often which values occur. */
  readonly histogram?: CardHistogram;
  /** Stretches of text, tinted by one scale, the token of the greatest value underlined in each. */
  readonly examples?: {
    /** What the values are. */
    readonly label: string;
    /** Their unit. */
    readonly unit?: string;
    /** The stretches. */
    readonly texts: readonly CardExample[];
  };
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a token of the examples, with `{position}`, its number from 0 in all of them, in it, for who copies it. */
  readonly code?: Code;
}

/** What {@linkcode TokenCardOptions} may hold. */
const known = ["title", "facts", "lists", "histogram", "examples", "caption", "code"];

const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
const oneLine = (text: string): string => text.replace(/\s+/g, " ");

/** A heading of a part of the card. */
const heading = (text: string): string =>
  `<p class="part" style="${ink};font-weight:bold;margin:10px 0 2px 0">${escapeHtml(text)}</p>`;

type Facts = NonNullable<TokenCardOptions["facts"]>;

/** The facts as text. */
const factTexts = (facts: Facts): string[] =>
  facts.map(({ label, value, unit }) =>
    `${oneLine(label)}: ${typeof value === "number" ? formatNumber(value) : oneLine(value)}${
      unit ? ` ${unit}` : ""
    }`
  );

/** The examples as chips, one scale for all. */
function examplesHtml({ label, unit, texts }: NonNullable<TokenCardOptions["examples"]>): string {
  const all = texts.flatMap(({ values }) => Array.from(values));
  const by = valueScale(all);
  const colours = palette(by.scale);
  const blocks = texts.map(({ tokens, values, note }) => {
    const indices = toIndices(values, by);
    const peak = peakOf(values);
    const chips = tokens.map((token, i) => {
      const said = `${label} ${formatNumber(values[i]!)}${unit ? ` ${unit}` : ""}`;
      const chip = tokenHtml(token, {
        position: i,
        note: i === peak ? `${said}, the greatest` : said,
        background: entry(colours, indices[i]!),
        index: indices[i]!,
      });
      return i === peak
        ? `<b class="peak" style="${ink};display:inline-block;line-height:1.5;border-bottom:3px solid rgb(179,71,10);font-weight:normal">${chip}</b>`
        : chip;
    });
    const greatest = peak < 0 ? "no greatest value" : `greatest ${formatNumber(values[peak]!)}`;
    const before = `${note ? `${oneLine(note)}, ` : ""}${greatest}`;
    return `<p style="${ink};line-height:1.9;margin:4px 0"><span class="note" style="${quiet}">${
      escapeHtml(before)
    }: </span>${chips.join("")}</p>`;
  });
  return `<div class="strip" style="${ink}">${blocks.join("")}</div>` +
    legendHtml({ ...by, infinite: true }, label, unit, toIndices(all, by));
}

/** The lists, the counts and the examples as lines of text. */
function cardText({ facts = [], lists, histogram, examples }: TokenCardOptions): string {
  const named = (label: string, unit: string | undefined) => unit ? `${label} (${unit})` : label;
  const blocks = lists.map(({ name, label, unit, rows }) =>
    textTable(
      [
        [oneLine(name), named(label, unit)],
        ...rows.map(({ token, value }) => [tokenText(token), formatNumber(value)]),
      ],
      ["left", "right"],
    )
  );
  if (histogram) {
    const { label, counted, counts, edges } = histogram;
    const rows = Array.from(counts, (count, i) => [
      formatNumber(edges[i]!),
      formatNumber(edges[i + 1]!),
      String(count),
    ]);
    blocks.push(
      textTable([[`${label} from`, "to", counted], ...rows], ["right", "right", "right"]),
    );
  }
  for (const { tokens, values, note } of examples?.texts ?? []) {
    const peak = peakOf(values);
    const words = tokens.map((token, i) => i === peak ? `[${tokenText(token)}]` : tokenText(token));
    const greatest = peak < 0 ? "no greatest value" : `greatest ${formatNumber(values[peak]!)}`;
    blocks.push(`${note ? `${oneLine(note)}, ` : ""}${greatest}: ${words.join(" ")}`);
  }
  return [factTexts(facts).join("; "), ...blocks].filter((part) => part).join("\n");
}

/**
 * Draws a card to read a neuron or a direction by: single facts, lists of tokens side by side with bars, how often which
 * values occur, and stretches of text tinted by them.
 *
 * @param options Title, facts, lists, counts and examples.
 * @returns A document.
 * @throws {RangeError} If an example has not one value a token, or the edges are not one more than the counts.
 * @throws {TypeError} If an option is not known, a token has no text or a value is no number.
 *
 * @example
 * ```ts
 * import { tokenCard } from "@innerworks/innerworks";
 * const card = tokenCard({
 *   title: "Neuron 2.17",
 *   facts: [{ label: "active", value: 0.03 }],
 *   lists: [
 *     { name: "promotes", label: "logit", rows: [{ token: { text: " Mary" }, value: 0.8 }] },
 *     { name: "suppresses", label: "logit", rows: [{ token: { text: " the" }, value: -0.5 }] },
 *   ],
 *   examples: {
 *     label: "activation",
 *     texts: [{ tokens: [{ text: "key" }, { text: " to" }], values: [0, 2.5] }],
 *   },
 * });
 * if (!card["text/plain"].includes("[·to]")) throw new Error("the greatest is not marked");
 * ```
 */
export function tokenCard(options: TokenCardOptions): DrawnDocument {
  checkOptions(options);
  const { lists, examples } = options;
  const count = Math.max(0, examples?.texts.length ?? 0, ...lists.map(({ rows }) => rows.length));
  return drawnWithin({ count, draw: (shown) => drawCard(options, shown) });
}

/** Draws the first rows of each list, and as many examples. */
function drawCard(all: TokenCardOptions, most: number): DrawnDocument {
  const options = {
    ...all,
    lists: all.lists.map((list) => ({ ...list, rows: list.rows.slice(0, most) })),
    ...all.examples &&
      { examples: { ...all.examples, texts: all.examples.texts.slice(0, most) } },
  };
  const { title, facts = [], lists, histogram, examples, caption, code } = options;
  const longer = all.lists.some(({ rows }) => rows.length > most) ||
    (all.examples?.texts.length ?? 0) > most;
  const facing = factTexts(facts).map((fact) =>
    `<span style="${ink};margin:0 16px 0 0">${escapeHtml(fact)}</span>`
  );
  const shown = lists.map((list) =>
    listHtml(list, lists.filter(({ label, unit }) => label === list.label && unit === list.unit))
  );
  return documentOf({
    title,
    caption,
    code,
    less: longer
      ? saidLess(`the first ${counted(most)} of each list and of the examples are shown`)
      : undefined,
    rows: cardRows(all),
    payload: examples
      ? {
        kind: "tokenStrip",
        scale: valueScale(examples.texts.flatMap(({ values }) => Array.from(values))).scale,
        texts: examples.texts.flatMap(({ tokens }) => tokens.map(({ text }) => text)),
      }
      : { kind: "table" },
    body: (facing.length > 0 ? `<p style="${ink};margin:0 0 4px 0">${facing.join(" ")}</p>` : "") +
      `<div style="${ink};display:flex;flex-wrap:wrap">${shown.join("")}</div>` +
      (histogram ? heading(`How often: ${histogram.label}`) + histogramHtml(histogram) : "") +
      (examples ? heading("Examples") + examplesHtml(examples) : ""),
    text: cardText(options),
  });
}

/** Refuses what a compiler would, and what does not fit together. */
function checkOptions(options: TokenCardOptions): void {
  const what = "draw a card";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["title", "lists"]);
  const { facts = [], lists, histogram, examples } = options;
  if (!Array.isArray(lists)) {
    throw new TypeError(
      `Cannot ${what} as lists must be a list: current value is ${givenValue(lists)}`,
    );
  }
  for (const fact of facts) {
    refuseUnknownOptions(`${what} with a fact`, fact, ["label", "value", "unit"]);
  }
  lists.forEach((list: CardList, at) => {
    const which = `draw list ${at} of a card`;
    refuseUnknownOptions(which, list, ["name", "label", "unit", "rows"]);
    if (!Array.isArray(list.rows)) {
      throw new TypeError(
        `Cannot ${which} as rows must be a list: current value is ${givenValue(list.rows)}`,
      );
    }
    refuseUnlessTokens(which, list.rows.map(({ token }) => token));
    refuseUnlessNumbers(which, "values", list.rows.map(({ value }) => value));
  });
  if (histogram) checkHistogram(histogram);
  if (!examples) return;
  refuseUnknownOptions(`${what} with examples`, examples, ["label", "unit", "texts"]);
  examples.texts.forEach(checkExample);
}

function checkHistogram(histogram: CardHistogram): void {
  const what = "draw the counts of a card";
  refuseUnknownOptions(what, histogram, ["label", "counted", "counts", "edges"]);
  const { counts, edges } = histogram;
  refuseUnlessNumbers(what, "counts", counts);
  refuseUnlessNumbers(what, "edges", edges);
  if (edges.length === counts.length + 1) return;
  throw new RangeError(
    `Cannot ${what} as edges must be one more than counts: current value is ${edges.length} for ${counts.length}`,
  );
}

function checkExample(example: CardExample, at: number): void {
  const what = `draw example ${at} of a card`;
  refuseUnknownOptions(what, example, ["tokens", "values", "note"]);
  const { tokens, values } = example;
  refuseUnlessTokens(what, tokens);
  refuseUnlessNumbers(what, "values", values);
  if (tokens.length === values.length) return;
  throw new RangeError(
    `Cannot ${what} as each token must have one value: current value is ${values.length} values for ${tokens.length} tokens`,
  );
}
