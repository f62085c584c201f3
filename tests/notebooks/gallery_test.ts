// Alone: it starts a kernel and a Jupyter of its own. With INNERWORKS_SHOTS, a folder, it leaves pictures of every output there.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { galleryNotebook } from "../../notebooks/gallery.ts";
import { parseNotebook, runNotebook } from "../../mod.ts";
import { type Browser, chromium, type Page } from "../playwright.ts";
import { assert, assertEquals } from "../assert.ts";
import { type JupyterServer, startJupyter } from "./jupyter_server.ts";

type Locator = ReturnType<Page["locator"]>;

const jupyter = Deno.env.get("INNERWORKS_JUPYTER");
const browser = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the console of a page says is wrong, without numbers, which differ from one page to the next. */
type Errors = Set<string>;

/** Opens a notebook, walks through its cells, and says what went wrong in the page. */
async function opened(
  chrome: Browser,
  address: string,
  outputs: number,
  look: (page: Page) => Promise<void>,
): Promise<Errors> {
  const page = await chrome.newPage({ viewport: { width: 1200, height: 1400 } });
  const errors: Errors = new Set();
  const note = (text: string) => errors.add(text.replace(/https?:\S+|[\d.]+|[0-9a-f-]{20,}/g, "…"));
  page.on("pageerror", ({ message }) => note(message));
  page.on("console", (line) => line.type() === "error" && note(line.text()));
  await page.goto(address);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  // Cells are made when they are scrolled to.
  const cells = page.locator(".jp-Notebook .jp-Cell");
  for (let walk = 0; walk < 5; walk++) {
    for (let i = 0; i < await cells.count(); i++) {
      await show(cells.nth(i));
      await page.waitForTimeout(30);
    }
    if (await page.locator(".jp-OutputArea-output").count() >= outputs) break;
  }
  await look(page);
  const pictures = Deno.env.get("INNERWORKS_SHOTS");
  if (pictures) await shots(page, pictures);
  await page.close();
  return errors;
}

/** Scrolls to an element. */
const show = (element: Locator): Promise<void> =>
  element.evaluate((element) =>
    (element as unknown as { scrollIntoView(): void }).scrollIntoView()
  );

/** Pictures of every output, for a person to look at. */
async function shots(page: Page, folder: string): Promise<void> {
  const name = new URL(page.url()).pathname.replace(/\W+/g, "_");
  for (const [i, output] of (await page.locator(".jp-OutputArea-output").all()).entries()) {
    await show(output);
    await output.screenshot({ path: `${folder}/${name}_${i}.png`, timeout: 5000 }).catch(() => {});
  }
}

type Seen = { words: string; upgraded: number; pictures: number };

const blank = ({ words, pictures }: Seen): boolean => words.trim().length < 10 && pictures === 0;

/** What is seen of each output that is scrolled to: its words, how many figures were upgraded, and how many pictures there are. */
async function seen(page: Page): Promise<Seen[]> {
  const all: Seen[] = [];
  for (const output of await page.locator(".jp-OutputArea-output").all()) {
    // What is out of sight is not laid out, and has no words.
    await show(output);
    let now = await look(output);
    // Charts come later.
    for (let tries = 0; tries < 100 && blank(now); tries++) {
      await page.waitForTimeout(50);
      now = await look(output);
    }
    all.push(now);
  }
  return all;
}

/** What is seen of an output in sight. */
function look(output: Locator): Promise<Seen> {
  // deno-lint-ignore no-explicit-any -- an element of the page
  return output.evaluate((output: any) => {
    const hosts = [...output.querySelectorAll("[class^=innerworks-]")];
    // deno-lint-ignore no-explicit-any -- the same
    const figures = hosts.flatMap((host: any) => host.shadowRoot?.querySelector(".figure") ?? []);
    return {
      words: [output, ...figures].map(({ innerText }) => innerText).join(" "),
      upgraded: figures.length,
      pictures: [output, ...figures].reduce(
        (sum, part) => sum + part.querySelectorAll("img,canvas,svg").length,
        0,
      ),
    };
  });
}

