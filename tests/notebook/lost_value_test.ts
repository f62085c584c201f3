import { LOST_VALUE } from "../../lib/notebook/lost_value.ts";
import { runNotebook } from "../../lib/notebook/mod.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const mod = new URL("../../mod.ts", import.meta.url).href;
const cell = (id: string, source: string) => ({
  cell_type: "code",
  id,
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});
/** Collects garbage as often as the cell's value is on its way through promises that the engine holds weakly. */
const prepared = `import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { drawn, table } from ${JSON.stringify(mod)};
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
async function collect(pause) {
  for (let i = 0; i < 10; i++) {
    await pause();
    gc();
  }
}
const nothing = table({ title: "Nothing", columns: [], rows: [] });`;

for (const kernel of ["deno", "innerworks"] as const) {
  Deno.test(`LOST_VALUE is said where ${kernel}'s kernel loses a value, and work of ours loses none`, async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/book.ipynb`;
    const run = async (...cells: string[]) => {
      const file = {
        cells: [prepared, ...cells].map((source, i) => cell(`c${i}`, source)),
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      };
      await Deno.writeTextFile(path, JSON.stringify(file));
      return (await runNotebook(path, { kernel })).notebook;
    };
    try {
      const failed = await run("collect(() => null);").catch(({ message }) => message);
      assertStringIncludes(failed, `${LOST_VALUE[0]}: ${LOST_VALUE[1]}`);
      const { cells } = await run(
        "drawn(() => collect(() => null).then(() => nothing))",
        "drawn(() => { for (let i = 0; i < 10; i++) gc(); return nothing; })",
      );
      for (const ran of cells.slice(1)) {
        const [output] = ran.cell_type === "code" ? ran.outputs : [];
        assertEquals(output?.output_type, "execute_result");
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
