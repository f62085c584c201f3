import { table, tableHtml } from "../../lib/show/table.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

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

Deno.test("table() refuses a row with more or fewer cells than columns", () => {
  for (const row of [[], ["a"], ["a", 1, 2]]) {
    const columns = [{ name: "a" }, { name: "b" }];
    assertThrows(
      () => table({ title: "t", columns, rows: [["a", 1], row] }),
      RangeError,
      `Cannot draw a table as each row must have one cell a column: row 1 has ${row.length} for 2`,
    );
  }
});

Deno.test("table() refuses a cell that is no text, number or token, and says where", () => {
  const columns = [{ name: "a" }, { name: "b" }];
  for (
    const [cell, said] of [[undefined, "undefined"], [true, "true"], [null, "null"], [1n, "1"], [
      [1],
      "a list",
    ], [{}, "an object"]]
  ) {
    assertThrows(
      () => table({ title: "t", columns, rows: [["a", 1], ["b", cell as number]] }),
      TypeError,
      `Cannot draw a table as a cell must be text, a number or a token: in row 1, column "b", it is ${said}`,
    );
  }
});

Deno.test("table() refuses rows that are no lists", () => {
  const columns = [{ name: "a" }];
  assertThrows(
    () => table({ title: "t", columns, rows: [{ a: 1 }] as never }),
    TypeError,
    "Cannot draw a table as row 0 must be a list of cells: it is an object",
  );
  assertThrows(
    () => table({ title: "t", columns, rows: undefined as never }),
    TypeError,
    'Cannot draw a table as its options must have "title", "columns" and "rows": "rows" is missing',
  );
  assertThrows(
    () => table({ title: "t", columns, rows: 3 as never }),
    TypeError,
    "Cannot draw a table as rows must be a list: current value is 3",
  );
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

Deno.test("tableHtml() gives a column of many words its least width, and no other", () => {
  const columns = [{ heading: "a", align: "right" as const }, {
    heading: "words",
    align: "left" as const,
    least: 280,
  }];
  const html = tableHtml(columns, [["1", "many words"]]);
  assertEquals(html.match(/min-width:280px/g)?.length, 1);
  assertStringIncludes(html, 'min-width:280px">words');
});
