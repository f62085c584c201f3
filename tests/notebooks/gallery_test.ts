// Alone: it starts a kernel and a Jupyter of its own. With INNERWORKS_SHOTS, a folder, it leaves pictures of every output there; INNERWORKS_THEME=dark has them dark.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { galleryNotebook, runGallery } from "../../notebooks/gallery.ts";
import { type Notebook, parseNotebook, version } from "../../mod.ts";
import { type BrowserContext, chromium, type Page } from "../playwright.ts";
import { assert, assertEquals } from "../assert.ts";
import { type JupyterServer, startJupyter } from "./jupyter_server.ts";

const jupyter = Deno.env.get("INNERWORKS_JUPYTER");
const pictures = Deno.env.get("INNERWORKS_SHOTS");
const dark = Deno.env.get("INNERWORKS_THEME") === "dark";
const browser = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where JupyterLab and Notebook 7 open a notebook. */
const frontEnds = ["lab/workspaces/NAME/tree/", "notebooks/"];

/** A notebook in a front end. JupyterLab has a workspace for each, for in one it would open what was open before, too. */
const at = (page: string, name: string) => `${page.replace("NAME", name)}${name}.ipynb`;

/** What JupyterLab says on a slow machine, whatever is opened: its plugins start in any order. */
const late = /^Command 'filebrowser:open-path' not registered/;

/** What the console of a page says is wrong, without numbers, which differ from one page to the next. */
type Errors = Set<string>;

type Seen = { words: string; upgraded: number; pictures: number };

/** What a page showed. */
type Opened = { errors: Errors; outputs: Seen[] };

/** Opens a notebook, walks through its cells, and says what they show and what went wrong in the page. */
async function opened(
  context: BrowserContext,
  address: string,
  count: number,
  trusted = true,
): Promise<Opened> {
  const page = await context.newPage(), errors: Errors = new Set();
  const note = (text: string) =>
    late.test(text) || errors.add(text.replace(/https?:\S+|[\d.]+|[0-9a-f-]{20,}/g, "…"));
  page.on("pageerror", ({ message }) => note(message));
  page.on("console", (line) => line.type() === "error" && note(line.text()));
  await page.goto(address);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  const outputs = await page.evaluate(walk, count);
  if (pictures && count > 0) await shots(page, pictures, trusted);
  await page.close();
  return { errors, outputs };
}

/**
 * Walks through a notebook, in its page: what each output that is scrolled to shows, its words, how many figures were upgraded, and
 * how many pictures there are. One call for all outputs, for a call for each took most of the test.
 */
async function walk(count: number): Promise<Seen[]> {
  // deno-lint-ignore no-explicit-any -- elements of the page
  const all = (what: string): any[] => [...(globalThis as any).document.querySelectorAll(what)];
  const wait = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
  // deno-lint-ignore no-explicit-any -- the page's
  const frame = (then: () => void) => (globalThis as any).requestAnimationFrame(then);
  const drawn = () => new Promise<void>((resolve) => frame(() => setTimeout(resolve)));
  // deno-lint-ignore no-explicit-any -- an element of the page
  const look = (output: any): Seen => {
    const hosts = [...output.querySelectorAll("[class^=innerworks-]")];
    // deno-lint-ignore no-explicit-any -- the same
    const figures = hosts.flatMap((host: any) => host.shadowRoot?.querySelector(".figure") ?? []);
    const parts = [output, ...figures];
    return {
      words: parts.map(({ innerText }) => innerText).join(" "),
      upgraded: figures.length,
      pictures: parts.flatMap((part) => [...part.querySelectorAll("img,canvas,svg")]).length,
    };
  };
  const empty = ({ words, pictures }: Seen) => words.trim().length < 10 && pictures === 0;
  // Cells are made when there is time; a test that goes on without them says what is missing.
  for (let tries = 0; tries < 600 && all(".jp-OutputArea-output").length < count; tries++) {
    await wait(50);
  }
  const outputs: Seen[] = [];
  for (const output of all(".jp-OutputArea-output")) {
    // What is out of sight is not laid out, and has no words; charts come later.
    output.scrollIntoView();
    await drawn();
    for (let tries = 0; tries < 100 && empty(look(output)); tries++) {
      await wait(50);
    }
    outputs.push(look(output));
  }
  return outputs;
}

/** Says whether an output shows nothing. */
const blank = ({ words, pictures }: Seen): boolean => words.trim().length < 10 && pictures === 0;

/** Pictures of a page from top to bottom, for a person to look at. */
async function shots(page: Page, folder: string, trusted: boolean): Promise<void> {
  const host = /\/(lab|notebooks)\//.exec(page.url())?.[1] ?? "nbconvert";
  const name = `${host}_${trusted ? "trusted" : "untrusted"}_${dark ? "dark" : "light"}`;
  for (const [i, output] of (await page.locator(".jp-OutputArea-output").all()).entries()) {
    await output.evaluate((element) =>
      (element as unknown as { scrollIntoView(): void }).scrollIntoView()
    );
    const path = `${folder}/${name}_${String(i).padStart(2, "0")}.png`;
    await output.screenshot({ path, timeout: 5000 }).catch(() => {});
  }
}

