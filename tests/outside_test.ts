/**
 * The library as its users have it: imported from a folder that knows nothing of the clone.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNotebook } from "../mod.ts";
import { assert, assertEquals } from "./assert.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The code blocks of the README's first cells, with the place of the clone put in. */
async function readmeCells(): Promise<string[]> {
  const readme = await Deno.readTextFile(join(root, "README.md"));
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  return blocks.map((code) => code.replaceAll("/path/to/innerworks/", root));
}

Deno.test("the README's cells run in a notebook in an empty folder", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const cells = (await readmeCells()).map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    assert(cells.length >= 2, "the README has two cells");
    const path = join(folder, "mine.ipynb");
    await Deno.writeTextFile(
      path,
      JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    const { notebook } = await runNotebook(path);
    const shown = notebook.cells.map((cell) =>
      cell.cell_type === "code"
        ? cell.outputs.filter(({ output_type }) => output_type !== "stream")
          .map((output) => "data" in output ? Object.keys(output.data) : output)
        : []
    );
    assertEquals(shown, cells.map(() => [["text/html", "text/plain"]]));
    const last = notebook.cells.at(-1)!;
    assert(last.cell_type === "code" && JSON.stringify(last.outputs).includes("John"));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["mine.ipynb"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the README's line works in a script in an empty folder", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [first, second] = await readmeCells();
    const script = first!.replace("import { ", "import { show, ");
    const code = `${script}\nawait show(${second!.trim().replace(/;$/, "")});\n`;
    await Deno.writeTextFile(join(folder, "mine.ts"), code);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--check", "mine.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    assert(/1\s+·John/.test(new TextDecoder().decode(stdout)), new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
