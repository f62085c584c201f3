import { tokenHtml, tokenTitle } from "../../lib/show/token_html.ts";
import { hostile } from "../browser/views.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("tokenHtml() makes only its own elements of any token", () => {
  for (const token of hostile) {
    const html = tokenHtml(token);
    const elements = [...html.matchAll(/<\/?([^\s>]*)/g)].map(([, name]) => name);
    assert(elements.every((name) => name === "span" || name === "i"), `${elements}`);
    assertEquals(html.toWellFormed(), html);
    // deno-lint-ignore no-control-regex -- controls are what this is about
    assert(!/[\u0000-\u001f\u007f\u2028\u2029\u202e]/.test(html));
    assert(html.length < 3000, "a long token is not shortened");
  }
});

Deno.test("tokenHtml() has its own direction, both colours and a tooltip with id and exact text", () => {
  const html = tokenHtml({ text: ' "a\n', id: 7 }, { background: [8, 48, 107], note: "loss 1" });
  assertStringIncludes(html, 'dir="auto"');
  assertStringIncludes(html, "color:rgb(255,255,255);background-color:rgb(8,48,107)");
  assertStringIncludes(html, 'title="token 7: &quot; \\&quot;a\\n&quot;; loss 1"');
});

Deno.test("tokenTitle() says where a token stands and whether it is special", () => {
  assertEquals(tokenTitle({ text: "<s>", special: true }, 0), 'position 0, special token: "<s>"');
});
