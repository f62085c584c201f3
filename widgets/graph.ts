/**
 * The graph in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { sortable } from "./sortable.ts";

/**
 * Takes the drawing out of its image, so that it follows the theme and a node shows its own edges; lets the table of
 * edges be sorted.
 *
 * @param figure The figure.
 */
export function graph(figure: HTMLElement): void {
  const image = figure.querySelector<HTMLImageElement>(".drawing");
  const table = figure.querySelector("table");
  if (table) sortable(table);
  if (!image) return;
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]!), (c) => c.charCodeAt(0));
  const drawing = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml")
    .documentElement as unknown as SVGElement;
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", image.alt);
  for (const node of drawing.querySelectorAll<SVGElement>(".node")) {
    const { node: at } = node.dataset;
    const show = (on: boolean) => (): void => {
      drawing.classList.toggle("some", on);
      for (const edge of drawing.querySelectorAll<SVGElement>(".edge")) {
        edge.classList.toggle("on", edge.dataset.from === at || edge.dataset.to === at);
      }
    };
    node.addEventListener("pointerenter", show(true));
    node.addEventListener("pointerleave", show(false));
  }
  image.replaceWith(drawing);
}
