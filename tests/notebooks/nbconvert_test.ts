import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseNotebook } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { CONVERTED, convertedNotebooks, jupyter } from "./nbconvert.ts";

/** The letters and digits that are read; nbconvert writes tags and characters in its own way. */
function words(html: string): string {
  return html.replace(/<(script|style)\b[^]*?<\/\1>/g, "").replace(/<\/?[a-z][^>]*>|&#?\w+;/g, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

for (const file of CONVERTED) {
  Deno.test({
    name: `${file.slice(0, 2)} runs under nbconvert with the kernel that deno task kernel installs`,
    ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, a folder with bin/jupyter in it
    async fn() {
      const { cells } = (await convertedNotebooks()).get(file)!;
      const types = cells.flatMap((cell) =>
        cell.cell_type === "code" ? [cell.outputs.map(({ output_type }) => output_type)] : []
      );
      assert(types.length > 3);
      assertEquals(types, types.map(() => ["execute_result"]));
    },
  });
}

Deno.test({
  name: "every tutorial is read in the page that nbconvert makes of it, without a kernel",
  ignore: jupyter === undefined, // the same
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const home = new URL("../../notebooks/", import.meta.url);
      const files = [...Deno.readDirSync(home)].map(({ name }) => name)
        .filter((name) => /^\d\d_.*\.ipynb$/.test(name));
      assert(files.length >= 9);
      const { success, stderr } = await new Deno.Command(join(jupyter!, "bin", "jupyter"), {
        args: ["nbconvert", "--to=html", `--output-dir=${folder}`, ...files],
        cwd: fileURLToPath(home),
        env: { JUPYTER_DATA_DIR: folder, JUPYTER_CONFIG_DIR: folder },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      for (const file of files) {
        const page = await Deno.readTextFile(join(folder, file.replace(".ipynb", ".html")));
        const { cells } = parseNotebook(await Deno.readTextFile(new URL(file, home)));
        const outputs = cells.flatMap((cell) => cell.cell_type === "code" ? cell.outputs : []);
        // Of each output every word stands in the page, and no widget that would need its kernel.
        const read = words(page);
        for (const output of outputs) {
          const data = "data" in output ? output.data : {};
          const html = [data["text/html"] ?? ""].flat().join("");
          const wanted = words(html);
          const picture = "image/png" in data || / alt="[^"]{20}/.test(html);
          assert(wanted !== "" || picture, `${file}: nothing to read in ${Object.keys(data)}`);
          assert(read.includes(wanted), `${file} lacks ${wanted}`);
        }
        assert(!page.includes("application/vnd.jupyter.widget-view+json"), file);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
