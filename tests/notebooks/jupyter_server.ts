/**
 * A real Jupyter for tests: JupyterLab and Notebook 7 on a copy of a notebook, with the kernel of this library.
 *
 * @module
 */

import { join } from "node:path";
import { installKernel } from "../../mod.ts";

/** A running server. */
export interface JupyterServer extends AsyncDisposable {
  /** The folder that it serves. */
  readonly folder: string;
  /** The address of a page. */
  address(page: string): string;
}

/**
 * Starts a server in folders of its own.
 *
 * @param jupyter The folder with `bin/jupyter` in it.
 * @param options Whether its pages are dark.
 * @returns The server; it ends with the block that uses it.
 */
export async function startJupyter(
  jupyter: string,
  { dark = false }: { readonly dark?: boolean } = {},
): Promise<JupyterServer> {
  const folder = await Deno.makeTempDir();
  await installKernel({ folder: `${folder}/.data` });
  // No questions about news over the page.
  const config = { disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true } };
  await Deno.mkdir(`${folder}/.config/labconfig`, { recursive: true });
  await Deno.writeTextFile(`${folder}/.config/labconfig/page_config.json`, JSON.stringify(config));
  const settings = `${folder}/.settings/@jupyterlab/apputils-extension`;
  await Deno.mkdir(settings, { recursive: true });
  const theme = { theme: dark ? "JupyterLab Dark" : "JupyterLab Light" };
  await Deno.writeTextFile(`${settings}/themes.jupyterlab-settings`, JSON.stringify(theme));
  const token = crypto.randomUUID();
  const server = new Deno.Command(join(jupyter, "bin", "jupyter"), {
    args: [
      "notebook",
      "--no-browser",
      "--ip=127.0.0.1",
      "--port=0",
      "--allow-root",
      `--IdentityProvider.token=${token}`,
      `--ServerApp.root_dir=${folder}`,
    ],
    env: {
      JUPYTER_DATA_DIR: `${folder}/.data`,
      JUPYTER_CONFIG_DIR: `${folder}/.config`,
      JUPYTER_RUNTIME_DIR: `${folder}/.runtime`,
      JUPYTERLAB_SETTINGS_DIR: `${folder}/.settings`,
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const end = async () => {
    server.kill("SIGTERM");
    // It asks its kernels to end first, and waits for one that does not.
    const late = setTimeout(() => server.kill("SIGKILL"), 15_000);
    await server.status;
    clearTimeout(late);
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const base = await addressOf(`${folder}/.runtime/jpserver-${server.pid}.json`);
    return {
      folder,
      address: (page) => `${base}${page}?token=${token}`,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Waits for the file in which the server says where it is. */
async function addressOf(file: string): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      return JSON.parse(await Deno.readTextFile(file)).url;
    } catch (error) {
      // Not there yet, or not yet whole.
      if (!(error instanceof Deno.errors.NotFound || error instanceof SyntaxError)) throw error;
    }
  }
  throw new Error("Cannot start Jupyter as it must listen within 30 s");
}
