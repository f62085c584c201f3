import { table, tableHtml } from "../../lib/show/table.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("table() has the same cells as text and as HTML", () => {
  const document = table({
    title: "Sizes",
    columns: [{ name: "name" }, { name: "size", unit: "MB" }, { name: "token" }],
    rows: [["seedling", 7.5, { text: " a" }], ["<b>two\nlines</b>", -0.25, { text: "\n" }]],
    caption: "measured",
  });
  assertEquals(
    document["text/plain"],
    `Sizes
name              size (MB)  token
seedling               7.50  ·a
<b>two lines</b>     −0.250  ↵
measured`,
  );
  const html = document["text/html"];
  assert(!html.includes("<b>"));
  for (const cell of [">7.50<", ">−0.250<", ">size (MB)<"]) assertStringIncludes(html, cell);
});

Deno.test("table() draws no rows and no columns", () => {
  table({ title: "Nothing", columns: [], rows: [] });
  table({ title: "Nothing", columns: [{ name: "a" }], rows: [] });
});

Deno.test("tableHtml() gives every cell both its colours, as dark pages set one of them", () => {
  const html = tableHtml([{ heading: "a", align: "right" }], [["1"], ["2"]]);
  const cells = html.match(/<t[hd] [^>]*>/g)!;
  assertEquals(cells.length, 3);
  for (const cell of cells) {
    assertStringIncludes(cell, "background-color:rgb(");
    assertStringIncludes(cell, ";text-align:right");
  }
});
