/**
 * Tables whose headings sort them.
 *
 * @module
 */
/// <reference lib="dom" />

/**
 * Makes the headings of a table sort it: numbers by size, the greatest first, and words by the alphabet.
 *
 * @param table The table, with a head.
 */
export function sortable(table: HTMLTableElement): void {
  const body = table.tBodies[0]!;
  const heads = [...table.tHead!.rows[0]!.cells];
  const text = (row: HTMLTableRowElement, column: number): string =>
    row.cells[column]!.textContent!.replaceAll("−", "-").replace("∞", "Infinity");
  heads.forEach((head, column) => {
    if (!head.textContent) return;
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
