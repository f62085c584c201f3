import { notebookModule } from "../../lib/notebook/mod.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const book = (...sources: string[]) => ({
  cells: sources.map((source, i) => ({
    cell_type: "code" as const,
    id: `c${i}`,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  })),
  metadata: {},
});

Deno.test("notebookModule() puts imports on top, each name once, and cells in blocks", () => {
  const module = notebookModule(book(
    'import { a, b as c } from "./x.ts";\na + c',
    "",
    'import * as d from "y";\nimport e, {\n  a,\n} from "./x.ts"\nimport type { T } from "./t.ts";\nimport "./side.ts";\nconst important = d',
  ));
  assertEquals(
    module,
    `import { a } from "./x.ts";
import { b as c } from "./x.ts";
import * as d from "y";
import e from "./x.ts";
import type { T } from "./t.ts";
import "./side.ts";
export {};
{ // cell c0

a + c
{ // cell c2






const important = d
}}
`,
  );
});

Deno.test("notebookModule() refuses one name for two things", () => {
  assertThrows(
    () => notebookModule(book('import { a } from "x";', 'import { a } from "y";')),
    SyntaxError,
    'Cannot write the notebook as a module as "a" must be imported from one place: cell c0 has',
  );
});

Deno.test("notebookModule() lets deno check find a wrong type, and allows names to be declared anew", async () => {
  const check = async (...sources: string[]) => {
    const path = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(path, notebookModule(book(...sources)));
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "--quiet", "--no-config", path],
        env: { NO_COLOR: "1" },
      }).output();
      return success ? "" : new TextDecoder().decode(stderr);
    } finally {
      await Deno.remove(path);
    }
  };
  const good = [
    'import { join } from "node:path";\nconst x = join("a", "b");\nx',
    "const x = 5;\nfunction f(): number {\n  return x;\n}\nawait Promise.resolve(f())",
    "const y: number = x + f();\ny",
  ];
  assertEquals(await check(...good), "");
  const wrong = await check(...good, "x.toUpperCase()");
  assertStringIncludes(wrong, "Property 'toUpperCase' does not exist on type");
  assert(wrong.includes("number") || wrong.includes("5"), wrong);
});
