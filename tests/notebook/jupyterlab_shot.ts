/**
 * Opens an executed notebook in JupyterLab and saves a picture of it, for a person to look at.
 *
 * `INNERWORKS_JUPYTER=/path deno run -A tests/notebook/jupyterlab_shot.ts book.ipynb picture.png [dark]`, where the
 * variable names a folder with `bin/jupyter`. Needs Chromium: that of `CHROMIUM`, or `/usr/bin/chromium`.
 *
 * @module
 */

import { basename, resolve } from "node:path";
import { chromium, type Page } from "../playwright.ts";

/** The tallest picture, in pixels: of a taller one a person sees little. A longer notebook makes several. */
const SLICE = 2400;
/** What Chromium can draw at once. */
const TALLEST = 16_000;

if (import.meta.main) {
  const [notebook, picture, theme] = Deno.args;
  const jupyter = Deno.env.get("INNERWORKS_JUPYTER");
  if (notebook === undefined || picture === undefined || jupyter === undefined) {
    console.error(
      "Cannot picture a notebook as INNERWORKS_JUPYTER, its path and that of the picture must be given",
    );
    Deno.exit(2);
  }
  await picturedInLab(jupyter, notebook, picture, theme === "dark");
}

/** Starts JupyterLab on a copy of the notebook, in folders of its own, and pictures every cell. */
async function picturedInLab(
  jupyter: string,
  notebook: string,
  picture: string,
  dark: boolean,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const name = basename(notebook);
  await Deno.copyFile(notebook, `${folder}/${name}`);
  // No questions about news over the picture.
  const config = { disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true } };
  await Deno.mkdir(`${folder}/.config/labconfig`, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/.config/labconfig/page_config.json`,
    JSON.stringify(config),
  );
  const settings = `${folder}/.settings/@jupyterlab/apputils-extension`;
  await Deno.mkdir(settings, { recursive: true });
  await Deno.writeTextFile(
    `${settings}/themes.jupyterlab-settings`,
    JSON.stringify({ theme: dark ? "JupyterLab Dark" : "JupyterLab Light" }),
  );
  const token = crypto.randomUUID();
  const server = new Deno.Command(resolve(jupyter, "bin/jupyter"), {
    args: [
      "lab",
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
  try {
    const base = await addressOf(`${folder}/.runtime/jpserver-${server.pid}.json`);
    await trust(jupyter, `${folder}/${name}`, folder);
    const browser = await chromium.launch({
      executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      const page = await browser.newPage({
        viewport: { width: 1200, height: 900 },
        colorScheme: dark ? "dark" : "light",
      });
      await page.goto(`${base}lab/tree/${encodeURIComponent(name)}?token=${token}`);
      await showAllCells(page);
      const { width, height } = page.viewportSize()!;
      for (let y = 0, number = 1; y < height; y += SLICE, number++) {
        const path = picture.replace(/\.png$/, height > SLICE ? `-${number}.png` : ".png");
        await page.screenshot({
          path,
          clip: { x: 0, y, width, height: Math.min(SLICE, height - y) },
        });
        console.log(path);
      }
    } finally {
      await browser.close();
    }
  } finally {
    server.kill("SIGTERM");
    await server.status;
    await Deno.remove(folder, { recursive: true });
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
  throw new Error("Cannot picture the notebook as JupyterLab must start within 30 s");
}

/** Has Jupyter trust the notebook, as it does one that was run there: else its scripts do not run. */
async function trust(jupyter: string, notebook: string, folder: string): Promise<void> {
  await new Deno.Command(resolve(jupyter, "bin/jupyter"), {
    args: ["trust", notebook],
    env: { JUPYTER_DATA_DIR: `${folder}/.data`, JUPYTER_CONFIG_DIR: `${folder}/.config` },
    stdout: "null",
  }).output();
}

/** Closes what lies over the notebook and makes the window as tall as its cells, so that all of them are drawn. */
async function showAllCells(page: Page): Promise<void> {
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 30_000 });
  const dialog = page.locator(".jp-Dialog button.jp-mod-reject, .jp-Dialog button.jp-mod-accept");
  await page.waitForTimeout(1500);
  if (await dialog.first().isVisible()) await dialog.first().click();
  await page.keyboard.press("Control+b"); // hides the list of files
  const cells = page.locator(".jp-WindowedPanel-viewport").first();
  for (let round = 0; round < 3; round++) {
    const height = (await cells.boundingBox())?.height ?? 0;
    await page.setViewportSize({ width: 1200, height: Math.min(Math.ceil(height) + 150, TALLEST) });
    await page.waitForTimeout(700);
  }
}
