/**
 * Drawings as Markdown: for hosts that show no HTML, and for readers who listen.
 *
 * @module
 */

import type { Chart, Document } from "./display.ts";
import { payloadOf, staticLayer, type TextRun } from "./static_layer.ts";

/** Text that Markdown takes for text, whatever it holds. */
function escapeMarkdown(text: string): string {
  return text.toWellFormed().replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]<>|~$#&!]/g, (character) => `\\${character}`)
    .replace(/^(\s*)([+-]|\d+[.)])(?=\s|$)/, "$1\\$2");
}

const words = (runs: readonly TextRun[]): string =>
  escapeMarkdown(runs.map(({ text, background }) => background ? `${text} ` : text).join(""))
    .trim();

/** A fence that no line of a text closes. */
function fenced(text: string): string {
  const runs: readonly string[] = text.match(/`+/g) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/**
 * Writes a drawing as Markdown: a document's paragraphs and tables, its pictures by what they show; a chart's numbers as they
 * stand in its text. Nothing that a token or a title holds is markup.
 *
 * @param drawing A document or a chart.
 * @returns Markdown, which names no file and no address.
 *
 * @example
 * ```ts
 * import { markdown, table } from "@innerworks/innerworks";
 * const sizes = table({ title: "Sizes", columns: [{ name: "a" }], rows: [["x|y"]] });
 * if (!markdown(sizes).includes("| x\\|y |")) throw new Error("a cell must stay a cell");
 * ```
 */
export function markdown(drawing: Document | Chart): string {
  if (!("text/html" in drawing)) return fenced(drawing["text/plain"]);
  const html = drawing["text/html"], blocks = staticLayer(html);
  // What was not made of tags of ours says more as the text that it comes with.
  if (blocks.length === 0) return fenced(drawing["text/plain"]);
  const tree = payloadOf(html)?.kind === "tree" ? drawing["text/plain"] : undefined;
  if (tree !== undefined) return fenced(tree);
  return blocks.map((block): string => {
    if (block.kind === "picture") return `*Picture: ${escapeMarkdown(block.alternative)}*`;
    if (block.kind !== "table") {
      const lines = block.lines.map(words).filter((line) => line !== "").join("  \n");
      return block.kind === "paragraph" ? lines : `**${lines}**`;
    }
    const [names = [], ...rows] = block.rows.map((row) => row.map(words));
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    const sides = names.map((_, i) => block.right[i] ? "--:" : ":--");
    const full = rows.map((row) => line(names.map((_, i) => row[i] ?? "")));
    return [line(names), line(sides), ...full].join("\n");
  }).filter((text) => text !== "").join("\n\n");
}
