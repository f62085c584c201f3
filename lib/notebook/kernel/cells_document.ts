/**
 * The cells of a session as one TypeScript document, which a language server can read.
 *
 * Each cell is a block inside the block of the cell before, so that it sees all names above it and may declare one of
 * them anew, as the kernel allows. Imports stand at the top; of two of one name the later one holds.
 *
 * @module
 */

import { importPattern, nameImports } from "../import_statements.ts";

/** A place in the document. */
export interface DocumentPlace {
  /** The line, from 0. */
  readonly line: number;
  /** The place in the line, from 0, in UTF-16 units. */
  readonly character: number;
}

/** A document, and where one cell stands in it. */
export interface CellDocument {
  /** The document. */
  readonly text: string;
  /** The line at which the cell begins, from 0. */
  readonly line: number;
}

/** A longer session is read from its last cells on. */
const MOST_CELLS = 200;

/** The cells that were run, in the order of their last runs. */
export class CellsDocument {
  readonly #cells = new Map<string, string>();

  /**
   * Notes a cell; another text of the same cell is forgotten.
   *
   * @param id The id of the cell; its code, where it has none.
   * @param code Its code.
   */
  add(id: string, code: string): void {
    this.#cells.delete(id);
    this.#cells.set(id, code);
    if (this.#cells.size > MOST_CELLS) this.#cells.delete(this.#cells.keys().next().value!);
  }

  /**
   * Writes the document with a cell at its end.
   *
   * @param code The code of that cell.
   * @param id Its id, if it is known; an earlier text of it is left out.
   * @returns The document, in which the lines and columns of the cell are as they are.
   */
  with(code: string, id?: string): CellDocument {
    const imports = new Map<string, string>();
    const takeImports = (code: string) =>
      code.replace(importPattern, (whole, ...rest) => {
        const groups = rest.at(-1) as Record<string, string | undefined>;
        for (const [name, statement] of nameImports(groups)) imports.set(name, statement);
        return "\n".repeat(whole.split("\n").length - 1);
      });
    const before = [...this.#cells].filter(([key]) => key !== id).map(([, code]) =>
      `{\n${takeImports(code)}\n`
    );
    const last = takeImports(code);
    const head = [...imports.values(), "export {};", ...before, "{\n"].join("\n");
    const end = "}".repeat(before.length + 1);
    return { text: `${head}${last}\n${end}\n`, line: head.split("\n").length - 1 };
  }
}

/**
 * Says whether a place in a cell lies in an import statement, which stands elsewhere in the document.
 *
 * @param code The code of the cell.
 * @param at The place, in UTF-16 units.
 * @returns Whether it does; also where the statement is not finished.
 */
export function isInImport(code: string, at: number): boolean {
  const before = code.slice(0, at);
  const start = before.search(/^import\b(?![\s\S]*^import\b)/m);
  return start >= 0 && !/["'][ \t]*;|;\s*$|["'][ \t]*\n/.test(before.slice(start));
}

/**
 * Finds the line and column of a place.
 *
 * @param code The code.
 * @param at The place, in UTF-16 units.
 * @returns The place.
 */
export function placeIn(code: string, at: number): DocumentPlace {
  const lines = code.slice(0, at).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)!.length };
}

/**
 * Finds a place that Jupyter counts in code points.
 *
 * @param code The code.
 * @param points How many code points stand before the place.
 * @returns The place, in UTF-16 units.
 */
export function unitsBefore(code: string, points: number): number {
  let units = 0;
  for (let left = points; left > 0 && units < code.length; left--) {
    units += code.codePointAt(units)! > 0xffff ? 2 : 1;
  }
  return units;
}

/**
 * Counts a place as Jupyter does.
 *
 * @param code The code.
 * @param units The place, in UTF-16 units.
 * @returns How many code points stand before it.
 */
export function pointsBefore(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}
