/**
 * `deno task demo`: runs the first tutorial through the kernel of this library and writes demo.html; with `--deno` it
 * runs through Deno's own.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { exportHtml } from "./export_html.ts";
import { gist } from "./gist.ts";
import { runNotebook } from "./run_notebook.ts";

const root = new URL("../../", import.meta.url);
const notebook = new URL("notebooks/01_quickstart.ipynb", root);
const page = new URL("demo.html", root);

/** No cell of the tutorial takes seconds; a fetch of packages by the first one may. */
const CELL_TIMEOUT = 120_000;

if (import.meta.main) {
  try {
    await demo();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}

async function demo(): Promise<void> {
  const start = performance.now();
  const path = fileURLToPath(notebook);
  const kernel = Deno.args.includes("--deno") ? "deno" : "innerworks";
  console.log(`Running ${path} in ${kernel === "deno" ? "Deno's own kernel" : "the kernel"}`);
  const run = await runNotebook(path, {
    kernel,
    timeout: CELL_TIMEOUT,
    onCell: ({ number, cell }) => {
      console.log(`  cell ${number}: ${gist(cell.source)}`);
    },
  });
  const html = await exportHtml(run.notebook);
  await Deno.writeTextFile(page, html);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const size = (new TextEncoder().encode(html).length / 1e6).toFixed(1);
  console.log(
    `Ran ${run.cells.length} cells in ${seconds} s. Open this in a browser (${size} MB):`,
  );
  console.log(fileURLToPath(page));
}
