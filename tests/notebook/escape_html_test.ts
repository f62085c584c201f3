import { escapeHtml } from "../../lib/notebook/escape_html.ts";
import { assertEquals } from "../assert.ts";

Deno.test("escapeHtml() leaves nothing that a parser reads as markup or replaces", () => {
  assertEquals(
    escapeHtml(`<a b="c" d='e'>&amp;`),
    "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;",
  );
  assertEquals(escapeHtml("\0 \ud800"), "\ufffd \ufffd");
});
