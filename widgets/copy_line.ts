/**
 * The line under a figure that says which expression computes what is pointed at, to be copied.
 *
 * @module
 */
/// <reference lib="dom" />

import { type Code, codeAt, type CodePlace } from "../lib/show/code_at.ts";

/**
 * Puts the line under a figure.
 *
 * @param figure The figure.
 * @param code The expression, with names in braces; undefined where there is none, and then no line.
 * @returns Says which place is pointed at, and which is taken away from it; the expression of the last one stays until
 * another comes.
 */
export function copyLine(
  figure: HTMLElement,
  code: Code | undefined,
): (place: CodePlace | undefined, less?: CodePlace) => void {
  if (code === undefined) return () => {};
  const line = document.createElement("p");
  const button = document.createElement("button");
  const text = document.createElement("code");
  line.className = "copy";
  line.hidden = true;
  button.type = "button";
  button.textContent = "Copy as code";
  line.append(button, " ", text);
  const copy = (): void => {
    getSelection()?.selectAllChildren(text);
    // Where a frame may not write to the clipboard, the text is selected at least.
    navigator.clipboard?.writeText(text.textContent!).catch(() => {});
    button.textContent = "Copied";
  };
  button.addEventListener("click", copy);
  figure.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key === "c" && !ctrlKey && !metaKey && !line.hidden) copy();
  });
  figure.append(line);
  const say = (place: CodePlace | undefined, less?: CodePlace): void => {
    if (!place) return;
    line.hidden = false;
    button.textContent = "Copy as code";
    text.textContent = codeAt(code, place) + (less ? ` - ${codeAt(code, less)}` : "");
  };
  // What names no place is there from the beginning.
  if (!/\{\w+\}/.test(typeof code === "string" ? code : code.text)) say({});
  return say;
}
