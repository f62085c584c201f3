/**
 * A token as a chip of HTML.
 *
 * @module
 */

import { type Colour, css, inkOn } from "./colour.ts";
import type { ShownToken } from "./display.ts";
import { escapeHtml } from "./escape.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import { exactText, tokenParts } from "./token_text.ts";

/** How {@linkcode tokenHtml} draws a chip. */
export interface TokenHtmlOptions {
  /** The colour behind the token; a light grey if left out. */
  readonly background?: Colour;
  /** The palette entry of that colour, by which the page repaints it for a dark theme. */
  readonly index?: number;
  /** What the tooltip says after the token, such as its value. */
  readonly note?: string;
  /** Where the token stands, said in the tooltip. */
  readonly position?: number;
}

const plain: Colour = [238, 240, 243];

/**
 * Says what a token is: position, id and exact text.
 *
 * @param token The token.
 * @param position Where it stands, if it stands somewhere.
 * @returns One line of text, not escaped.
 */
export function tokenTitle(token: ShownToken, position?: number): string {
  const place = position === undefined ? "" : `position ${position}, `;
  const id = token.id === undefined ? "" : ` ${token.id}`;
  return `${place}${token.special ? "special token" : "token"}${id}: ${exactText(token)}`;
}

/**
 * Draws a token as a chip: escaped, in its own direction, with a tooltip that says its id and exact text.
 *
 * @param token The token.
 * @param options Colour and tooltip.
 * @returns HTML that reads the same without scripts and styles.
 * @throws {TypeError} If an option is not known.
 */
export function tokenHtml(token: ShownToken, options: TokenHtmlOptions = {}): string {
  refuseUnknownOptions("draw a token", options, ["background", "index", "note", "position"]);
  const { background = plain, index, note, position } = options;
  const ink = inkOn(background);
  // The marks are quieter than the text, yet keep 4.5 to 1: they are told apart by being italic and underlined.
  const inside = tokenParts(token).map(({ text, mark }) =>
    mark
      ? `<i class="mark" style="font-style:normal;border-bottom:1px dotted ${css(ink)}">${
        escapeHtml(text)
      }</i>`
      : escapeHtml(text)
  ).join("");
  const title = tokenTitle(token, position) + (note ? `; ${note}` : "");
  const border = token.special ? `1px solid ${css(ink)}` : "1px solid rgb(208,212,218)";
  // Of all palette entries only those below zero are greener than they are blue; on paper they have lines below.
  const less = index !== undefined && background[1] > background[2] ? " less" : "";
  const data = index === undefined ? "" : ` data-index="${index}"`;
  return `<span class="token${token.special ? " special" : ""}${less}" dir="auto"${data} title="${
    escapeHtml(title)
  }" style="display:inline-block;white-space:pre;font-family:monospace;color:${
    css(ink)
  };background-color:${css(background)};border:${border};border-radius:${
    token.special ? 8 : 3
  }px;padding:0 3px;margin:1px">${inside}</span>`;
}
