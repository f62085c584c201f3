/**
 * Markdown cells as HTML that cannot do anything.
 *
 * @module
 */

import { escapeHtml } from "../show/mod.ts";
import type { MediaBundle } from "./notebook.ts";

/** A heading, for a table of contents. */
export interface Heading {
  /** From 1, the largest, to 6. */
  readonly depth: number;
  /** The name by which a link finds it. */
  readonly id: string;
  /** Its text as HTML. */
  readonly html: string;
}

/** Renders the Markdown of one page. */
export interface MarkdownRenderer {
  /**
   * Renders one text.
   *
   * @param text Markdown.
   * @param attachments The files that it names as `attachment:NAME`.
   * @returns HTML in which HTML of the text is only text.
   */
  render(text: string, attachments?: Readonly<Record<string, MediaBundle>>): string;
  /** The headings so far, in order. */
  readonly headings: readonly Heading[];
}

/**
 * Loads the Markdown parser and makes a renderer.
 *
 * Whoever wrote the notebook is not trusted: HTML in Markdown is shown as text, links go to the web, to mail and within
 * the page only, and pictures are those that the notebook holds.
 *
 * @returns The renderer of one page, on which no two headings share an id.
 */
export async function markdownRenderer(): Promise<MarkdownRenderer> {
  const { Marked } = await import("./marked.ts");
  const headings: Heading[] = [];
  const ids = new Map<string, number>();
  let files: Readonly<Record<string, MediaBundle>> = {};
  const marked = new Marked({ gfm: true, async: false });
  marked.use({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      heading({ tokens, depth, text }) {
        const html = this.parser.parseInline(tokens);
        const slug = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
        const count = ids.get(slug) ?? 0;
        ids.set(slug, count + 1);
        const id = escapeHtml(`section-${slug}${count === 0 ? "" : `-${count}`}`);
        headings.push({ depth, id, html: html.replace(/<\/?a\b[^>]*>/g, "") });
        return `<h${depth} id="${id}">${html}</h${depth}>\n`;
      },
      link({ href, title, tokens }) {
        const html = this.parser.parseInline(tokens);
        if (!/^(?:https?:|mailto:|#)/i.test(href)) return html;
        const tip = title ? ` title="${escapeHtml(title)}"` : "";
        return `<a href="${escapeHtml(href)}"${tip} rel="noreferrer">${html}</a>`;
      },
      image({ href, text }) {
        const source = pictureSource(href, files);
        return source === undefined
          ? `<em>[${escapeHtml(text || "picture")}]</em>`
          : `<img src="${escapeHtml(source)}" alt="${escapeHtml(text)}">`;
      },
    },
  });
  return {
    headings,
    render(text, attachments = {}) {
      files = attachments;
      return marked.parse(text) as string;
    },
  };
}

const pictureTypes = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"];

function pictureSource(
  href: string,
  files: Readonly<Record<string, MediaBundle>>,
): string | undefined {
  if (/^data:image\//i.test(href)) return href;
  if (!href.startsWith("attachment:")) return undefined;
  const name = href.slice("attachment:".length);
  // The parser has encoded the name; one that it could not encode is as it was.
  const file = Object.entries(files).find(([key]) => key === name || encodeURI(key) === name)?.[1];
  const type = pictureTypes.find((type) => typeof file?.[type] === "string");
  return type === undefined ? undefined : `data:${type};base64,${file?.[type]}`;
}
