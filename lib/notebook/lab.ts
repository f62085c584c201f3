/**
 * `deno task lab`: opens JupyterLab in the notebooks folder, with the kernel of this library.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { installKernel } from "./kernelspec.ts";

if (import.meta.main) Deno.exit(await openLab());

/** Opens JupyterLab and waits for its end; returns the exit code. */
async function openLab(): Promise<number> {
  const command = new Deno.Command("jupyter", {
    args: ["lab", ...Deno.args],
    cwd: fileURLToPath(new URL("../../notebooks", import.meta.url)),
  });
  const { path } = await installKernel();
  console.log(`Installed the kernel "Deno (Innerworks)": ${path}`);
  try {
    const { code } = await command.spawn().status;
    return code;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(
      "Cannot open JupyterLab as `jupyter` must be on the PATH. Install it by `pip install jupyterlab` " +
        "and run this task again. " +
        "Visual Studio Code with its Jupyter extension opens the same notebooks.",
    );
    return 1;
  }
}
