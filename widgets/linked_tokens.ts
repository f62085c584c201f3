/**
 * Attention as lines between two columns of tokens.
 *
 * @module
 */
/// <reference lib="dom" />

const [row, middle, letter] = [17, 150, 7.3];
/** The most lines; the strongest are drawn. */
const most = 400;

/** Two columns of tokens. */
export interface LinkedTokens {
  /** The element to put into the page. */
  readonly element: HTMLElement;
  /** Draws the lines of these weights. */
  draw(weight: (query: number, key: number) => number): void;
  /** Shows the lines of one query alone; undefined shows all. */
  point(query: number | undefined): void;
}

/**
 * Makes two columns of tokens, queries at the left and keys at the right.
 *
 * @param labels The tokens.
 * @returns The columns, without lines yet.
 */
export function linkedTokens(labels: readonly string[]): LinkedTokens {
  const element = document.createElement("div");
  element.className = "linked";
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Lines from each query at the left to the keys it attends to");
  element.innerHTML = "<svg><g></g></svg>";
  const drawing = element.firstElementChild!, links = drawing.firstElementChild!;
  const part = (name: string, values: Record<string, string | number>): SVGElement => {
    const made = document.createElementNS(drawing.namespaceURI, name) as SVGElement;
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, String(value));
    return made;
  };
  const side = Math.min(24, Math.max(...labels.map((text) => [...text].length))) * letter;
  /** The tokens, written when lines are first asked for: most readers see the map alone. */
  const write = (): void => {
    drawing.setAttribute("width", String(2 * side + middle + 8));
    drawing.setAttribute("height", String(labels.length * row + 4));
    labels.forEach((text, i) => {
      for (const isKey of [false, true]) {
        const label = part("text", {
          x: isKey ? side + middle : side,
          y: (i + 0.75) * row,
          "text-anchor": isKey ? "start" : "end",
        });
        label.textContent = [...text].slice(0, 24).join("");
        if (!isKey) label.addEventListener("pointerenter", () => point(i));
        drawing.append(label);
      }
    });
  };
  drawing.addEventListener("pointerleave", () => point(undefined));
  element.hidden = true;
  let weights: [weight: number, query: number, key: number][] = [];
  const point = (query: number | undefined): void => {
    if (element.hidden) return;
    links.replaceChildren(
      ...weights.filter(([, from]) => query === undefined || from === query).slice(0, most).map(
        ([weight, from, to]) => {
          const [y, end] = [(from + 0.5) * row, (to + 0.5) * row];
          return part("path", {
            d: `M${side + 4},${y}C${side + middle / 2},${y},${side + middle / 2},${end},${
              side + middle - 4
            },${end}`,
            "stroke-opacity": Math.abs(weight).toFixed(3),
            "stroke-width": 2,
            ...weight < 0 && { "stroke-dasharray": "4 3" },
          });
        },
      ),
    );
  };
  return {
    element,
    point,
    draw(weight) {
      if (!drawing.lastElementChild!.textContent) write();
      weights = [];
      labels.forEach((_, query) =>
        labels.forEach((_, key) => {
          const value = weight(query, key);
          if (Math.abs(value) >= 0.02) weights.push([value, query, key]);
        })
      );
      weights.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
      point(undefined);
    },
  };
}
