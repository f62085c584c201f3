import { textTable } from "../../lib/show/text_table.ts";
import { assertEquals } from "../assert.ts";

Deno.test("textTable() aligns by characters, not by code units", () => {
  assertEquals(textTable([["𝒳", "1"], ["long", "23"]], ["left", "right"]), "𝒳      1\nlong  23");
});

Deno.test("textTable() writes no trailing spaces and no rows", () => {
  assertEquals(textTable([["a", ""], ["bb", "c"]]), "a\nbb  c");
  assertEquals(textTable([]), "");
});
