/**
 * How a document is put together: a static layer that reads without scripts, its data, and the script that upgrades it.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { cutDrawings, documentRows, type DrawnRows } from "./drawn_rows.ts";
import { drawable, type DrawnDocument } from "./display.ts";
import { escapeHtml, escapeJson } from "./escape.ts";
import { pageHash, pages } from "./page.generated.ts";
import { isSigned, paperStyle } from "./paper_style.ts";
import type { Payload } from "./payload.ts";

/** What a document is made of. */
export interface DocumentParts {
  /** What is shown, as the heading. */
  readonly title: string;
  /** The body of the static layer: HTML in which everything is escaped and has both its colours. */
  readonly body: string;
  /** The same numbers as lines of text. */
  readonly text: string;
  /** What the page needs to upgrade the static layer. */
  readonly payload: Payload;
  /** Where the numbers come from, in one line. */
  readonly caption?: string | undefined;
  /** What is left out, in one sentence, where not all is drawn. */
  readonly less?: string | undefined;
  /** The numbers as rows, for files. */
  readonly rows?: DrawnRows | undefined;
  /** The expression that computes what is pointed at, with its place in braces. */
  readonly code?: Code | undefined;
  /** What else the script reads, as elements that a page without scripts does not show. */
  readonly data?: string;
}

/** The inline style of the whole static layer: opaque and light, whatever page it lands on. */
const paper =
  "color:rgb(26,28,31);background-color:rgb(255,255,255);font-family:sans-serif;font-size:13px;line-height:1.5;padding:10px 12px;border:1px solid rgb(208,212,218);border-radius:6px;overflow-x:auto";

/** The style of what is said besides: 7 to 1 on the paper. */
export const quiet = "color:rgb(84,89,97);background-color:rgb(255,255,255);font-size:12px";

/**
 * Puts a document together.
 *
 * @param parts Title, body, text, data and caption.
 * @param inPage What a page that has other outputs gets instead.
 * @returns The bundle, which draws itself.
 */
export function documentOf(parts: DocumentParts, inPage?: () => DrawnDocument): DrawnDocument {
  const { title, body, text, payload, caption, code, data = "", less } = parts, { kind } = payload;
  const footer = caption
    ? `<p class="caption" style="${quiet};margin:8px 0 0 0">${escapeHtml(caption)}</p>`
    : "";
  const heading =
    `<p class="title" style="font-weight:bold;font-size:14px;color:rgb(26,28,31);background-color:rgb(255,255,255);margin:0 0 6px 0">${
      escapeHtml(title)
    }</p>`;
  const left = less
    ? `<p class="note" style="${quiet};margin:0 0 4px 0">${escapeHtml(less)}</p>`
    : "";
  const drawing = drawable({
    "text/html":
      `<div class="innerworks-${pageHash}-${kind}"><div class="figure${
        isSigned(payload) ? " signed" : ""
      }" style="${paper}">${heading}${left}${body}${footer}` +
      `</div><script type="application/json">${
        escapeJson(code === undefined ? payload : { ...payload, code })
      }</script>${data}${paperStyle(payload)}</div><script>${pages[kind]}</script>`,
    "text/plain": [title, less, text, caption].filter((part) => part).join("\n").toWellFormed(),
  }, inPage);
  if (parts.rows) documentRows.set(drawing, parts.rows);
  if (less) cutDrawings.add(drawing);
  return drawing;
}