/** A copy of the gallery, run, in the folder of a server. */
async function gallery(server: JupyterServer, name: string): Promise<number> {
  const path = join(root, "notebooks", ".gallery_test.ipynb"), target = join(server.folder, name);
  const { metadata } = parseNotebook(await Deno.readTextFile(`${root}/notebooks/09_live.ipynb`));
  const fresh = { ...await galleryNotebook(), nbformat: 4, nbformat_minor: 5 };
  try {
    await Deno.writeTextFile(path, JSON.stringify(fresh));
    const { notebook } = await runNotebook(path, { output: target, timeout: 300_000 });
    await Deno.writeTextFile(
      target,
      JSON.stringify({ ...notebook, metadata, nbformat: 4, nbformat_minor: 5 }),
    );
    return notebook.cells.filter((cell) => cell.cell_type === "code" && cell.outputs.length > 0)
      .length;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test({
  name:
    "JupyterLab 4 and Notebook 7 show every view of the gallery, trusted and not, and nbconvert's page does",
  ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, a folder with bin/jupyter in it
  sanitizeOps: false, // the browser's pipes belong to its driver
  sanitizeResources: false,
  async fn() {
    await using server = await startJupyter(jupyter!);
    const count = await gallery(server, "gallery.ipynb");
    assert(count > 25);
    const { metadata } = parseNotebook(await Deno.readTextFile(`${root}/notebooks/09_live.ipynb`));
    const cell = { cell_type: "code", id: "a", metadata: {}, source: "", outputs: [] };
    await Deno.writeTextFile(
      join(server.folder, "empty.ipynb"),
      JSON.stringify({
        cells: [{ ...cell, execution_count: null }],
        metadata,
        nbformat: 4,
        nbformat_minor: 5,
      }),
    );
    const chrome = await chromium.launch({ executablePath: browser, args: ["--no-sandbox"] });
    try {
      const pages = ["lab/tree/", "notebooks/"];
      const usual: Errors[] = [];
      for (const page of pages) {
        usual.push(await opened(chrome, server.address(`${page}empty.ipynb`), 0, async () => {}));
      }
      for (const trusted of [false, true]) {
        if (trusted) await trust(server, "gallery.ipynb");
        for (const [i, page] of pages.entries()) {
          const errors = await opened(
            chrome,
            server.address(`${page}gallery.ipynb`),
            count,
            async (page) => {
              const all = await seen(page);
              assertEquals(all.length, count);
              assertEquals(all.flatMap((output, i) => blank(output) ? [i] : []), []);
              for (const { words, upgraded } of all) {
                assert(!/"kind":|=>\s*\{/.test(words), `an output shows its script: ${words}`);
                if (!trusted) assertEquals(upgraded, 0);
              }
              // All but the charts.
              if (trusted) assert(all.filter(({ upgraded }) => upgraded > 0).length > 15);
            },
          );
          assertEquals([...errors].filter((error) => !usual[i]!.has(error)), []);
        }
      }
      // What nbconvert makes of it fetches a module loader and mathematics, which are not to be had here.
      const errors = await opened(chrome, await converted(server), count, async (page) => {
        const all = await seen(page);
        assertEquals(all.length, count);
        assertEquals(all.flatMap((output, i) => blank(output) ? [i] : []), []);
        assert(all.filter(({ upgraded }) => upgraded > 0).length > 15);
      });
      assertEquals(
        [...errors].filter((text) => !/^Failed to load|require|MathJax|mermaid/i.test(text)),
        [],
      );
    } finally {
      await chrome.close();
    }
  },
});

/** The address of the gallery as nbconvert exports it. */
async function converted(server: JupyterServer): Promise<string> {
  const { folder } = server;
  await run(server, "nbconvert", "--to=html", `--output-dir=${folder}`, `${folder}/gallery.ipynb`);
  return `file://${folder}/gallery.html`;
}

/** Trusts a notebook, as its reader does. */
const trust = (server: JupyterServer, name: string): Promise<void> =>
  run(server, "trust", join(server.folder, name));

/** Runs a command of Jupyter in the folders of a server. */
async function run({ folder }: JupyterServer, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(join(jupyter!, "bin", "jupyter"), {
    args,
    env: { JUPYTER_DATA_DIR: `${folder}/.data`, JUPYTER_CONFIG_DIR: `${folder}/.config` },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}
