import {
  CellsDocument,
  isInImport,
  placeIn,
  pointsBefore,
  unitsBefore,
} from "../../../lib/notebook/kernel/cells_document.ts";
import { stringAt } from "../../../lib/notebook/kernel/string_at.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("CellsDocument nests cells, so that a later one may declare a name anew", () => {
  const cells = new CellsDocument();
  cells.add("a", 'import { f, g as h } from "./one.ts";\nconst x = 1;');
  cells.add("b", "const x = 'two';");
  const { text, line } = cells.with('import { f } from "./two.ts";\nx + f', "c");
  assertEquals(text.split("\n"), [
    'import { f } from "./two.ts";', // the later one holds
    'import { g as h } from "./one.ts";',
    "export {};",
    "{",
    "",
    "const x = 1;",
    "",
    "{",
    "const x = 'two';",
    "",
    "{",
    "",
    "x + f",
    "}}}",
    "",
  ]);
  assertEquals(text.split("\n")[line + 1], "x + f");
  // A cell that is run again replaces itself.
  cells.add("a", "let y = 3;");
  assertEquals(cells.with("y", "b").text, "export {};\n{\nlet y = 3;\n\n{\ny\n}}\n");
});

Deno.test("CellsDocument forgets the first cells of a very long session", () => {
  const cells = new CellsDocument();
  for (let i = 0; i < 1000; i++) cells.add(String(i), `const x${i} = ${i};`);
  const { text } = cells.with("");
  assert(!text.includes("x799 ") && text.includes("x800 ") && text.includes("x999 "));
});

Deno.test("isInImport() knows a statement that is being written", () => {
  const code = 'import { lo } from "./mod.ts";\nconst x = 1;\nimport {\n  a,\n  b';
  assertEquals([9, 25, 35, code.length].map((at) => isInImport(code, at)), [
    true,
    true,
    false,
    true,
  ]);
  assertEquals(isInImport("important", 9), false);
  assertEquals(isInImport('import "x"\nfoo', 14), false);
});

Deno.test("places are counted in code points for Jupyter, and in UTF-16 units for the service", () => {
  const code = '"𝔘𝔫" + x\ny';
  assertEquals([unitsBefore(code, 3), pointsBefore(code, 5)], [5, 3]);
  assertEquals(unitsBefore(code, 99), code.length);
  assertEquals(placeIn(code, code.length), { line: 1, character: 1 });
});

Deno.test("stringAt() finds the string that a place lies in", () => {
  const inside = (code: string) => {
    const at = code.indexOf("|");
    const start = stringAt(code.replace("|", ""), at);
    return start === undefined ? undefined : code.slice(start, at);
  };
  assertEquals(inside('zero("blocks.|")'), "blocks.");
  assertEquals(inside(`f('a', 'it\\'s |')`), "it\\'s ");
  assertEquals(inside('f("a", |"b")'), undefined);
  assertEquals(inside("`a ${b|} c`"), undefined);
  assertEquals(inside("`a ${b} c|`"), "a ${b} c");
  assertEquals(inside("// it's\nx|"), undefined);
  assertEquals(inside('/* " */ x|'), undefined);
  assertEquals(inside('"never closed\nx|'), undefined);
});
