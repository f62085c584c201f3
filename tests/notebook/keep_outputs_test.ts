import { installKernel, keepOutputs, KernelClient, parseNotebook } from "../../lib/notebook/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("keepOutputs() does nothing outside the kernel", () => {
  assertEquals(keepOutputs(), false);
});

Deno.test("keepOutputs() works once in the kernel, whichever copy of the library asks", async () => {
  await using kernel = await KernelClient.start({ cwd: import.meta.dirname! });
  const { outputs } = await kernel.execute(`
    const one = await import("../../lib/notebook/keep_outputs.ts");
    const other = await import("../../lib/notebook/keep_outputs.ts#copy");
    const internal = Deno[Deno.internal].jupyter;
    const before = internal.broadcastResult;
    const kept = [one.keepOutputs()];
    const after = internal.broadcastResult;
    kept.push(one.keepOutputs(), other.keepOutputs());
    console.log(JSON.stringify([kept, before === after, after === internal.broadcastResult]));
  `);
  assertEquals(outputs, [
    { output_type: "stream", name: "stdout", text: "[[true,true,true],false,true]\n" },
  ]);
});

const jupyter = Deno.env.get("INNERWORKS_JUPYTER");

Deno.test({
  name:
    "keepOutputs() in the first cell lets nbconvert keep every output, with the kernel that is installed",
  ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, a folder with bin/jupyter in it
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const { name } = await installKernel({ folder });
      const library = new URL("../../lib/notebook/mod.ts", import.meta.url).href;
      const sources = [
        `import { keepOutputs } from "${library}";\nkeepOutputs()`,
        ...Array.from({ length: 60 }, (_, i) =>
          [
            `await new Promise((resolve) => setTimeout(resolve, ${i % 3}));\n${i}`,
            `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "x".repeat(200_000) }) })`,
            `console.log(${i})`,
          ][i % 3]!),
      ];
      const cells = sources.map((source, i) => ({
        cell_type: "code",
        id: `c${i}`,
        metadata: {},
        source,
        execution_count: null,
        outputs: [],
      }));
      const book = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
      await Deno.writeTextFile(`${folder}/book.ipynb`, JSON.stringify(book));
      const { success, stderr } = await new Deno.Command(`${jupyter}/bin/jupyter`, {
        args: [
          "nbconvert",
          "--to=notebook",
          "--execute",
          `--ExecutePreprocessor.kernel_name=${name}`,
          "--output=done.ipynb",
          `${folder}/book.ipynb`,
        ],
        env: { JUPYTER_DATA_DIR: folder, JUPYTER_CONFIG_DIR: folder },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const done = parseNotebook(await Deno.readTextFile(`${folder}/done.ipynb`));
      const outputs = done.cells.map((cell) =>
        cell.cell_type === "code" ? cell.outputs.map((output) => output.output_type) : []
      );
      assertEquals(outputs.flatMap((types, i) => types.length === 0 ? [i] : []), []);
      assertEquals(outputs.flat().filter((type) => type === "error"), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
