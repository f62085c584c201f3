/**
 * Text made safe for a page.
 *
 * @module
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\0": "\uFFFD",
};

/**
 * Escapes text for the inside of an element or of a quoted attribute.
 *
 * @param text Any text, lone surrogates included.
 * @returns The same text as HTML.
 */
export function escapeHtml(text: string): string {
  return text.toWellFormed().replace(/[&<>"'\0]/g, (character) => entities[character]!);
}
