import { table } from "../../lib/show/mod.ts";
import { gridOnPaper, tableWidth, wideOnPaper } from "../../lib/show/wide_on_paper.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("wideOnPaper() says by how much what is wider than a sheet shrinks", () => {
  assertEquals(wideOnPaper("", "margin:0", 660), ' style="margin:0"');
  assertEquals(wideOnPaper("a b", "margin:0", 660), ' class="a b" style="margin:0"');
  assertEquals(wideOnPaper("a", "margin:0", 1320), ' class="a wide" style="--wide:0.5;margin:0"');
  assert(gridOnPaper("grid", ["0"], 640).startsWith(' class="grid" style="background'));
  // The labels to the left are cut at 22 letters.
  const [some, more] = [22, 300].map((count) => gridOnPaper("grid", ["a".repeat(count)], 640));
  assertEquals(some, more);
  assert(some!.startsWith(' class="grid wide" style="--wide:0.82;'), some);
});

Deno.test("tableWidth() counts the longest words of columns, without what is no text", () => {
  const [heading, cell] = ["<b>one two</b>", '<span title="a very long title">one</span>'];
  assertEquals(tableWidth([heading], [[cell]]), tableWidth(["one"], [["one"], ["a"]]));
  assertEquals(tableWidth(["a"], [["a word"], ["or"]]), tableWidth(["a"], [["word"]]));
  assert(tableWidth(["three"], []) > tableWidth(["one two"], []));
  assertEquals(tableWidth([], [[]]), 0);
  const html = table({ title: "t", columns: [{ name: "a" }], rows: [["word ".repeat(400)]] });
  assert(!html["text/html"].split("<script")[0]!.includes("wide"), "lines break between words");
});
