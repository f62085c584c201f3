/**
 * Several values of which one is open at a time.
 *
 * @module
 */

import { drawingOf, type DrawnList, partHtml, together } from "./all.ts";
import { display, type Document } from "./display.ts";
import { escapeHtml } from "./escape.ts";

/** How many lists were drawn. */
let lists = 0;

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
export function tabs(values: Readonly<Record<string, unknown>>): DrawnList {
  return {
    async [display](): Promise<Document> {
      const names = Object.keys(values);
      const parts = await Promise.all(Object.values(values).map(drawingOf));
      // Elements of one name close each other, without a script; no two lists share a name.
      const group = `innerworks-tabs-${lists++}`;
      return together(parts, (shown) => ({
        html: shown.map((part, i) =>
          `<details name="${group}"${i === 0 ? " open" : ""}><summary style="line-height:26px">${
            escapeHtml(names[i]!)
          }</summary>${partHtml(part)}</details>`
        ).join(""),
        texts: shown.map((part, i) => `${names[i]}\n${part["text/plain"]}`),
      }))[display]();
    },
  };
}
