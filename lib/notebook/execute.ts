/**
 * Executes notebooks in place: `deno run -A lib/notebook/execute.ts notebooks/01_quickstart.ipynb`.
 *
 * @module
 */

import { runNotebook } from "./run_notebook.ts";

if (import.meta.main) {
  if (Deno.args.length === 0) {
    console.error("Cannot execute notebooks as their paths must be given");
    Deno.exit(2);
  }
  for (const path of Deno.args) {
    const start = performance.now();
    const { cells } = await runNotebook(path, { output: path });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`Ran ${cells.length} cells of ${path} in ${seconds} s`);
  }
}
