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

/** The outputs of a notebook of some cells in an empty folder: for each the text and the kinds of what it shows. */
async function shownBy(sources: readonly string[]): Promise<{ kinds: string[]; text: string }[]> {
  const folder = await Deno.makeTempDir();
  try {
    const cells = sources.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    const path = join(folder, "mine.ipynb");
    const file = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await Deno.writeTextFile(path, JSON.stringify(file));
    const { cells: run } = await runNotebook(path);
    return run.map(({ cell: { outputs } }) => {
      const data = outputs.flatMap((output) => "data" in output ? [output.data] : []);
      return {
        kinds: data.flatMap((own) => Object.keys(own)),
        text: data.map((own) => own["text/plain"]).join("\n"),
      };
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a cell that runs, differentiates, traces or generates draws the picture without await, not a promise", async () => {
  const [first] = await readmeCells();
  const names = "generate, gradients, load, logit, nextTokens, run, trace";
  const source = /from "([^"]+)"/.exec(first!)![1];
  const prompt = JSON.stringify("The capital of France is");
  const calls: [call: string, shows: RegExp][] = [
    [`run(model, ${prompt})`, /loss/],
    [`run(model, ${prompt}, { stop: 2 })`, /stopped before its end/],
    [`gradients(model, ${prompt}, logit(" Paris"))`, /gradient × value at embed/],
    [`trace(model, ${prompt}, function* (at) { yield at("embed"); })`, /loss/],
    [`generate(model, ${prompt}, { tokens: 2 })`, /Paris/],
    [`nextTokens(model, ${prompt})`, /Paris/],
  ];
  const cells = await shownBy([
    `import { ${names} } from "${source}";\nconst model = await load("seedling");`,
    ...calls.map(([call]) => call),
    // A name for it changes nothing, with or without await.
    ...calls.map(([call], i) => `const later${i} = ${call};\nlater${i}`),
    ...calls.map(([call], i) => `const done${i} = await ${call};\ndone${i}`),
  ]);
  cells.slice(1).forEach(({ kinds, text }, i) => {
    const [call, shows] = calls[i % calls.length]!;
    assertEquals([...new Set(kinds)].sort(), ["text/html", "text/plain"], `${call}: ${text}`);
    assert(shows.test(text), `${call} shows ${text}`);
    assert(!/Promise/.test(text), `${call} shows ${text}`);
  });
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
