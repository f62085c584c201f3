/**
 * Tutorials as nbconvert runs them, with the kernel that `deno task kernel` installs.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installKernel, type Notebook, parseNotebook } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";

/** The tutorials that nbconvert runs. */
export const CONVERTED: readonly string[] = [
  "01_quickstart.ipynb",
  "02_edits.ipynb",
  "03_models.ipynb",
  "09_live.ipynb",
];

/** The folder with `bin/jupyter` in it; undefined where there is none. */
export const jupyter: string | undefined = Deno.env.get("INNERWORKS_JUPYTER");

let converted: Promise<Map<string, Notebook>> | undefined;

/** The tutorials by their names, run: all by one nbconvert, which takes longer to start than to run some of them. */
export function convertedNotebooks(): Promise<Map<string, Notebook>> {
  return converted ??= convert();
}

async function convert(): Promise<Map<string, Notebook>> {
  const home = new URL("../../notebooks/", import.meta.url), folder = await Deno.makeTempDir();
  try {
    const { name } = await installKernel({ folder });
    for (const file of CONVERTED) {
      assertEquals(
        parseNotebook(await Deno.readTextFile(new URL(file, home))).metadata["kernelspec"],
        {
          display_name: "Deno (Innerworks)",
          language: "typescript",
          name,
        },
      );
    }
    const { success, stderr } = await new Deno.Command(join(jupyter!, "bin", "jupyter"), {
      args: ["nbconvert", "--to=notebook", "--execute", `--output-dir=${folder}`, ...CONVERTED],
      cwd: fileURLToPath(home),
      env: { JUPYTER_DATA_DIR: folder, JUPYTER_CONFIG_DIR: folder },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const read = async (file: string) =>
      [file, parseNotebook(await Deno.readTextFile(join(folder, file)))] as const;
    return new Map(await Promise.all(CONVERTED.map(read)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
