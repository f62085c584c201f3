/**
 * Holds the prose of a notebook to its outputs: a number that is claimed must have been seen.
 *
 * @module
 */

import type { CodeCell, MediaBundle, Notebook } from "./notebook.ts";

/** A number of the prose that nothing above it shows. */
export interface UnfoundedNumber {
  /** The id of the Markdown cell. */
  readonly cell: string;
  /** The number as it is written. */
  readonly number: string;
  /** The line in which it stands. */
  readonly line: string;
}

/**
 * Lists the numbers in Markdown cells that occur neither in an output above nor in code above.
 *
 * A number is a run of digits with an optional sign, decimals and `%`; `0.53` in prose needs `0.53` as a whole number
 * above it, so rounding is the author's: write what the reader sees. The sign may be `-` or `−`, and thousands may be
 * grouped by commas. Code counts because its numbers (a layer, a head, a seed) are chosen, not found. Not read as claims:
 * addresses, links (years and section numbers of papers), fenced code, and the numbers of lists and headings.
 *
 * @param notebook An executed notebook.
 * @returns The unfounded numbers, in order; none if the prose is held.
 *
 * @example Usage
 * ```ts
 * import { proseNumbers } from "@innerworks/innerworks";
 *
 * const cell = { cell_type: "markdown", id: "claim", metadata: {}, source: "It is 0.97." } as const;
 * console.log(proseNumbers({ cells: [cell], metadata: {} })[0]?.number); // 0.97
 * ```
 */
export function proseNumbers(notebook: Notebook): UnfoundedNumber[] {
  const seen = new Set<string>();
  const unfounded: UnfoundedNumber[] = [];
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") {
      for (const text of shownTexts(cell)) {
        for (const number of numbersIn(text)) seen.add(normal(number));
      }
    } else if (cell.cell_type === "markdown") {
      for (const line of claims(cell.source).split("\n")) {
        for (const number of numbersIn(line)) {
          if (!seen.has(normal(number))) {
            unfounded.push({ cell: cell.id, number, line: line.trim() });
          }
        }
      }
    }
  }
  return unfounded;
}

// Not inside a word (GPT-2, W_1, layer3) and not a part of a version or a longer number (1.2.3).
const numberPattern =
  /(?<![\p{L}\p{N}_.]|[\p{L}\p{N}]-)[-−+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?%?(?![\p{L}\p{N}_]|\.\d)/gu;

function numbersIn(text: string): string[] {
  return text.match(numberPattern) ?? [];
}

/** One spelling for one number: `−1,000` and `-1000` are the same, `0.50` and `0.5` are not. */
function normal(number: string): string {
  return number.replace("−", "-").replace("+", "").replaceAll(",", "");
}

/** The text of Markdown without what is no claim. */
function claims(markdown: string): string {
  return markdown
    .replace(/^(```|~~~)[^]*?^\1.*$/gm, "")
    .replace(/!?\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/<?https?:\/\/\S+/g, "")
    .replace(/^\s*(?:#+\s+)?(?:\d+[.)]\s+)+/gm, "");
}

/** Everything that a cell shows, as text: its code and its outputs. */
function shownTexts(cell: CodeCell): string[] {
  return [
    cell.source,
    ...cell.outputs.flatMap((output) => {
      switch (output.output_type) {
        case "stream":
          return [output.text];
        case "error":
          return [output.evalue];
        default:
          return dataTexts(output.data);
      }
    }),
  ];
}

function dataTexts(data: MediaBundle): string[] {
  const { "text/plain": plain, "text/html": html, "text/markdown": markdown } = data;
  return [
    ...[plain, markdown].filter((text) => typeof text === "string"),
    ...(typeof html === "string" ? [htmlText(html)] : []),
  ];
}

/** The text that a page shows; tags become spaces, so that numbers of two table cells never run together. */
function htmlText(html: string): string {
  return html
    .replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replace(/&(minus|nbsp|amp|lt|gt|quot);/g, (_, name) => name === "minus" ? "−" : " ");
}
