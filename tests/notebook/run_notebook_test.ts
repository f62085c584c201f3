import { exportHtml, KernelError, NotebookError, runNotebook } from "../../lib/notebook/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";

const code = (id: string, source: string, metadata: object = {}) => ({
  cell_type: "code",
  id,
  metadata,
  source,
  execution_count: 7,
  outputs: [{ output_type: "stream", name: "stdout", text: "of an earlier run" }],
});

/** Calls back with the path of a notebook of the given cells, in a folder of its own. */
async function withNotebook(
  cells: unknown[],
  use: (path: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/a book.ipynb`;
    const file = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await Deno.writeTextFile(path, JSON.stringify(file));
    await use(path, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const lively = [
  { cell_type: "markdown", id: "title", metadata: { execution: { a: 1 } }, source: "# Title" },
  code("import", 'import { greet } from "./greet.ts"; greet("you")', {
    execution: { "iopub.execute_input": "2026-11-22" },
  }),
  code(
    "progress",
    'await Deno.jupyter.display({ "text/plain": "0 of 2" }, { raw: true, display_id: "p" })',
  ),
  code(
    "late",
    'console.log(1); await new Promise((r) => setTimeout(r, 1)); console.error(2); "late"',
  ),
  code("blank", "  \n"),
  code(
    "done",
    'Deno.jupyter.broadcast("update_display_data", { data: { "text/plain": "2 of 2" }, metadata: {}, transient: { display_id: "p" } })',
  ),
];

Deno.test("runNotebook() writes the same file twice, with outputs and without times", async () => {
  await withNotebook(lively, async (path, folder) => {
    await Deno.writeTextFile(
      `${folder}/greet.ts`,
      "export const greet = (name: string) => `Hello, ${name}`;",
    );
    const before = await Deno.readTextFile(path);
    const numbers: number[] = [];
    const { cells, notebook } = await runNotebook(path, {
      output: `${folder}/once.ipynb`,
      onCell: ({ number }) => numbers.push(number),
    });
    await runNotebook(path, { output: new URL(`file://${folder}/twice.ipynb`) });
    const once = await Deno.readTextFile(`${folder}/once.ipynb`);
    assertEquals(await Deno.readTextFile(`${folder}/twice.ipynb`), once);
    assertEquals(await Deno.readTextFile(path), before);
    await runNotebook(`${folder}/once.ipynb`, { output: `${folder}/once.ipynb` });
    assertEquals(await Deno.readTextFile(`${folder}/once.ipynb`), once);

    assertEquals(numbers, [1, 2, 3, 4]);
    const outputs = cells.map(({ cell }) =>
      cell.outputs.map((output) =>
        output.output_type === "stream"
          ? `${output.name} ${output.text}`
          : output.output_type === "error"
          ? output.evalue
          : output.data["text/plain"]
      )
    );
    assertEquals(outputs, [
      ['"Hello, you"'],
      ["2 of 2"],
      ["stdout 1\n", "stderr 2\n", '"late"'],
      [],
    ]);
    assert(!once.includes("earlier run") && !once.includes("iopub"), once);
    assertEquals(notebook.cells.map(({ metadata }) => metadata), notebook.cells.map(() => ({})));
    const counts = notebook.cells.map((cell) =>
      cell.cell_type === "code" ? cell.execution_count : "text"
    );
    assertEquals(counts, ["text", 1, 2, 3, null, 4]);
  });
});

const failing = [
  code("a", "const x = 1;\nx"),
  code("expected", 'throw new Error("to be seen")', { tags: ["raises-exception"] }),
  code("wrong", 'console.log("before");\nnope.x'),
  code("after", "x + 1"),
];

Deno.test("runNotebook() stops at the first cell that fails, names it and writes nothing", async () => {
  await withNotebook(failing, async (path) => {
    const before = await Deno.readTextFile(path);
    const error = await assertRejects(
      () => runNotebook(path, { output: path }),
      NotebookError,
      'Cannot run code cell 3 ("console.log("before");") of a book.ipynb: ReferenceError: nope is not defined',
    );
    assertEquals([error.cell, error.number], ["wrong", 3]);
    assertEquals(error.outputs.map((output) => output.output_type), ["stream", "error"]);
    assertEquals(await Deno.readTextFile(path), before);
  });
});

Deno.test("runNotebook() goes on after a failure where it is told to, and returns it", async () => {
  await withNotebook(failing, async (path) => {
    const { cells } = await runNotebook(path, { keepGoing: true });
    assertEquals(cells.map(({ error }) => error?.number), [undefined, undefined, 3, undefined]);
    const last = cells.at(-1)!.cell.outputs[0];
    assert(last?.output_type === "execute_result");
    assertEquals(last.data["text/plain"], "2");
  });
});

Deno.test("runNotebook() names the cell that ended the kernel, took too long, or was stopped", async () => {
  await withNotebook([code("a", "1"), code("exit", "await 0; Deno.exit(4)")], async (path) => {
    const error = await assertRejects(
      () => runNotebook(path, { keepGoing: true }),
      NotebookError,
      'Cannot run code cell 2 ("await 0; Deno.exit(4)") of a book.ipynb as the kernel has ended: it exited with code 4',
    );
    assert(error.cause instanceof KernelError);
    assertEquals(error.cause.reason, "died");
  });
  await withNotebook([code("loop", "while (true);")], async (path) => {
    await assertRejects(
      () => runNotebook(path, { timeout: 100 }),
      NotebookError,
      'Cannot run code cell 1 ("while (true);") of a book.ipynb as it must end within 100 ms',
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 400);
    await assertRejects(() => runNotebook(path, { signal: controller.signal }), Error, "enough");
  });
});

Deno.test("runNotebook() runs cells in the folder it is told, and refuses a file that is no notebook", async () => {
  await withNotebook([code("a", "Deno.cwd()")], async (path, folder) => {
    await Deno.mkdir(`${folder}/inner`);
    const { cells } = await runNotebook(new URL(`file://${path}`), { cwd: `${folder}/inner` });
    const [output] = cells[0]!.cell.outputs;
    assert(output?.output_type === "execute_result");
    assertEquals(String(output.data["text/plain"]).endsWith('/inner"'), true);
    await Deno.writeTextFile(`${folder}/x.ipynb`, "not JSON");
    await assertRejects(() => runNotebook(`${folder}/x.ipynb`), SyntaxError, "Cannot read x.ipynb");
  });
});

Deno.test("runNotebook() and exportHtml() refuse options that nobody reads", async () => {
  const wrong = await assertRejects(
    () => runNotebook("none.ipynb", { allowErrors: true } as never),
    TypeError,
  );
  assertStringIncludes(wrong.message, "keepGoing");
  const notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 } as never;
  const other = await assertRejects(() => exportHtml(notebook, { titel: "x" } as never), TypeError);
  assertStringIncludes(other.message, "title");
});
