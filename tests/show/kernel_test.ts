/** What the real Deno kernel makes of drawings. */

import { KernelClient } from "../../lib/notebook/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const show = new URL("../../lib/show/mod.ts", import.meta.url).href;

Deno.test("the kernel draws documents, charts, promises, lists, and show() in the middle of a cell", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    await using kernel = await KernelClient.start({ cwd });
    await kernel.execute(
      `import { all, bars, drawn, show, table } from "${show}";
       const page = (title) => table({ title, columns: [{ name: "x" }], rows: [[1]] });`,
    );
    const kinds = async (code: string): Promise<string[]> => {
      const { outputs, error } = await kernel.execute(code);
      assertEquals(error, undefined);
      return outputs.map((output) =>
        "data" in output
          ? `${output.output_type}: ${Object.keys(output.data).sort().join(", ")}`
          : output.output_type
      );
    };
    const document = "execute_result: text/html, text/plain";
    assertEquals(await kinds(`page("a")`), [document]);
    assertEquals(await kinds(`all([page("a"), 1])`), [document]);
    assertEquals(
      await kinds(`drawn(() => new Promise((give) => setTimeout(give, 20, page("late"))))`),
      [document],
    );
    assertEquals(await kinds(`bars({ title: "b", labels: ["0"], values: [1], label: "x" })`), [
      "execute_result: application/vnd.vegalite.v5+json, image/png, text/plain",
    ]);
    assertEquals(await kinds(`await show(page("a"), "b"); 42`), [
      "display_data: text/html, text/plain",
      "display_data: text/plain",
      "execute_result: text/plain",
    ]);
    const refused = await kernel.execute(
      `drawn(() => Promise.reject(new RangeError("no such layer")))`,
    );
    assert(refused.error?.message === "no such layer", "the error of a promise is lost");
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
