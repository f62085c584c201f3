/**
 * The tree in the page.
 *
 * @module
 */
/// <reference lib="dom" />

/**
 * Lets the names of a tree's leaves be copied, but for facts, which have a note; a heading only opens and closes what is below it.
 *
 * @param figure The figure.
 */
export function tree(figure: HTMLElement): void {
  const said = document.createElement("output");
  for (const name of figure.querySelectorAll<HTMLElement>(".leaf code.name:only-child")) {
    if (!/^[\w.]+$/.test(name.textContent!)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = "Copy this name";
    button.textContent = name.textContent;
    button.addEventListener("click", () => {
      getSelection()?.selectAllChildren(button);
      navigator.clipboard?.writeText(button.textContent!).catch(() => {});
      said.textContent = `copied: ${button.textContent}`;
    });
    name.replaceChildren(button);
  }
  figure.append(said);
}
