/**
 * The graph in the page.
 *
 * @module
 */
/// <reference lib="dom" />

import { formatNumber, formatPercent } from "../lib/show/format_number.ts";
import { make } from "./elements.ts";
import { isolate } from "./isolate.ts";
import type { Page } from "./page.ts";
import { sortable } from "./sortable.ts";

const hint =
  "Point at a node, or focus the graph and use the arrow keys; Enter or a click pins it, Escape lets go";

/** The text of a part of the drawing. */
const titleOf = (part: Element): string => part.querySelector("title")!.textContent!;

/** The weight of an edge, which ends its title. */
const sizeOf = (edge: Element): number =>
  Math.abs(Number(titleOf(edge).split(" ").at(-1)!.replaceAll("−", "-").replace("∞", "Infinity")));

/** The drawing, taken out of its image so that it follows the theme. */
function drawingOf(image: HTMLImageElement): SVGElement {
  const bytes = Uint8Array.from(atob(image.src.split(",")[1]!), (c) => c.charCodeAt(0));
  const drawing = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml")
    .documentElement as unknown as SVGElement;
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", image.alt);
  return drawing;
}

/**
 * Lets the nodes of a graph be read with their edges and pinned, its weak edges be left out, and the table of edges be sorted.
 *
 * @param figure The figure.
 * @param _ Its data.
 * @param page What it may do besides.
 */
export function graph(figure: HTMLElement, _: unknown, page: Page): void {
  const image = figure.querySelector<HTMLImageElement>(".drawing");
  const frame = figure.querySelector<HTMLElement>(".graph"), table = figure.querySelector("table");
  const rows = [...table?.tBodies[0]?.rows ?? []];
  if (table) sortable(table);
  if (!image || !frame) return;
  const drawing = drawingOf(image);
  // The strongest first, as in the table; in the drawing they lie on top.
  const edges = [...drawing.querySelectorAll<SVGElement>(".edge")].reverse();
  const nodes = [...drawing.querySelectorAll<SVGElement>(".node")];
  const output = make("output", "lines");
  output.dataset.hint = hint;
  let [at, pinned] = [-1, false];
  const point = (next: number): void => {
    at = next;
    const node = nodes[at]?.dataset.node;
    page.at(node === undefined ? undefined : { node });
    drawing.classList.toggle("some", at >= 0);
    nodes.forEach((one, i) => one.classList.toggle("on", i === at));
    const own = edges.filter((edge) => {
      const ends = edge.dataset.from === node || edge.dataset.to === node;
      edge.classList.toggle("on", ends);
      return ends && !edge.matches(".out");
    });
    output.textContent = at < 0
      ? ""
      : `${isolate(titleOf(nodes[at]!))}: ${own.length} edges shown${pinned ? " (pinned)" : ""}\n${
        own.slice(0, 3).map(titleOf).join("\n")
      }`;
  };
  nodes.forEach((node, i) => {
    node.addEventListener("pointerenter", () => pinned || point(i));
    node.addEventListener("pointerleave", () => pinned || point(-1));
    node.addEventListener("click", () => {
      pinned = !(pinned && at === i);
      point(i);
    });
  });
  frame.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) point((Math.max(at, step < 0 ? 0 : -1) + step + nodes.length) % nodes.length);
    else if (event.key === "Enter") {
      pinned = at >= 0 && !pinned;
      point(at);
    } else if (event.key === "Escape") {
      pinned = false;
      point(-1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  image.replaceWith(drawing);
  frame.after(...edges.length > 1 ? [prune(edges, rows, () => point(at))] : [], output);
}

/** What leaves weak edges out, and says what the others are of all. */
function prune(
  edges: readonly SVGElement[],
  rows: readonly HTMLElement[],
  onChange: () => void,
): HTMLElement {
  const label = make("label", "choices", "Strongest edges"), slider = make("input", "");
  const said = make("span", ""), sizes = edges.map(sizeOf);
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  slider.type = "range";
  slider.min = "1";
  slider.max = slider.value = String(edges.length);
  const show = (): void => {
    const most = Number(slider.value);
    edges.forEach((edge, i) => edge.classList.toggle("out", i >= most));
    rows.forEach((row, i) => row.hidden = i >= most);
    const share = sum(sizes.slice(0, most)) / sum(sizes);
    said.textContent = `${most} of ${edges.length}, from ${formatNumber(sizes[most - 1]!, 2)} on: ${
      formatPercent(share)
    } of the size of all that are drawn`;
    onChange();
  };
  slider.addEventListener("input", show);
  // The notebook has other plans for the arrow keys.
  slider.addEventListener("keydown", (event) => event.stopPropagation());
  label.append(slider, said);
  show();
  return label;
}
