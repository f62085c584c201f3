/**
 * Colours TypeScript on a page: comments, strings, numbers and keywords, which is what an eye needs to find its way.
 *
 * @module
 */

import { escapeHtml } from "../show/mod.ts";

const keywords =
  "abstract|as|async|await|break|case|catch|class|const|continue|default|delete|do|else|enum|export|extends|false|finally|for|from|function|if|implements|import|in|instanceof|interface|let|new|null|of|private|protected|public|readonly|return|satisfies|static|super|switch|this|throw|true|try|type|typeof|undefined|using|var|void|while|yield";

// A string ends at its line, so that a stray quote, say in a regular expression, cannot colour the rest of the cell.
const pieces = new RegExp(
  [
    /(?<comment>\/\/.*|\/\*[^]*?(?:\*\/|$))/,
    /(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\[^]|[^`\\])*`?)/,
    /(?<number>(?<![\w$.])\d[\w.]*)/,
    new RegExp(`(?<keyword>(?<![\\w$.])(?:${keywords})(?![\\w$]))`),
  ].map(({ source }) => source).join("|"),
  "g",
);

/**
 * Writes code as HTML with a class round each piece that has a colour.
 *
 * @param code TypeScript, complete or not.
 * @returns HTML whose text is the code.
 */
export function highlight(code: string): string {
  let html = "";
  let end = 0;
  for (const match of code.matchAll(pieces)) {
    const kind = Object.entries(match.groups!).find(([, text]) => text !== undefined)![0];
    html += escapeHtml(code.slice(end, match.index));
    html += `<span class="${kind}">${escapeHtml(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(end));
}
