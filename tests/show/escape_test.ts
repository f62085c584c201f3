import { escapeHtml, escapeJson } from "../../lib/show/escape.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("escapeHtml() leaves no character that could end text or an attribute", () => {
  assertEquals(
    escapeHtml(`<img onerror="a" b='c'>&\`\0\ud800`),
    "&lt;img onerror=&quot;a&quot; b=&#39;c&#39;&gt;&amp;&#96;\ufffd\ufffd",
  );
});

Deno.test("escapeJson() reads back the same and holds nothing that a page may misread", () => {
  const value = { "</script>": "<!--\u2028\u2029&\ud800\0" };
  const text = escapeJson(value);
  assertEquals(JSON.parse(text), value);
  assert(!/[<>&\u2028\u2029]/.test(text));
  assertEquals(text.toWellFormed(), text);
});