/** The gallery, run. */
async function gallery(): Promise<Notebook> {
  const path = join(root, "notebooks", ".gallery_test.ipynb");
  const fresh = { ...await galleryNotebook(), nbformat: 4, nbformat_minor: 5 };
  try {
    await Deno.writeTextFile(path, JSON.stringify(fresh));
    return (await runGallery(path)).notebook;
  } finally {
    await Deno.remove(path);
  }
}

/** The headings of the cells whose text does not say which library made the numbers of which model. */
function sourceless(cells: Notebook["cells"]): string[] {
  return cells.flatMap((cell, i) => {
    if (cell.cell_type !== "code") return [];
    const texts = cell.outputs.flatMap((output) => {
      const { data = {} } = output as { data?: Record<string, string | string[]> };
      return [data["text/plain"] ?? []].flat().join("");
    });
    const heading = /## (.*)/.exec([cells[i - 1]!.source].flat().join(""))?.[1];
    return texts.length === 0 || texts.some((text) => text.includes(`Innerworks ${version}`))
      ? []
      : [heading!];
  });
}

/** The metadata of a notebook on the kernel of this library. */
async function metadata(): Promise<Notebook["metadata"]> {
  return parseNotebook(await Deno.readTextFile(`${root}/notebooks/09_live.ipynb`)).metadata;
}

/** Writes a notebook into the folder of a server. */
const write = async (server: JupyterServer, name: string, cells: unknown, more: object = {}) =>
  await Deno.writeTextFile(
    join(server.folder, name),
    JSON.stringify({
      cells,
      metadata: { ...await metadata(), ...more },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );

/** What an empty notebook says is wrong, in each front end. */
async function usual(server: JupyterServer, windows: BrowserContext[]): Promise<Errors[]> {
  const cell = { cell_type: "code", id: "a", metadata: {}, source: "", outputs: [] };
  await write(server, "empty.ipynb", [{ ...cell, execution_count: null }]);
  return await Promise.all(
    frontEnds.map(async (page, i) =>
      (await opened(windows[i]!, server.address(at(page, "empty")), 0)).errors
    ),
  );
}

/** Checks what a page shows of the gallery. */
function check({ outputs, errors }: Opened, count: number, usual: Errors, trusted: boolean): void {
  assertEquals(outputs.length, count);
  assertEquals(outputs.flatMap((output, i) => blank(output) ? [i] : []), []);
  for (const { words, upgraded } of outputs) {
    assert(!/"kind":|=>\s*\{/.test(words), `an output shows its script: ${words}`);
    if (!trusted) assertEquals(upgraded, 0);
  }
  // All but the charts.
  if (trusted) assert(outputs.filter(({ upgraded }) => upgraded > 0).length > 15);
  assertEquals([...errors].filter((error) => !usual.has(error)), []);
}

Deno.test({
  name:
    "JupyterLab 4 and Notebook 7 show every view of the gallery, trusted and not, and nbconvert's page does",
  ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, a folder with bin/jupyter in it
  sanitizeOps: false, // the browser's pipes belong to its driver
  sanitizeResources: false,
  async fn() {
    // What does not need one another goes on at once, and the pages share what they fetch.
    const running = gallery();
    await using server = await startJupyter(jupyter!, { dark });
    await using chrome = await chromium.launch({
      executablePath: browser,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    // A window for each front end, which keeps what it has fetched; a page behind another would draw no frames.
    const windows = await Promise.all(
      frontEnds.map(() => chrome.newContext({ viewport: { width: 1200, height: 1400 } })),
    );
    const before = await usual(server, windows), { cells } = await running;
    const count = cells.filter((cell) => cell.cell_type === "code" && cell.outputs.length > 0)
      .length;
    assert(count > 25);
    assertEquals(sourceless(cells), [
      "Edits",
      "The plan of a sweep",
      "The model",
      "A tensor with odd values",
    ]);
    await write(server, "gallery.ipynb", cells);
    // Trust belongs to what a notebook holds: this one takes the other's place, and keeps its kernel.
    await write(server, "trusted.ipynb", cells, { title: "Trusted" });
    const [file, other] = ["gallery", "trusted"].map((name) => `${server.folder}/${name}.ipynb`);
    const trusting = run(server, "trust", other!), converting = converted(server, other!);
    for (const trusted of [false, true]) {
      if (trusted) await trusting.then(() => Deno.copyFile(other!, file!));
      const pages = await Promise.all(
        frontEnds.map((page, i) =>
          opened(windows[i]!, server.address(at(page, "gallery")), count, trusted)
        ),
      );
      pages.forEach((page, i) => check(page, count, before[i]!, trusted));
    }
    // What nbconvert makes of it fetches a module loader and mathematics, which are not to be had here.
    const { outputs, errors } = await opened(windows[0]!, await converting, count);
    const known = [...errors].filter((text) =>
      /^Failed to load|require|MathJax|mermaid/i.test(text)
    );
    check({ outputs, errors }, count, new Set(known), true);
  },
});

/** The address of a notebook as nbconvert exports it. */
async function converted(server: JupyterServer, file: string): Promise<string> {
  await run(server, "nbconvert", "--to=html", `--output-dir=${server.folder}`, file);
  return `file://${file.replace(/\.ipynb$/, ".html")}`;
}

/** Runs a command of Jupyter in the folders of a server. */
async function run({ folder }: JupyterServer, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(join(jupyter!, "bin", "jupyter"), {
    args,
    env: { JUPYTER_DATA_DIR: `${folder}/.data`, JUPYTER_CONFIG_DIR: `${folder}/.config` },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}
