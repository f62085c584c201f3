/**
 * Several values side by side.
 *
 * @module
 */

import { drawingOf, type DrawnList, partHtml, together } from "./all.ts";
import { display, type Document } from "./display.ts";
import { refuseUnknownOptions } from "./known_options.ts";

/** Without scripts all numbers stand in open tables, which fit a sheet of paper and not half of one. */
const onPaper =
  "<style>@media print and (scripting:none){.innerworks-beside>div{flex-basis:100%!important}}</style>";

/** How {@linkcode sideBySide} puts values together. */
export interface SideBySideOptions {
  /** How many stand side by side where there is room. @default {2} */
  readonly columns?: number;
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
 * import { display, sideBySide, table } from "@innerworks/innerworks";
 * const one = table({ title: "One", columns: [], rows: [] });
 * const both = await sideBySide([one, 2], { columns: 2 })[display]();
 * if (!both["text/plain"].startsWith("One")) throw new Error("the first is missing");
 * ```
 */
export function sideBySide(values: readonly unknown[], options: SideBySideOptions = {}): DrawnList {
  refuseUnknownOptions("draw values side by side", options, ["columns"]);
  const { columns = 2 } = options;
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `Cannot draw values side by side as columns must be a whole number of at least 1: current value is ${columns}`,
    );
  }
  return {
    async [display](): Promise<Document> {
      const parts = await Promise.all(values.map(drawingOf));
      // A part narrower than this cannot be read: it goes to a line of its own.
      const cell = `flex:1 1 calc(${100 / columns}% - 10px);min-width:min(280px,100%)`;
      return together(parts, (shown) => ({
        html: `<div class="innerworks-beside" style="display:flex;flex-wrap:wrap;gap:10px">${
          shown.map((part) => `<div style="${cell};overflow-x:auto">${partHtml(part)}</div>`)
            .join("")
        }</div>${onPaper}`,
        texts: shown.map((part) => part["text/plain"]),
      }))[display]();
    },
  };
}
