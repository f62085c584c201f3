/**
 * The graph in the page.
 *
 * @module
 */
/// <reference lib="dom" />

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

/** Makes the headings of a table sort it: numbers by size, the greatest first, and words by the alphabet. */
function sortable(table: HTMLTableElement): void {
  const body = table.tBodies[0]!;
  const heads = [...table.tHead!.rows[0]!.cells];
  const text = (row: HTMLTableRowElement, column: number): string =>
    row.cells[column]!.textContent!.replaceAll("−", "-").replace("∞", "Infinity");
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.ariaSort === "descending" ||
        head.ariaSort !== "ascending" && head.className === "left";
      for (const other of heads) other.ariaSort = null;
      head.ariaSort = down ? "ascending" : "descending";
      const order = [...body.rows].sort((a, b) => {
        const [first, second] = [text(a, column), text(b, column)];
        const by = head.className === "right"
          ? Number(first) - Number(second)
          : first.localeCompare(second, undefined, { numeric: true });
        return down ? by : -by;
      });
      body.append(...order);
    });
  });
}
