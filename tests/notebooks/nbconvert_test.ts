import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installKernel, parseNotebook } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";

const jupyter = Deno.env.get("INNERWORKS_JUPYTER");

for (const file of ["01_quickstart.ipynb", "02_edits.ipynb", "03_models.ipynb", "09_live.ipynb"]) {
  const notebook = fileURLToPath(new URL(`../../notebooks/${file}`, import.meta.url));
  Deno.test({
    name: `${file.slice(0, 2)} runs under nbconvert with the kernel that deno task kernel installs`,
    ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, a folder with bin/jupyter in it
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        const { name } = await installKernel({ folder });
        assertEquals(parseNotebook(await Deno.readTextFile(notebook)).metadata["kernelspec"], {
          display_name: "Deno (Innerworks)",
          language: "typescript",
          name,
        });
        const { success, stderr } = await new Deno.Command(join(jupyter!, "bin", "jupyter"), {
          args: [
            "nbconvert",
            "--to=notebook",
            "--execute",
            `--output-dir=${folder}`,
            "--output=done.ipynb",
            notebook,
          ],
          env: { JUPYTER_DATA_DIR: folder, JUPYTER_CONFIG_DIR: folder },
        }).output();
        assert(success, new TextDecoder().decode(stderr));
        const { cells } = parseNotebook(await Deno.readTextFile(join(folder, "done.ipynb")));
        const types = cells.flatMap((cell) =>
          cell.cell_type === "code" ? [cell.outputs.map(({ output_type }) => output_type)] : []
        );
        assert(types.length > 3);
        assertEquals(types, types.map(() => ["execute_result"]));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
