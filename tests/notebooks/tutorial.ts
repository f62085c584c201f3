/**
 * What holds for every tutorial in `notebooks`.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CellOutput,
  exportHtml,
  type Notebook,
  notebookModule,
  parseNotebook,
  proseNumbers,
  runNotebook,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { CONVERTED, convertedNotebooks, jupyter } from "./nbconvert.ts";

/** The outputs of the code cells, but for the line that says that no BLAS was found. */
const outputs = ({ cells }: Notebook): (readonly CellOutput[])[] =>
  cells.flatMap((cell) =>
    cell.cell_type === "code" ? [cell.outputs.filter((output) => !saysBackend(output))] : []
  );

const saysBackend = (output: CellOutput): boolean =>
  output.output_type === "stream" && /^Running on (wasm|cpu), .*\n$/.test(output.text);

/** The plain text of an output. */
const plain = (output: CellOutput): string =>
  "data" in output
    ? String(output.data["text/plain"])
    : output.output_type === "stream"
    ? output.text
    : "error";

/**
 * Tests a notebook: it runs, twice alike, stands in the repository as it runs, claims what it shows, and is right by its
 * types and its format.
 *
 * @param file The name of the notebook.
 */
export async function testTutorial(file: string): Promise<void> {
  const number = file.slice(0, 2);
  const path = fileURLToPath(new URL(`../../notebooks/${file}`, import.meta.url));
  const committed: Notebook = parseNotebook(await Deno.readTextFile(path));
  let runs: Promise<[Notebook, Notebook]> | undefined;

  // By Deno's kernel and by ours; the file is left as it is. What nbconvert runs by ours anyway is not run by it twice.
  const byOurs = async () =>
    jupyter !== undefined && CONVERTED.includes(file)
      ? (await convertedNotebooks()).get(file)!
      : (await runNotebook(path, { kernel: "innerworks" })).notebook;
  const executed = () =>
    runs ??= Promise.all([runNotebook(path).then(({ notebook }) => notebook), byOurs()]);

  Deno.test(`${number} runs in the real kernel, every cell ending in a picture or a table`, async () => {
    const [notebook] = await executed();
    for (const [index, cell] of outputs(notebook).entries()) {
      assert(cell.length > 0, `cell ${index} shows nothing`);
      for (const output of cell) {
        assert(output.output_type !== "error", `cell ${index} threw ${plain(output)}`);
        assert("data" in output, `cell ${index} prints instead of drawing`);
        const types = Object.keys(output.data).sort();
        const document = ["text/html", "text/plain"];
        const chart = ["application/vnd.vegalite.v5+json", "image/png", "text/plain"];
        assert(
          [document.join(), chart.join()].includes(types.join()),
          `cell ${index} shows ${types}`,
        );
        assert(plain(output).length > 20, `cell ${index} has no text`);
      }
    }
  });

  Deno.test(`${number} gives the same outputs in Deno's kernel and in ours`, async () => {
    const [first, second] = await executed();
    assertEquals(outputs(first), outputs(second));
  });

  Deno.test(`${number} stands in the repository with the outputs that it gives`, async () => {
    const [notebook] = await executed();
    // A sign may stand apart, before what is subtracted; and what is left over by rounding may have either.
    const digits = /(?:[-−+] ?)?\d+(?:\.\d+)?(?:e[-−+]?\d+)?/g;
    const words = (text: string) => text.replace(digits, "#").replace(/[\s─—-]+/g, " ");
    const numbers = (text: string) =>
      (text.match(digits) ?? []).map((n) => Number(n.replaceAll("−", "-").replace(" ", "")));
    const [now, then] = [outputs(notebook), outputs(committed)];
    assertEquals(now.length, then.length);
    now.forEach((cell, index) => {
      const [a, b] = [cell.map(plain).join("\n"), (then[index] ?? []).map(plain).join("\n")];
      assertEquals(words(a), words(b), `cell ${index}`);
      // Another BLAS adds in another order, and a number is printed with three digits.
      const far = numbers(a).findIndex((x, i) =>
        Math.abs(x - numbers(b)[i]!) > 0.011 + 0.005 * Math.abs(x)
      );
      assertEquals(far, -1, `cell ${index} has another number`);
    });
  });

  Deno.test(`${number} claims no number that no output above it shows`, async () => {
    const [notebook] = await executed();
    assertEquals(proseNumbers(notebook), []);
    const prose = notebook.cells.filter(({ cell_type }) => cell_type === "markdown");
    assert(
      prose.some(({ source }) => /\d\.\d/.test(source)),
      "the prose claims numbers to be held to",
    );
  });

  Deno.test(`${number} has no path of the machine that ran it`, () => {
    const text = JSON.stringify(outputs(committed));
    assertEquals(text.match(/file:\/\/[^"\\]*|\/(?:home|Users|root|tmp)\/[^"\\ ]*/g), null);
  });

  Deno.test(`${number} is right by its types`, async () => {
    assertEquals((await typeErrors()).get(file), "");
  });

  Deno.test(`${number} is formatted`, async () => {
    // deno fmt --check of Deno 2.9 calls every notebook unformatted, so a copy is formatted and compared.
    const folder = await Deno.makeTempDir();
    try {
      const copy = join(folder, "copy.ipynb");
      await Deno.copyFile(path, copy);
      await Deno.writeTextFile(
        join(folder, "deno.json"),
        JSON.stringify({ fmt: { lineWidth: 100 } }),
      );
      const { success } = await new Deno.Command(Deno.execPath(), {
        args: ["fmt", "--quiet", copy],
        cwd: folder,
      }).output();
      assert(success);
      assertEquals(await Deno.readTextFile(copy) === await Deno.readTextFile(path), true);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  Deno.test(`${number} becomes one page that fetches nothing`, async () => {
    const [notebook] = await executed();
    const html = await exportHtml(notebook);
    const addresses = [...html.matchAll(/<[a-z][^>]*?\s(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)];
    const fetched = addresses.map(([, address]) => address!).filter((a) => !/^(?:data:|#)/.test(a));
    assertEquals(fetched.map((address) => address.slice(0, 100)), []);
    assert(!/application\/gzip">[\w+/]/.test(html), "plotly.js is not wanted here");
    assert(html.length < 3e6, `the page takes ${html.length} characters`);
  });
}

let checked: Promise<Map<string, string>> | undefined;

/** What `deno check` says of each notebook, or nothing: all are checked at once, as most of that is reading the library's types. */
function typeErrors(): Promise<Map<string, string>> {
  return checked ??= checkAll();
}

async function checkAll(): Promise<Map<string, string>> {
  const notebooks = new URL("../../notebooks/", import.meta.url);
  const folder = await Deno.makeTempDir({ dir: fileURLToPath(notebooks), prefix: ".check_" });
  const files = [...Deno.readDirSync(notebooks)].map(({ name }) => name)
    .filter((name) => /^\d\d_.*\.ipynb$/.test(name)).sort();
  try {
    for (const file of files) {
      const notebook = parseNotebook(await Deno.readTextFile(new URL(file, notebooks)));
      // Imports of the library stand beside the notebook.
      const code = notebookModule(notebook).replaceAll('from "../', 'from "../../');
      await Deno.writeTextFile(join(folder, `${file}.ts`), `// deno-lint-ignore-file\n${code}`);
    }
    // Notebooks are written in JavaScript that TypeScript understands: parameters without types are allowed there.
    const config = join(folder, "deno.json");
    await Deno.writeTextFile(
      config,
      JSON.stringify({ compilerOptions: { strict: false, noImplicitAny: false } }),
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "check",
        "--no-lock",
        "--config",
        config,
        ...files.map((f) => join(folder, `${f}.ts`)),
      ],
      stderr: "piped",
      stdout: "null",
      env: { NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stderr);
    // Each error ends in the line that it is on; one that names no notebook is everyone's.
    const errors = said.split(/\n(?=TS\d+ )/).filter((part) => /TS\d+ \[/.test(part));
    const named = (part: string) => files.some((file) => part.includes(`${file}.ts:`));
    if (!success && !errors.some(named)) return new Map(files.map((file) => [file, said]));
    return new Map(files.map((file) => {
      const own = errors.filter((part) => part.includes(`${file}.ts:`) || !named(part));
      return [file, success ? "" : own.join("\n")];
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
