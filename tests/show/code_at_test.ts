import { codeAt } from "../../mod.ts";
import { assertEquals } from "../assert.ts";

Deno.test("codeAt() writes numbers and texts of places, and leaves what no place is called", () => {
  const names = { layer: { by: "row", texts: ["7", "[9]"] } };
  const text = 'f({layer}, {column}, {row}, {other}, {constructor}, " {}")';
  assertEquals(
    codeAt({ text, names }, { row: 1, column: 4 }),
    'f([9], 4, 1, {other}, {constructor}, " {}")',
  );
  assertEquals(codeAt("a[{row}]", { row: "x" }), "a[x]");
  assertEquals(codeAt({ text, names }, {}), text);
});
