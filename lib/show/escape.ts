/**
 * Text made safe for a page: nothing that a token, a label or a title holds is ever markup.
 *
 * @module
 */

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  // A parser drops or replaces it: it must not depend on where it stands.
  "\0": "\uFFFD",
};

/**
 * Escapes text for the inside of an element or of a quoted attribute.
 *
 * @param text Any text, lone surrogates included.
 * @returns The same text as HTML.
 */
export function escapeHtml(text: string): string {
  return text.toWellFormed().replace(/[&<>"'`\0]/g, (character) => entities[character]!);
}

/**
 * Writes a value as JSON that can stand in a `<script type="application/json">`.
 *
 * @param value What JSON can hold.
 * @returns JSON without any character that could end the element or the line.
 */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
