/**
 * The line under a figure that says which expression computes what is pointed at, to be copied.
 *
 * @module
 */
/// <reference lib="dom" />

/** What is pointed at: what stands for each name in braces. */
export type Place = Readonly<Record<string, string | number>>;

/**
 * Puts the line under a figure.
 *
 * @param figure The figure.
 * @param code The expression, with names in braces; undefined where there is none, and then no line.
 * @returns Says which place is pointed at; the expression of the last one stays until another comes.
 */
export function copyLine(
  figure: HTMLElement,
  code: string | undefined,
): (place: Place | undefined) => void {
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
  return (place) => {
    if (!place) return;
    line.hidden = false;
    button.textContent = "Copy as code";
    text.textContent = code.replace(/\{(\w+)\}/g, (whole, name) => String(place[name] ?? whole));
  };
}
