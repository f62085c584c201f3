import { svgTable } from "../../lib/show/svg_table.ts";
import { assert, assertEquals } from "../assert.ts";

const row = (texts: readonly string[]) => texts.map((text) => [{ text, bold: false }]);
const textsOf = (parts: readonly string[]): string[] =>
  [...parts.join("").matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!);

Deno.test("svgTable() draws a table of very many columns in parts, each behind the first column, with all cells", () => {
  const count = 201, names = Array.from({ length: count }, (_, i) => `column ${i}`);
  const rows = [row(names), row(["over all"]), row(names.map((name) => `${name} cell`))];
  const { parts, right, bottom } = svgTable({ kind: "table", rows, right: [] }, 16, 0);
  const texts = textsOf(parts), said = texts.filter((text) => text.startsWith("The same table"));
  assert(right < 2000 && bottom > 300, `${right} × ${bottom}`);
  assertEquals(said.at(-1), `The same table, part ${said.length + 1} of ${said.length + 1}`);
  const drawn = texts.join(" ").replace(/\s+/g, " ");
  for (const name of names) assert(drawn.includes(`${name} cell`), name);
  assertEquals(drawn.split("column 0 cell").length - 1, said.length + 1);
  assertEquals(drawn.split("over all").length - 1, said.length + 1);
  // Fifteen columns stand side by side.
  const few = svgTable({ kind: "table", rows: [row(names.slice(0, 15))], right: [] }, 16, 0);
  assert(!textsOf(few.parts).join("").includes("The same table"));
});

Deno.test("svgTable() goes on in the next line of a cell instead of cutting what it holds", () => {
  const long = Array.from({ length: 40 }, (_, i) => `pair ${i} → −0.${1000 + i}`).join(", ");
  const rows = [row(["head", "pairs"]), row(["0.1", long]), row(["0.2", "x".repeat(400)])];
  const { parts, right } = svgTable({ kind: "table", rows, right: [true, false] }, 16, 0);
  const drawn = textsOf(parts).join("");
  assert(drawn.includes(long) && drawn.includes("x".repeat(400)) && !drawn.includes("…"));
  assert(right < 700);
});

Deno.test("svgTable() keeps chips of a table of one column, and the line of a cell", () => {
  const line = { edge: "top", width: 4, colour: "rgb(179,71,10)", dashed: false } as const;
  const cell = { text: "a", bold: false, background: "rgb(8,48,107)", colour: "white", line };
  const { parts } = svgTable({ kind: "table", rows: [[[cell]]], right: [] }, 16, 0);
  assert(parts.join("").includes('fill="rgb(8,48,107)"'));
  assert(parts.join("").includes('stroke="rgb(179,71,10)" stroke-width="4"'));
});
