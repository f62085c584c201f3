/**
 * The code of a notebook as one TypeScript module, so that `deno check` can read it: the kernel itself never type-checks.
 *
 * @module
 */

import { importPattern, nameImports } from "./import_statements.ts";
import type { CodeCell, Notebook } from "./notebook.ts";

/**
 * Writes the code cells of a notebook as one module.
 *
 * Each cell becomes a block inside the block of the cell before. So a cell sees all names above it, and may declare one
 * of them anew, as the kernel allows. Imports go to the top, each name once.
 *
 * @param notebook The notebook.
 * @returns TypeScript in which a comment before each cell names its id.
 * @throws {SyntaxError} If two cells import different things by one name.
 *
 * @example Usage
 * ```ts
 * import { notebookModule } from "@innerworks/innerworks";
 *
 * const cell = { cell_type: "code", metadata: {}, execution_count: null, outputs: [] } as const;
 * const module = notebookModule({
 *   cells: [
 *     { ...cell, id: "a", source: "const x = 1;" },
 *     { ...cell, id: "b", source: 'const x = "one";' },
 *   ],
 *   metadata: {},
 * });
 * console.log(module); // two blocks, one inside the other
 * ```
 */
export function notebookModule(notebook: Notebook): string {
  const imports = new Imports();
  const blocks = notebook.cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code" && cell.source.trim() !== "")
    .map((cell) => `{ // cell ${cell.id}\n${imports.takeFrom(cell)}\n`);
  return `${imports.statements()}export {};\n${blocks.join("")}${"}".repeat(blocks.length)}\n`;
}

/** The imports of all cells. */
class Imports {
  /** Statements by the local name that each brings; those that bring none by their own text. */
  readonly #byName = new Map<string, { statement: string; cell: string }>();

  /** Moves the imports of a cell here; returns the rest of its code, line by line where it was. */
  takeFrom(cell: CodeCell): string {
    return cell.source.replace(importPattern, (whole, ...rest) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      for (const [name, statement] of nameImports(groups)) this.#add(name, statement, cell.id);
      return "\n".repeat(whole.split("\n").length - 1);
    });
  }

  /** All imports, each once. */
  statements(): string {
    return [...this.#byName.values()].map(({ statement }) => `${statement}\n`).join("");
  }

  #add(name: string, statement: string, cell: string): void {
    const known = this.#byName.get(name);
    if (known !== undefined && known.statement !== statement) {
      throw new SyntaxError(
        `Cannot write the notebook as a module as "${name}" must be imported from one place: ` +
          `cell ${known.cell} has "${known.statement}" and cell ${cell} has "${statement}"`,
      );
    }
    this.#byName.set(name, { statement, cell });
  }
}
