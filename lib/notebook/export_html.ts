/**
 * A notebook as one HTML file that needs nothing else: no network, no kernel, no server.
 *
 * @module
 */

import { escapeHtml, refuseUnknownOptions } from "../show/mod.ts";
import { highlight } from "./highlight.ts";
import type { CellOutput, CodeCell, MediaBundle, Notebook } from "./notebook.ts";
import { pageStyle } from "./page_style.ts";
import { type Heading, type MarkdownRenderer, markdownRenderer } from "./render_markdown.ts";

/** How to export a notebook. */
export interface ExportHtmlOptions {
  /** The title of the page; the first heading by default. */
  readonly title?: string;
}

/** What the page may load: nothing but what stands in it. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * Writes a notebook with its outputs as one self-contained page.
 *
 * Code, prose and text outputs are only ever text. HTML outputs stand in the page as they are, scripts included, because
 * that is what drawings are: export notebooks that you have run yourself. Whatever they do, the page's own policy keeps
 * them from the network. Charts are shown as the pictures that they carry.
 *
 * @param notebook The notebook.
 * @param options The title.
 * @returns The content of an `.html` file.
 *
 * @example Usage
 * ```ts
 * import { exportHtml } from "@innerworks/innerworks";
 *
 * const cell = { cell_type: "markdown", id: "a", metadata: {}, source: "# A title" } as const;
 * const html = await exportHtml({ cells: [cell], metadata: {} });
 * console.log(html.includes("<title>A title</title>")); // true
 * ```
 */
export async function exportHtml(
  notebook: Notebook,
  options: ExportHtmlOptions = {},
): Promise<string> {
  refuseUnknownOptions("export a notebook", options, ["title"]);
  const markdown = await markdownRenderer();
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === "code") return codeCell(cell, markdown);
    if (cell.cell_type === "raw") return `<pre tabindex="0">${escapeHtml(cell.source)}</pre>\n`;
    return `<div class="prose">\n${markdown.render(cell.source, cell.attachments)}</div>\n`;
  });
  const { headings } = markdown;
  const title = options.title === undefined
    ? headings[0]?.html.replace(/<[^>]*>/g, "") ?? "Notebook"
    : escapeHtml(options.title);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
${contents(headings)}<main>
${cells.join("")}</main>
</body>
</html>
`;
}

function contents(headings: readonly Heading[]): string {
  const sections = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (sections.length < 3) return "";
  const items = sections.map(({ depth, id, html }) =>
    `<li class="depth-${depth}"><a href="#${id}">${html}</a></li>\n`
  );
  return `<nav aria-label="Contents">\n<ol>\n${items.join("")}</ol>\n</nav>\n`;
}

function codeCell(cell: CodeCell, markdown: MarkdownRenderer): string {
  const count = cell.execution_count;
  const label = count === null ? "Code that was not run" : `Code cell ${count}`;
  const source = cell.source === ""
    ? ""
    : `<pre class="source" tabindex="0"><code>${highlight(cell.source)}</code></pre>\n`;
  const outputs = cell.outputs.map((output) => outputHtml(output, markdown)).join("");
  return `<section class="cell" aria-label="${label}">\n${source}${outputs}</section>\n`;
}

function outputHtml(output: CellOutput, markdown: MarkdownRenderer): string {
  switch (output.output_type) {
    case "stream":
      return textOutput(output.name, output.text);
    case "error":
      return textOutput(
        "error",
        output.traceback.join("\n") || `${output.ename}: ${output.evalue}`,
      );
    default:
      return `<div class="output">${dataHtml(output.data, markdown)}</div>\n`;
  }
}

function textOutput(kind: string, text: string): string {
  return `<pre class="output ${kind}" tabindex="0">${escapeHtml(text)}</pre>\n`;
}

const pictureTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Chooses the richest form that a page can show without an engine. */
function dataHtml(data: MediaBundle, markdown: MarkdownRenderer): string {
  const text = (type: string) => typeof data[type] === "string" ? data[type] : undefined;
  const plain = text("text/plain");
  const html = text("text/html");
  if (html !== undefined) return html;
  const svg = text("image/svg+xml");
  if (svg !== undefined) return picture(`image/svg+xml,${encodeURIComponent(svg)}`, plain);
  const type = pictureTypes.find((type) => text(type) !== undefined);
  if (type !== undefined) return picture(`${type};base64,${text(type)!.replace(/\s/g, "")}`, plain);
  const prose = text("text/markdown");
  if (prose !== undefined) return markdown.render(prose);
  const shown = plain ?? text("text/latex");
  if (shown !== undefined) return `<pre class="value" tabindex="0">${escapeHtml(shown)}</pre>`;
  const types = Object.keys(data).join(", ");
  return `<p>This output has no form that a page can show, only ${escapeHtml(types)}.</p>`;
}

/** A picture, with its numbers for those who do not see it. */
function picture(source: string, text: string | undefined): string {
  const image = (alt: string) => `<img src="data:${escapeHtml(source)}" alt="${escapeHtml(alt)}">`;
  if (text === undefined) return image("Output without a description");
  const first = text.split("\n", 1)[0]!;
  if (text.trim() === first.trim()) return image(first);
  return `<figure>${image(first)}<figcaption><details><summary>As text</summary><pre tabindex="0">${
    escapeHtml(text)
  }</pre></details></figcaption></figure>`;
}
