/**
 * Several values side by side, or one at a time.
 *
 * @module
 */

import { drawingOf, partHtml } from "./all.ts";
import { display, type Displayable, type Document, drawable, type Drawing } from "./display.ts";
import { escapeHtml } from "./escape.ts";
import { refuseUnknownOptions } from "./known_options.ts";
import { partsOf } from "./show_for.ts";

/** How {@linkcode grid} puts values together. */
export interface GridOptions {
  /** How many stand side by side where there is room. @default {2} */
  readonly columns?: number;
}

/** Drawings put together, which draw themselves. */
export interface DrawnGrid extends Displayable {
  /** Draws the values. */
  [display](): Promise<Document>;
}

type Part = Drawing | { readonly "text/plain": string };

/** Drawings as one document, each in an element of its own. */
function together(parts: readonly Part[], html: string, text: string): Document {
  const whole = drawable({ "text/html": html, "text/plain": text });
  partsOf.set(whole, parts);
  return whole[display]();
}

/**
 * Draws several values side by side, in as many columns as there is room for and at most so many.
 *
 * @param values Values that draw themselves, promises of them, or anything else, which is inspected.
 * @param options How many columns.
 * @returns What draws them; its text has them one below the other.
 * @throws {RangeError} If there is to be no column.
 * @throws {TypeError} If an option is not known.
 *
 * @example
 * ```ts
 * import { display, grid, table } from "@innerworks/innerworks";
 * const one = table({ title: "One", columns: [], rows: [] });
 * const both = await grid([one, 2], { columns: 2 })[display]();
 * if (!both["text/plain"].startsWith("One")) throw new Error("the first is missing");
 * ```
 */
export function grid(values: readonly unknown[], options: GridOptions = {}): DrawnGrid {
  refuseUnknownOptions("draw a grid", options, ["columns"]);
  const { columns = 2 } = options;
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `Cannot draw a grid as columns must be a whole number of at least 1: current value is ${columns}`,
    );
  }
  return {
    async [display](): Promise<Document> {
      const parts = await Promise.all(values.map(drawingOf));
      // A part narrower than this cannot be read: it goes to a line of its own.
      const cell = `flex:1 1 calc(${100 / columns}% - 10px);min-width:min(280px,100%)`;
      return together(
        parts,
        `<div style="display:flex;flex-wrap:wrap;gap:10px">${
          parts.map((part) => `<div style="${cell};overflow-x:auto">${partHtml(part)}</div>`).join(
            "",
          )
        }</div>`,
        parts.map((part) => part["text/plain"]).join("\n\n"),
      );
    },
  };
}

/**
 * Draws several values of which one is open at a time; where scripts and styles are stripped, each opens by itself.
 *
 * @param values Values that draw themselves, promises of them, or anything else, by their names.
 * @returns What draws them; its text has all, each under its name.
 *
 * @example
 * ```ts
 * import { display, table, tabs } from "@innerworks/innerworks";
 * const drawing = await tabs({ first: table({ title: "One", columns: [], rows: [] }), second: 2 })[display]();
 * if (!drawing["text/plain"].includes("second\n2")) throw new Error("the second is missing");
 * ```
 */
export function tabs(values: Readonly<Record<string, unknown>>): DrawnGrid {
  return {
    async [display](): Promise<Document> {
      const names = Object.keys(values);
      const parts = await Promise.all(Object.values(values).map(drawingOf));
      // Elements of one name close each other, without a script; no two lists share a name.
      const group = `tabs-${crypto.randomUUID().slice(0, 8)}`;
      return together(
        parts,
        parts.map((part, i) =>
          `<details name="${group}"${i === 0 ? " open" : ""}><summary style="line-height:26px">${
            escapeHtml(names[i]!)
          }</summary>${partHtml(part)}</details>`
        ).join(""),
        parts.map((part, i) => `${names[i]}\n${part["text/plain"]}`).join("\n\n"),
      );
    },
  };
}
